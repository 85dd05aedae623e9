"""A night on call, without a wire: the real use cases on a real database; the world outside keeps what it was sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.bot import Bot, Config
from bot.domain.delivery import NOTIFIER_OF, Effect, Lane, Outcome, Row, Sent
from bot.domain.escalation import Policy, Target, TargetKind, Tier
from bot.domain.incident import Incident
from bot.domain.oncall import Rotation, Schedule, Slot
from bot.domain.people import EVERYTHING, Actor, Person, Source, Standing
from bot.domain.picture import Job, Picture
from bot.domain.posture import Posture, Service, Team
from bot.domain.timeline import Event, Kind
from bot.ports import Tx
from bot.usecases import bundles, pictures
from bot.usecases.declare import Declaration, declare
from bot.usecases.delivery import Drop, settle
from bot.usecases.preparing import prepare_all
from scheduler.timers import HANDLERS
from storage.database import SqlDatabase

THREE_AM = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)

_MINUTE = timedelta(minutes=1)


def posture() -> Posture:
    """Alice is on call for payments, then Bob, then Carol the manager; the website is Dave's alone."""
    on_call = Schedule("payments", (Rotation(("alice",), timedelta(days=7)),), team="payments")
    second = Schedule("payments-second", (Rotation(("bob",), timedelta(days=7)),), team="payments")
    empty = Schedule("nobody", (Rotation((), timedelta(days=7)),))
    tiers = (
        Tier((Target(TargetKind.SCHEDULE, "payments"),), 5 * _MINUTE),
        Tier((Target(TargetKind.SCHEDULE, "payments-second"),), 5 * _MINUTE),
        Tier((Target(TargetKind.POSITION, "eng-manager"),), 10 * _MINUTE),
    )
    hole = (Tier((Target(TargetKind.SCHEDULE, "nobody"),), 5 * _MINUTE), tiers[1])
    return Posture(
        people={},
        positions={"eng-manager": ("carol",)},
        teams={
            "payments": Team("payments", ("alice", "bob"), ("payments", "payments-second")),
            "web": Team("web", ("dave",)),
        },
        schedules={s.name: s for s in (on_call, second, empty)},
        policies={
            "payments": Policy("payments", tiers, repeat_cycles=1),
            "hole": Policy("hole", hole, repeat_cycles=0),
            "empty": Policy("empty", hole[:1], repeat_cycles=0),
        },
        services={
            "payments-api": Service("payments-api", "payments", "payments", "https://wiki.example/payments"),
            "hole-api": Service("hole-api", "payments", "hole"),
            "empty-api": Service("empty-api", "payments", "empty"),
            "wiki": Service("wiki"),
        },
        default_service="payments-api",
    )


@dataclass
class TestClock:
    """Stands still until it is moved."""

    __test__ = False
    time: datetime = THREE_AM

    def now(self) -> datetime:
        return self.time


@dataclass
class Outside:
    """Slack, phones and mail: answers Sent unless told otherwise, and keeps every job it was given."""

    jobs: list[Job] = field(default_factory=list)
    answers: dict[Effect, Callable[[Job], Outcome]] = field(default_factory=dict)

    def __call__(self, job: Job) -> Outcome:
        self.jobs.append(job)
        answer = self.answers.get(job.row.effect)
        return answer(job) if answer else Sent(self._ref(job))

    def _ref(self, job: Job) -> dict[str, object]:
        number = len(self.jobs)
        if job.row.effect is Effect.ROOM_CREATE:
            return {"channel": f"CROOM{job.row.incident_id}", "name": f"inc-{job.row.incident_id}"}
        ref: dict[str, object] = {"channel": f"C{job.row.effect.name}", "ts": f"1.{number:06d}"}
        if job.row.effect is Effect.PAGE_SLACK and job.picture is not None and not job.bundle:
            ref["version"] = job.picture.incident.version
        return ref

    def effects(self) -> list[Effect]:
        return [job.row.effect for job in self.jobs]

    def paged(self) -> list[tuple[str, str]]:
        """(person, notifier) in the order they went out."""
        pages = [job for job in self.jobs if job.row.effect in NOTIFIER_OF]
        return [(job.person.name.split()[0], NOTIFIER_OF[job.row.effect]) for job in pages if job.person]


