"""A night in town: the unmodified bot, and the world outside in the sandbox, on a clock that can be moved."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.request import Request, urlopen

from town.messages import Message
from town.outside import Outside
from town.people import Person
from town.program import ROOT, Program, free_port
from town.waiting import PATIENCE, eventually

from bot.domain.delivery import NOTIFIER_OF, Row, RowState
from bot.domain.incident import Incident
from bot.domain.people import EVERYTHING
from bot.domain.timeline import Kind
from bot.ports import Tx
from storage.opening import open_beside
from storage.verify import Finding, findings

T = TypeVar("T")

ACME = ROOT / "examples" / "acme.yaml"
INCIDENTS_TOKEN, ALERTMANAGER_TOKEN = "incidents-token-of-a-test", "alertmanager-token-of-a-test"
BOT = "U0TOCSIN"


@dataclass(frozen=True)
class Clock:
    """The clock on the wall, for the bot and for everybody."""

    outside: Outside

    def passes(self, *, minutes: float = 0, seconds: float = 0) -> None:
        self.outside.post("clock", advance=minutes * 60 + seconds)

    @property
    def now(self) -> datetime:
        return datetime.fromisoformat(self.outside.get("state")["clock"]["now"]).astimezone(UTC)


@dataclass(frozen=True)
class Room:
    """A war room, or any other channel."""

    outside: Outside
    id: str

    @property
    def raw(self) -> dict[str, Any]:
        channels = self.outside.get("state")["channels"]
        return dict(next(one for one in channels if one["id"] == self.id))

    @property
    def name(self) -> str:
        return str(self.raw["name"])

    @property
    def topic(self) -> str:
        return str(self.raw["topic"])

    @property
    def members(self) -> set[str]:
        return set(self.raw["members"])

    @property
    def bookmarks(self) -> dict[str, str]:
        return {one["title"]: one["link"] for one in self.raw["bookmarks"]}

    @property
    def pins(self) -> list[str]:
        """The ts of what is pinned."""
        return [str(pin["ts"]) for pin in self.raw["pins"]]

    def messages(self) -> list[Message]:
        """Everything that everybody there sees, oldest first."""
        found = self.outside.get("messages", channel=self.id)["messages"]
        return [Message(one) for one in found if not one.get("is_ephemeral")]

    def file(self, name: str) -> str:
        """A shared file's text, once it is there, as a member's client fetches it."""

        def found() -> str:
            files = [file for message in self.messages() for file in message.files]
            return str(next(file for file in files if file["name"] == name)["url_private"])

        address = eventually(found)
        request = Request(address, headers={"Authorization": f"Bearer {self.outside.addresses['slack_bot_token']}"})
        with urlopen(request, timeout=10) as answer:
            return str(answer.read().decode())

    def told(self) -> list[str]:
        """What the bot said there, in its own words, oldest first."""
        return [one.text for one in self.messages() if one.user == BOT and not one.raw.get("subtype")]

    def has(self, message: Message) -> Message:
        """A message as it is now."""
        return next(one for one in self.messages() if one.ts == message.ts)

    def hears(self, words: str) -> Message:
        """The message of the bot that holds these words, once it is there."""

        def found() -> Message:
            messages = [one for one in self.messages() if one.user == BOT and words in f"{one.text}\n{one.words}"]
            assert messages, f"{words!r} is not among {self.told()}"
            return messages[-1]

        return eventually(found)


@dataclass
class Town:
    """Everything a story needs. The bot is started by `bot.start()`; whoever asks for the fixture finds it running."""

    outside: Outside
    bot: Program
    database: str
    clock: Clock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = Clock(self.outside)
        self.alice = Person(self.outside, "U0ALICE", "+15550100001", "alice@acme.example")
        self.bob = Person(self.outside, "U0BOB", "+15550100002", "bob@acme.example")
        self.carol = Person(self.outside, "U0CAROL", "+15550100003", "carol@acme.example")
        self.dave = Person(self.outside, "U0DAVE", "+15550100004", "dave@acme.example")
        self.gina = Person(self.outside, "U0GINA")

    @property
    def everybody(self) -> tuple[Person, ...]:
        return (self.alice, self.bob, self.carol, self.dave)

    def channel(self, name: str) -> Room:
        """By name. LookupError where there is none."""
        for one in self.outside.get("state")["channels"]:
            if one["name"] == name:
                return Room(self.outside, one["id"])
        raise LookupError(f"there is no #{name}")

    def room(self, number: int = 1) -> Room:
        """The war room, once it is there."""

        def found() -> Room:
            rooms = [one for one in self.outside.get("state")["channels"] if one["name"].startswith(f"inc-{number}-")]
            assert rooms, f"INC-{number} has no war room"
            return Room(self.outside, rooms[0]["id"])

        return eventually(found)

    def card(self, number: int = 1) -> Message:
        """The live card as it is now, once it is posted."""

        def found() -> Message:
            return next(one for one in self.room(number).messages() if _is_card(one, number))

        return eventually(found)

    def card_shows(self, words: str, number: int = 1, *, seconds: float = PATIENCE) -> Message:
        """The card, once these words are on it."""

        def found() -> Message:
            card = self.card(number)
            assert words in card.words, f"{words!r} is not on the card: {card.words}"
            return card

        return eventually(found, seconds=seconds)

    def announcement(self, channel: str, number: int = 1) -> Message:
        """The announcement in a channel, once it is there."""
        name = f"INC-{number} "

        def found() -> Message:
            return next(one for one in self.channel(channel).messages() if one.user == BOT and name in one.text)

        return eventually(found)

    def declares(self, line: str = "sev2 payments API is slow", by: Person | None = None) -> Room:
        """Dave, who is on no rota for payments, declares; answers the war room once it is as it should be."""
        said = (by or self.dave).types(f"/incident declare {line}")
        assert "is declared as" in said, said
        number = int(said.split("INC-", 1)[1].split(" ", 1)[0])
        self.card(number)
        eventually(lambda: self.at_rest(number))
        return self.room(number)

    def webhook(self, source: str, body: Any, token: str | None = None, **headers: str) -> tuple[int, Any]:
        """POSTs to one of the bot's webhooks; a text goes as plain text, everything else as JSON."""
        given = {"incidents": INCIDENTS_TOKEN, "alertmanager": ALERTMANAGER_TOKEN}[source] if token is None else token
        kind = "text/plain" if isinstance(body, str) else "application/json"
        raw = body if isinstance(body, str | bytes) else json.dumps(body)
        sent = {"Content-Type": kind, "Authorization": f"Bearer {given}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.bot.http("POST", f"/webhooks/{source}", raw if isinstance(raw, bytes) else raw.encode(), sent)

    # --- what the database says

    def asks(self, work: Callable[[Tx], Any]) -> Any:
        """Reads the bot's database beside it; `work` is `async def work(tx)`."""

        async def read() -> Any:
            db = await open_beside(self.database)
            try:
                return await db.read(work)
            finally:
                await db.close()

        return asyncio.run(read())

    def incident(self, number: int = 1) -> Incident:
        found: Incident = self.asks(lambda tx: tx.incidents.get(number, EVERYTHING))
        return found

    def numbers(self) -> list[int]:
        """Every incident there is, newest first."""
        return [one.id for one in self.asks(lambda tx: tx.incidents.recent(EVERYTHING, 50))]

    def kinds(self, number: int = 1) -> list[Kind]:
        """The timeline's facts, in order, by kind."""
        return [event.kind for event in self.asks(lambda tx: tx.timeline.of(number))]

    def rows(self, number: int = 1) -> list[Row]:
        """The outbox of one incident."""
        return list(self.asks(lambda tx: tx.outbox.of_incident(number)))

    def page_rows(self, number: int = 1) -> list[Row]:
        return [row for row in self.rows(number) if row.effect in NOTIFIER_OF]

    def at_rest(self, number: int = 1) -> bool:
        """Nothing that may go now still waits; what is planned for later and was not tried yet may wait."""
        now = self.clock.now
        waiting = [row for row in self.rows(number) if row.done_at is None]
        return all(row.not_before > now and row.tries == 0 for row in waiting)

    def verify(self) -> list[Finding]:
        """Every broken promise of durable work."""

        async def work() -> list[Finding]:
            db = await open_beside(self.database)
            try:
                return await findings(db)
            finally:
                await db.close()

        return asyncio.run(work())

    def went_out(self) -> dict[str, list[str]]:
        """The pages that the ledger calls sent, by notifier, as the providers name them."""
        names = {"slack": "ts", "sms": "sid", "email": "message_id"}
        rows = [row for number in self.numbers() for row in self.page_rows(number) if row.state is RowState.SENT]
        ids = {
            way: [str(row.result[name]) for row in rows if NOTIFIER_OF[row.effect] == way]
            for way, name in names.items()
        }
        return {way: sorted(found) for way, found in ids.items()}

    def arrived(self) -> dict[str, list[str]]:
        """The pages that people were really sent; a mail that came twice under one Message-ID counts once."""
        people = self.everybody
        sms = [one for person in people for one in person.phone.raw["messages"] if "Reply ACK" in one["body"]]
        return {
            "slack": sorted(page.ts for person in people for page in person.pages() if _is_page(page)),
            "sms": sorted(one["sid"] for one in sms),
            "email": sorted({mail["message_id"] for person in people for mail in person.mails()}),
        }

    def ends_well(self) -> None:
        """The end of every story: the bot stops in order, broke no promise and logged no bug."""
        if self.bot.process is not None:
            assert self.bot.stop() == 0
        assert self.verify() == []
        assert self.bot.errors() == []


#: Builds a town whose bot is not yet started, with other settings: `build(POSTURE=…)`.
Build = Callable[..., Town]


def _is_page(message: Message) -> bool:
    """By the key that the bot put into it: an answered page reads otherwise than an open one."""
    payload = (message.raw.get("metadata") or {}).get("event_payload") or {}
    return str(payload.get("key")).startswith("page/")


def _is_card(message: Message, number: int) -> bool:
    blocks = message.raw.get("blocks") or []
    first = blocks[0] if blocks else {}
    return message.user == BOT and first.get("type") == "header" and f"INC-{number} ·" in first["text"]["text"]


def posture(folder: Path, changes: Mapping[str, str]) -> str:
    """Acme's posture with some texts replaced; answers its path, for the setting POSTURE."""
    text = ACME.read_text()
    for old, new in changes.items():
        assert old in text, f"{old!r} is not in {ACME.name}"
        text = text.replace(old, new)
    file = folder / "posture.yaml"
    file.write_text(text)
    return str(file)


def settings_of(outside: Outside, port: int, database: str) -> dict[str, str]:
    """The settings of a bot that lives in the sandbox, as docs/sandbox.md gives them."""
    given = outside.addresses
    return {
        "SLACK_BOT_TOKEN": given["slack_bot_token"],
        "SLACK_APP_TOKEN": given["slack_app_token"],
        "SLACK_API_URL": given["slack_api_url"],
        "SLACK_PACE": "false",  # the sandbox has no limits but where a story asks for them
        "TWILIO_ACCOUNT_SID": given["twilio_account_sid"],
        "TWILIO_AUTH_TOKEN": given["twilio_auth_token"],
        "TWILIO_PHONE_NUMBER": given["twilio_phone_number"],
        "TWILIO_API_URL": given["twilio_api_url"],
        "SMTP_URL": given["smtp_url"],
        "MAIL_FROM": "tocsin@acme.example",
        "CLOCK_URL": given["clock_url"],
        "DATABASE_URL": database,
        "POSTURE": str(ACME),
        "HTTP_PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "WEBHOOK_TOKEN_INCIDENTS": INCIDENTS_TOKEN,
        "WEBHOOK_TOKEN_ALERTMANAGER": ALERTMANAGER_TOKEN,
    }


@contextmanager
def a_town(database: str, folder: Path, **settings: str) -> Iterator[Town]:
    """A town whose bot is not yet started. `settings` are more settings of the bot, or others ("" takes one away)."""
    port = free_port()
    outside = Outside(f"http://127.0.0.1:{port}/twilio/sms")
    try:
        given: Mapping[str, str] = {**settings_of(outside, port, database), **settings}
        town = Town(outside, Program(folder, port, given), database)
        try:
            yield town
        finally:
            if town.bot.process is not None:
                town.bot.kill()
            print(town.bot.words())
    finally:
        outside.close()
