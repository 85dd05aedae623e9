"""What Slack, the phones and the mailbox really received: read in the sandbox itself, whatever the bot believes."""

from __future__ import annotations

import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from town.outside import Outside

from sandbox import phones
from sandbox.model import Channel, Message
from sandbox.parts import Parts
from sandbox.world import World

T = TypeVar("T")

ROW = "tocsin_row"


@dataclass(frozen=True)
class Arrival:
    """One thing that arrived: by which wire, at which address, and the mark by which its row is known.

    slack: the row's key · sms, voice: the row's id · email: the Message-ID
    """

    wire: str
    address: str
    mark: str


@dataclass(frozen=True)
class Address:
    """Where one person can be reached, as the sandbox's town has it."""

    dm: str
    phone: str
    email: str


@dataclass
class Received:
    """Everything that arrived, when it first did, and the rooms there are."""

    arrivals: Counter[Arrival] = field(default_factory=Counter)
    first: dict[Arrival, datetime] = field(default_factory=dict)
    rooms: Counter[int] = field(default_factory=Counter)  # by the n of INC-n in the name
    people: dict[str, Address] = field(default_factory=dict)  # by Slack id
    rows: dict[str, str] = field(default_factory=dict)  # of calls and texts, by their sid

    def note(self, arrival: Arrival, at: datetime) -> None:
        self.arrivals[arrival] += 1
        self.first[arrival] = min(at, self.first.get(arrival, at))


class Watched(Outside):
    """The world outside, with nothing forgotten."""

    def __init__(self, inbound_sms: str) -> None:
        super().__init__(inbound_sms)
        self.within(self._remember_everything)

    @property
    def parts(self) -> Parts:
        return self._running.parts

    @property
    def world(self) -> World:
        return self._running.world

    @property
    def thread_id(self) -> int:
        """Of the sandbox's own thread, as the system knows it."""
        found = self._thread.native_id
        assert found is not None
        return found

    def hang_up(self) -> None:
        """Closes this thread's connection to the control API."""
        self._http.close()

    def within(self, look: Callable[[], T]) -> T:
        """Runs `look` between two turns of the sandbox's own loop."""

        async def looking() -> T:
            return look()

        return self._do(looking())

    def send_again(self, payload: dict[str, Any]) -> None:
        """An event once more, as Slack does where it heard no ack; nobody waits for what comes of it."""
        self.within(lambda: self.world.sockets.spawn(self.world.app_events.deliver(payload)))

    def received(self) -> Received:
        """Everything that has arrived until now."""
        return self.within(self._received)

    def asked_of(self, user: str, action_id: str, newest: int = 30) -> list[dict[str, Any]]:
        """Buttons with this action among somebody's newest direct messages, as a press must name them."""
        return self.within(lambda: list(_buttons(self.world.dm(user), action_id, newest)))

    def _remember_everything(self) -> None:
        self.parts.mailbox.letters = deque()
        phones.MOST_KEPT = sys.maxsize

    def _received(self) -> Received:
        found = Received()
        for channel in self.world.channels.values():
            if channel.name.startswith("inc-") and channel.creator == self.world.app.bot_user:
                found.rooms[int(channel.name.split("-")[1])] += 1
            for key, at in _keys(channel):
                found.note(Arrival("slack", channel.id, key), at)
        for sms in self.parts.phones.messages.values():
            if sms.direction != "inbound":
                found.note(Arrival("sms", sms.to, _row(sms.callback)), sms.created)
                found.rows[sms.sid] = _row(sms.callback)
        for call in self.parts.phones.calls.values():
            if call.direction != "inbound":
                found.note(Arrival("voice", call.to, _row(call.callback)), call.created)
                found.rows[call.sid] = _row(call.callback)
        for letter in self.parts.mailbox.letters:
            for to in letter.to:
                found.note(Arrival("email", to.lower(), letter.message_id), letter.at)
        for user in self.world.users.values():
            found.people[user.id] = Address(f"D{user.id[1:]}", user.phone or "", (user.email or "").lower())
        return found


def _keys(channel: Channel) -> Iterator[tuple[str, datetime]]:
    """The keys in a channel's messages, with their times."""
    for message in channel.messages.values():
        metadata = message.metadata or {}
        if metadata.get("event_type") == ROW:
            yield str(metadata["event_payload"]["key"]), datetime.fromtimestamp(float(message.ts), UTC)


def _row(callback: str) -> str:
    """The row's id in the address that receipts go to; empty for a reply, which asks for none."""
    return (parse_qs(urlsplit(callback).query).get("row") or [""])[0]


def _buttons(dm: Channel | None, action_id: str, newest: int) -> Iterator[dict[str, Any]]:
    messages: list[Message] = list(dm.messages.values())[-newest:] if dm is not None else []
    for message in messages:
        for block in message.blocks:
            for element in block.get("elements", ()):
                if element.get("action_id") == action_id:
                    place = {"channel": message.channel, "ts": message.ts, "block_id": block.get("block_id", "")}
                    yield {**place, "action_id": action_id, "value": element.get("value", "")}