@dataclass
class Night:
    """The bot, its clock, its people, and the world outside."""

    bot: Bot
    clock: TestClock
    people: dict[str, Person]
    outside: Outside = field(default_factory=Outside)

    def by(self, name: str, source: Source = Source.SLACK_BUTTON) -> Actor:
        return Actor(self.people[name], source)

    @property
    def now(self) -> datetime:
        return self.clock.time

    async def declare(self, title: str = "Payments API is slow", by: str = "dave", **fields: object) -> Incident:
        """Declares and lets everything go out."""
        form = Declaration(title, **fields)  # type: ignore[arg-type]  # a test names real fields
        answer = await declare(self.bot, form, self.by(by), self.now)
        await self.deliver()
        return answer.incident

    async def deliver(self) -> None:
        """Sends every row that may go now, in as many turns as it takes."""
        for _turn in range(50):
            rows = await self.bot.db.write(self._claim)
            if not rows:
                return
            for row, job in zip(rows, await prepare_all(self.bot, rows, self.now), strict=True):
                outcome = job if isinstance(job, Drop) else bundles.noted(job, self.outside(job))
                await settle(self.bot, row, outcome, self.now)
        raise AssertionError("the outbox never came to rest")

    async def _claim(self, tx: Tx) -> list[Row]:
        return [row for lane in Lane for row in await bundles.claim_in(tx, "test", lane, self.now, 50)]

    async def pass_minutes(self, minutes: float) -> None:
        """Moves the clock by whole steps to each due timer and row, firing them and sending what they cause."""
        end = self.now + minutes * _MINUTE
        for _turn in range(500):
            due = await self._next_due()
            if due is None or due > end:
                break
            self.clock.time = max(self.now, due)
            for timer in await self.bot.db.write(lambda tx: tx.timers.claim("test", self.now, 50)):
                await HANDLERS[timer.kind](self.bot, timer, self.now)
            await self.deliver()
        self.clock.time = end

    async def _next_due(self) -> datetime | None:
        timer = await self.bot.db.read(lambda tx: tx.timers.next_due())
        row = await self.bot.db.read(lambda tx: tx.outbox.next_due())
        return min((due for due in (timer, row) if due is not None), default=None)

    async def picture(self, number: int = 1) -> Picture:
        return await pictures.picture(self.bot, number, EVERYTHING)

    async def incident(self, number: int = 1) -> Incident:
        return (await self.picture(number)).incident

    async def events(self, number: int = 1) -> list[Event]:
        return await self.bot.db.read(lambda tx: tx.timeline.of(number))

    async def kinds(self, number: int = 1) -> list[Kind]:
        return [event.kind for event in await self.events(number)]


PEOPLE = {
    "alice": Person(0, "Alice Chen", "alice", "U0ALICE", "alice@acme.example", "+15550100001", "Europe/Berlin"),
    "bob": Person(0, "Bob Okafor", "bob", "U0BOB", "bob@acme.example", "+15550100002", "America/New_York"),
    "carol": Person(0, "Carol Díaz", "carol", "U0CAROL", "carol@acme.example", standing=Standing.ADMIN),
    "dave": Person(0, "Dave Novak", "dave", "U0DAVE"),
    "gina": Person(0, "Gina Guest", None, "U0GINA", standing=Standing.GUEST),
}


async def night_on(db: SqlDatabase) -> Night:
    """Three in the morning, nothing open."""
    clock = TestClock()
    declared = posture()
    config = Config(
        notifiers=frozenset({"slack", "sms", "email"}), public_url="https://tocsin.example", secret=b"night"
    )
    in_force = [declared]
    bot = Bot(db, clock, lambda: in_force[-1], lambda: None, config, in_force.append)
    people = {}
    for name, person in PEOPLE.items():
        people[name] = await db.write(lambda tx, one=person: tx.people.add(one))  # type: ignore[misc]  # bound now
    for schedule, name in (("payments", "alice"), ("payments-second", "bob")):
        slot = Slot(0, schedule, people[name].id, THREE_AM - timedelta(days=1), THREE_AM + timedelta(days=7))
        await db.write(lambda tx, s=schedule, one=slot: tx.slots.replace(s, one.start, [one]))  # type: ignore[misc]
    return Night(bot, clock, people)


def without(night: Night, **config: object) -> Night:
    """The same night under other settings."""
    return replace(night, bot=replace(night.bot, config=replace(night.bot.config, **config)))


def paging_by(night: Night, policy: Policy) -> Night:
    """The same night where payments-api is paged for by another policy."""
    declared = posture()
    declared = replace(declared, policies={**declared.policies, "payments": policy})
    return replace(night, bot=replace(night.bot, posture=lambda: declared))
