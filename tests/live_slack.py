"""Our clients against the running sandbox: Slack, phones and mail that keep their real rules and break on demand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.domain import severity as sev
from bot.domain.delivery import Effect, Lane, Page, PageState, Row, RowState, Surface, SurfaceKind
from bot.domain.incident import Incident, State, Status
from bot.domain.people import Person
from bot.domain.picture import Job, Picture
from bot.domain.posture import Service
from clients.slack import Slack
from clients.smtp import Mailer
from clients.twilio import Twilio
from sandbox import manifest, seed, wire
from sandbox.model import Channel, Message
from sandbox.parts import Options
from sandbox.server import Running
from sandbox.twilio import ACCOUNT_SID, AUTH_TOKEN, OWN_NUMBER
from sandbox.world import World

ALICE = Person(1, "Alice Chen", "alice", seed.ALICE, "alice@acme.example", "+15550100001")
BOB = Person(2, "Bob Okafor", "bob", seed.BOB, "bob@acme.example", "+15550100002")
NOBODY = Person(9, "Nora Nobody")

MANIFEST = Path(__file__).parent.parent / "manifest.yaml"


@dataclass
class Live:
    running: Running
    slack: Slack
    twilio: Twilio
    mailer: Mailer

    @property
    def world(self) -> World:
        return self.running.world

    def fault(self, method: str, kind: str, target: str = "slack", **more: Any) -> None:
        """Orders one call to go wrong."""
        self.world.faults.add({"target": target, "method": method, "kind": kind, **more})

    def calls(self, method: str) -> list[dict[str, Any]]:
        return [entry["arguments"] for entry in self.world.log.after(0) if entry["method"] == method]

    def room(self, name: str) -> Channel:
        found = self.world.channel_named(name)
        assert found is not None
        return found

    def said(self, channel_id: str) -> list[Message]:
        """What the bot itself posted there, oldest first."""
        found = self.world.channels[channel_id].messages.values()
        return [m for m in found if m.user == seed.TOCSIN and m.subtype in ("", "bot_message")]

    def keys(self, channel_id: str) -> list[str]:
        """The row keys of what the bot posted there."""
        return [m.metadata["event_payload"]["key"] for m in self.said(channel_id) if m.metadata]

    def permalink(self, file_id: str) -> str:
        """Where Slack shows a file."""
        return str(wire.slack_file(self.world, self.world.files[file_id])["permalink"])

    def texts(self, number: str) -> list[str]:
        """SMS that a phone received or is about to."""
        return [sms.body for sms in self.running.parts.phones.messages.values() if sms.to == number]


@asynccontextmanager
async def live() -> AsyncIterator[Live]:
    running = Running(seed.new_world(manifest=manifest.read(MANIFEST)), Options(0))
    await running.start(0)
    base = running.world.base_url
    slack = Slack(seed.BOT_TOKEN, f"{base}/api/")
    twilio = Twilio(ACCOUNT_SID, AUTH_TOKEN, OWN_NUMBER, base)
    mailer = Mailer(f"smtp://127.0.0.1:{running.parts.smtp_port}", "tocsin@acme.example")
    try:
        yield Live(running, slack, twilio, mailer)
    finally:
        await slack.close()
        await twilio.close()
        await running.stop()


def now() -> datetime:
    return datetime.now(UTC)


def incident(**fields: Any) -> Incident:
    usual: dict[str, Any] = {
        "id": 42, "title": "Payments API is slow", "severity": "SEV1", "service": "payments",
        "services": ("payments",), "state": State.ASSIGNED, "status": Status.INVESTIGATING,
        "detected_by": "Alertmanager", "declared_at": now(), "source_link": "https://alerts.acme.example/1",
    }  # fmt: skip
    return Incident(**{**usual, **fields})


def picture(**fields: Any) -> Picture:
    """An incident as its handlers get it; `fields` are the incident's."""
    service = Service("payments", "payments", "payments", "https://runbooks.acme.example/payments")
    people = {person.id: person for person in (ALICE, BOB)}
    return Picture(incident(**fields), sev.DEFAULTS["SEV1"], service, people)


def job(effect: Effect, shown: Picture | None = None, *, doubt: bool = False, **fields: Any) -> Job:
    """A row made ready; `data` is its payload too."""
    data = fields.get("data", {})
    row = Row(
        7, f"key/{effect.value}", effect, Lane.ROOM, RowState.PENDING, now(), now(), 42, payload=data, doubt=doubt
    )
    return Job(row, shown if shown is not None else picture(), **fields)


def in_doubt(given: Job) -> Job:
    """The same row claimed again after a try whose end nobody knows."""
    return replace(given, row=replace(given.row, doubt=True, tries=given.row.tries + 1))


def page(person: Person = ALICE, number: int = 17) -> Page:
    return Page(number, f"page/{number}", 42, 1, 0, 0, person.id, now() - timedelta(seconds=1), PageState.OPEN)


def surface(channel: str, ts: str, kind: SurfaceKind = SurfaceKind.CARD) -> Surface:
    return Surface(channel, ts, kind, 42)
