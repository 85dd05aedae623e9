"""What `simulate` says from a posture alone is what a night under that posture really pages, page by page."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import databases
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from night import THREE_AM, TestClock

from bot.bot import Bot, Config
from bot.domain import severity as sev
from bot.domain.delivery import NOTIFIER_OF, Lane, Row, RowState, Sent
from bot.domain.escalation import Policy, Target, TargetKind, Tier
from bot.domain.oncall import ActiveHours, Rotation, Schedule
from bot.domain.people import SYSTEM
from bot.domain.posture import PersonDecl, Posture, Service, Team
from bot.domain.simulation import Simulation, deliveries, simulate
from bot.ports import Tx
from bot.usecases.declare import Declaration, declare
from bot.usecases.delivery import settle
from bot.usecases.schedules import accept_posture
from scheduler.timers import HANDLERS
from storage.database import SqlDatabase

M = timedelta(minutes=1)
HANDLES = ("alice", "bob", "carol", "dave")
CONFIGURED = frozenset({"slack", "sms", "voice", "email"})
#: When, who, by what.
PageSent = tuple[datetime, str, str]
LONGEST = 90 * M  # of a night that is lived through


@st.composite
def people(draw: st.DrawFn) -> dict[str, PersonDecl]:
    """Some have everything, some one address, and some none at all."""
    made = {}
    for number, handle in enumerate(HANDLES):
        slack, mail, phone = draw(st.tuples(st.booleans(), st.booleans(), st.booleans()))
        made[handle] = PersonDecl(
            handle,
            handle.title(),
            f"U0{handle.upper()}" if slack else None,
            f"{handle}@acme.example" if mail and slack else None,
            f"+1555010000{number}" if phone else None,
        )
    return made


rotations = st.builds(
    Rotation,
    st.lists(st.sampled_from(HANDLES), max_size=3).map(tuple),
    st.sampled_from([timedelta(hours=1), timedelta(hours=2), timedelta(days=1), timedelta(days=7)]),
    st.sampled_from([time(9), time(3, 20)]),
    st.just(0),
    st.sampled_from(["UTC", "Europe/Berlin"]),
    st.none() | st.just(THREE_AM + 30 * M),
    st.none() | st.just(ActiveHours(time(3, 10), time(4, 40))),
)
schedules = st.lists(rotations, min_size=1, max_size=2).map(tuple)

targets = st.one_of(
    st.builds(Target, st.just(TargetKind.SCHEDULE), st.sampled_from(["one", "two"]), st.integers(0, 2)),
    st.builds(Target, st.just(TargetKind.PERSON), st.sampled_from([*HANDLES, "erin"])),
    st.builds(Target, st.just(TargetKind.POSITION), st.sampled_from(["lead", "chiefs", "vacant"])),
    st.just(Target(TargetKind.TEAM, "team")),
    st.just(Target(TargetKind.POLICY, "inner")),
    st.builds(Target, st.just(TargetKind.PERSON), st.just("alice"), st.just(0), st.just(("voice", "sms"))),
)
tiers = st.lists(
    st.builds(Tier, st.lists(targets, min_size=1, max_size=2).map(tuple), st.integers(1, 40).map(lambda n: n * M)),
    min_size=1,
    max_size=3,
).map(tuple)


@st.composite
def postures(draw: st.DrawFn) -> Posture:
    executive = draw(st.none() | targets.filter(lambda one: one.kind is not TargetKind.POLICY))
    inner = [tier for tier in draw(tiers) if all(one.kind is not TargetKind.POLICY for one in tier.targets)]
    policies = {
        "outer": Policy("outer", draw(tiers), draw(st.integers(0, 2)), executive),
        "inner": Policy("inner", tuple(inner) or (Tier((Target(TargetKind.PERSON, "bob"),), M),), 1),
    }
    return Posture(
        people=draw(people()),
        positions={"lead": ("bob",), "chiefs": ("carol", "dave"), "vacant": (), "eng-manager": ("carol",)},
        teams={"team": Team("team", ("alice", "bob"), ("one",))},
        schedules={name: Schedule(name, draw(schedules), team="team") for name in ("one", "two")},
        policies=policies,
        services={"api": Service("api", "team", "outer")},
        severities={
            **sev.DEFAULTS,
            "SEV3": replace(sev.DEFAULTS["SEV3"], pages=True),  # low urgency
        },
        default_service="api",
    )


@dataclass
class NightOwl:
    """Lives through every moment at which anything is due, and keeps when each page went out."""

    bot: Bot
    clock: TestClock
    sent: list[PageSent] = field(default_factory=list)

    async def until(self, end: datetime) -> list[PageSent]:
        for _ in range(2000):
            for timer in await self.bot.db.write(lambda tx: tx.timers.claim("test", self.clock.time, 50)):
                await HANDLERS[timer.kind](self.bot, timer, self.clock.time)
            await self._send()
            due = await self.bot.db.read(self._next_due)
            if due is None or due >= end:
                return self.sent
            self.clock.time = due
        raise AssertionError("the night never ends")

    async def _send(self) -> None:
        """Pages only: nothing else that leaves the bot can change whom it pages."""
        for row in await self.bot.db.write(self._claim):
            person = await self.bot.db.read(lambda tx, one=row: tx.people.get(one.person_id))  # type: ignore[misc]  # bound now
            self.sent.append((self.clock.time, person.name, NOTIFIER_OF[row.effect]))
            await settle(self.bot, row, Sent({"channel": "D0", "ts": f"1.{row.id:06}"}), self.clock.time)

    async def _claim(self, tx: Tx) -> list[Row]:
        lanes = (Lane.SEV1, Lane.PAGES)
        return [row for lane in lanes for row in await tx.outbox.claim("test", lane, self.clock.time, 50)]

    async def _next_due(self, tx: Tx) -> datetime | None:
        rows = await tx.outbox.of_incident(1, NOTIFIER_OF)
        waiting = [row.not_before for row in rows if row.state is RowState.PENDING]
        return min((one for one in (*waiting, await tx.timers.next_due()) if one is not None), default=None)


async def a_night(posture: Posture, severity: str, end: datetime, url: str) -> list[PageSent]:
    async with databases.opened(url) as db:
        return await lived(db, posture, severity, end)


async def lived(db: SqlDatabase, posture: Posture, severity: str, end: datetime) -> list[PageSent]:
    """What went out under this posture until then, with nobody answering."""
    clock = TestClock()
    bot = Bot(db, clock, lambda: posture, lambda: None, Config(notifiers=CONFIGURED))
    await accept_posture(bot, posture, text="-", digest="-", by="test", now=THREE_AM)
    await declare(bot, Declaration("it is slow", severity), SYSTEM, THREE_AM)
    return await NightOwl(bot, clock).until(end)


def planned(posture: Posture, severity: str) -> tuple[Simulation, datetime]:
    """The simulation, and how far it speaks: until the fallback would come again."""
    made = simulate(posture, "api", posture.severities[severity], THREE_AM, timedelta(minutes=15), CONFIGURED)
    end = THREE_AM + LONGEST
    if made.again is not None:  # counted from the fallback, not from who comes on call within it
        fallback = next(event for event in reversed(made.events) if not event.handover)
        end = min(end, fallback.at + made.again)
    return made, end


def told(made: Simulation, end: datetime) -> list[PageSent]:
    return [(one.at, one.person.name, one.notifier) for one in deliveries(made, CONFIGURED) if one.at < end]


def in_order(sent: Sequence[PageSent]) -> list[PageSent]:
    return sorted(sent)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(posture=postures(), severity=st.sampled_from(["SEV1", "SEV2", "SEV3"]))
def test_simulate_and_the_night_page_the_same_people_at_the_same_moments(
    posture: Posture, severity: str, sqlite_template: Path
) -> None:
    made, end = planned(posture, severity)
    with TemporaryDirectory() as folder:
        url = databases.copy_of(sqlite_template, Path(folder) / "night.db")
        really = asyncio.run(a_night(posture, severity, end, url))
    assert in_order(really) == in_order(told(made, end))
