"""The state of the sandbox's Slack workspace and the two buses that tell others what changed.

`changed(key)` is for the browser ("channel:C1", "views:U1", "state"); `emit(event)` is for Slack events to
the app.
"""

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.clock import Clock
from sandbox.delivery import Events
from sandbox.faults import Faults
from sandbox.journal import Journal
from sandbox.manifest import Manifest
from sandbox.model import (
    App,
    Channel,
    Json,
    Message,
    ResponseUrl,
    SlackFile,
    Switches,
    Team,
    Token,
    Trigger,
    User,
    UserGroup,
    View,
)
from sandbox.ratelimits import RateLimits
from sandbox.sockets import Sockets

TRIGGER_SECONDS = 3.0
RESPONSE_URL_SECONDS = 30 * 60.0
MOST_KEPT = 10_000
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


@dataclass(frozen=True)
class SlackEvent:
    """An event as it happened; whether the app hears it is decided where it is delivered.

    `channel` is None for events of the workspace; `to_app_only` marks those that concern the app alone.
    """

    payload: Json
    channel: Channel | None = None


@dataclass
class Buses:
    changes: list[Callable[[list[str]], None]] = field(default_factory=list)
    events: list[Callable[[SlackEvent], None]] = field(default_factory=list)


class World:
    """One workspace with one installed app.

    `seed` fills an empty world and is called again by `reset`, which leaves clock, log and faults alone.
    """

    def __init__(
        self,
        *,
        manifest: Manifest,
        clock: Clock | None = None,
        log: Journal | None = None,
        faults: Faults | None = None,
        seed: Callable[["World"], None] | None = None,
    ) -> None:
        self.clock = clock or Clock()
        self.manifest = manifest
        self.base_url = "http://127.0.0.1:8900"
        self.log = log or Journal(self.clock.now)
        self.faults = faults or Faults()
        self.switches = Switches()
        self.buses = Buses()
        self.rate_limits = RateLimits()
        self.sockets = Sockets(self)
        self.app_events = Events(self)
        self.on_event(self.app_events.hear)
        self.generation = 0
        self._seed = seed
        self._random = random.Random()  # noqa: S311 - identifiers, not secrets
        self._ids: set[str] = set()
        self.reset()

    def reset(self) -> None:
        """Back to the seeded workspace. Subscribers, connections and the clock stay."""
        self.generation += 1
        self.app_events.last = None
        self.rate_limits.clear()
        self.sockets.recover()
        self.team = Team()
        self.app = App()
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, SlackFile] = {}
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        self.homes: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.usergroups: dict[str, UserGroup] = {}
        self.tokens: dict[str, Token] = {}
        self.emoji: dict[str, str] = {}
        self.drafts: dict[tuple[str, str, str], Json] = {}
        self._last_event_us = 0
        if self._seed:
            self._seed(self)
        self.changed("reset", "state")

    # --- time

    def now(self) -> datetime:
        return self.clock.now()

    def epoch(self) -> int:
        """Whole seconds of the sandbox's clock."""
        return int(self.now().timestamp())

    def _now_us(self) -> int:
        return int(self.now().timestamp() * 1_000_000)

    def next_ts(self, channel: Channel) -> str:
        """A message timestamp, above every other of its channel even after the clock was set back."""
        channel.last_us = max(self._now_us(), channel.last_us + 1)
        return _ts(channel.last_us)

    def event_ts(self) -> str:
        """A timestamp for an event that is not a message; always rising."""
        self._last_event_us = max(self._now_us(), self._last_event_us + 1)
        return _ts(self._last_event_us)

    # --- identifiers

    def new_id(self, prefix: str) -> str:
        while True:
            found = prefix + "0" + "".join(self._random.choices(ALPHABET, k=9))
            if found not in self._ids:
                self._ids.add(found)
                return found

    def new_secret(self, length: int = 32) -> str:
        return f"{self._random.getrandbits(length * 4):0{length}x}"

    def new_block_id(self) -> str:
        return "".join(self._random.choices(ALPHABET, k=5))

    def new_trigger(self, user: str) -> str:
        _thin_out(self.triggers)
        found = f"{self._random.getrandbits(40)}.{self._random.getrandbits(40)}.{self.new_secret()}"
        self.triggers[found] = Trigger(found, user, time.monotonic() + TRIGGER_SECONDS)
        return found

    def new_response_url(self, user: str, channel: str, *, message: Message | None = None, thread_ts: str = "") -> str:
        """Answers an interaction; with `message` it may also replace or delete that message."""
        _thin_out(self.response_urls)
        key = self.new_secret(24)
        url = ResponseUrl(key, user, channel, time.monotonic() + RESPONSE_URL_SECONDS, thread_ts=thread_ts)
        if message is not None:
            url.message_ts, url.is_ephemeral = message.ts, bool(message.ephemeral_to)
        self.response_urls[key] = url
        return f"{self.base_url}/response/{key}"

    # --- looking up

    def user(self, user_id: str) -> User | None:
        return self.users.get(user_id)

    def channel(self, channel_id: str) -> Channel | None:
        return self.channels.get(channel_id)

    def channel_named(self, name: str) -> Channel | None:
        wanted = name.removeprefix("#")
        return next((c for c in self.channels.values() if c.name == wanted and c.kind != "im"), None)

    def message(self, channel_id: str, ts: str) -> Message | None:
        channel = self.channels.get(channel_id)
        return channel.messages.get(ts) if channel else None

    def dm(self, user_id: str) -> Channel | None:
        """The direct conversation of this person with the app, when it was opened before."""
        found = (c for c in self.channels.values() if c.kind == "im" and user_id in c.members)
        return next((c for c in found if self.app.bot_user in c.members), None)

    def open_dm(self, user_id: str) -> Channel:
        found = self.dm(user_id)
        if found is None:
            found = Channel(f"D{user_id[1:]}", "", "im", user_id, self.epoch(), [user_id, self.app.bot_user])
            self.channels[found.id] = found
            self.changed("state")
        return found

    def find_message(self, channel_id: str, ts: str, user_id: str) -> Message | None:
        """A message this person sees, the ones shown to them alone included."""
        channel = self.channels.get(channel_id)
        if channel is None:
            return None
        alone = channel.ephemerals.get(ts)
        return alone if alone and alone.ephemeral_to == user_id else channel.messages.get(ts)

    def draft(self, user_id: str, message: Message) -> Json:
        """The values this person has put into the inputs of a message, by block and action."""
        return self.drafts.setdefault((user_id, message.channel, message.ts), {})

    def pinned(self, channel: Channel, ts: str) -> bool:
        return any(pin.ts == ts for pin in channel.pins)

    def replies(self, message: Message) -> list[Message]:
        channel = self.channels[message.channel]
        return [channel.messages[ts] for ts in channel.threads.get(message.ts, ())]

    def visible_to(self, user_id: str) -> Iterable[Channel]:
        """The conversations a person sees in the sidebar or may join."""
        person = self.users[user_id]
        guest = person.is_restricted or person.is_ultra_restricted
        for channel in self.channels.values():
            if user_id in channel.members or (channel.kind == "public_channel" and not guest):
                yield channel

    # --- buses

    def subscribe(self, callback: Callable[[list[str]], None]) -> Callable[[], None]:
        """Called with the keys of what changed; the function returned ends it."""
        self.buses.changes.append(callback)
        return lambda: self.buses.changes.remove(callback)

    def changed(self, *keys: str) -> None:
        for callback in list(self.buses.changes):
            callback(list(keys))

    def on_event(self, callback: Callable[[SlackEvent], None]) -> Callable[[], None]:
        self.buses.events.append(callback)
        return lambda: self.buses.events.remove(callback)

    def emit(self, payload: Json, channel: Channel | None = None) -> None:
        for callback in list(self.buses.events):
            callback(SlackEvent(payload, channel))


def _thin_out(kept: dict[str, Any]) -> None:
    """Forget the oldest half of what is long spent, so that a day of clicks takes no more memory than an hour."""
    if len(kept) >= MOST_KEPT:
        for key in list(kept)[: MOST_KEPT // 2]:
            del kept[key]


def _ts(microseconds: int) -> str:
    return f"{microseconds // 1_000_000}.{microseconds % 1_000_000:06d}"
