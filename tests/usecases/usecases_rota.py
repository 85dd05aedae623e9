"""A team with a weekly rotation for the tests of who is on call: Alice, Bob and Dave take turns, Carol is admin."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.bot import Bot, Config
from bot.domain.delivery import Lane
from bot.domain.oncall import Rotation, Schedule, Slot
from bot.domain.people import Actor, Person, PersonId, Source, Standing
from bot.domain.posture import PersonDecl, Posture, Team
from bot.usecases import rotas
from bot.usecases.schedules import accept_posture
from storage.database import SqlDatabase

#: The hour at which a week begins, and a day within Alice's.
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)

WEEKLY = Schedule("payments", (Rotation(("alice", "bob", "dave"), WEEK, start=MONDAY),), team="payments")


def posture_of(*schedules: Schedule) -> Posture:
    handles = ("alice", "bob", "carol", "dave", "erin")
    people = {handle: PersonDecl(handle, handle.title(), f"U0{handle.upper()}") for handle in handles}
    return Posture(
        people=people,
        positions={},
        teams={"payments": Team("payments", ("alice", "bob", "dave"), ("payments",))},
        schedules={schedule.name: schedule for schedule in schedules or (WEEKLY,)},
        policies={},
        services={},
        admins=("carol",),
    )


@dataclass
class Team24:
    """The bot over a database, its people, and the postures that were in force."""

    bot: Bot
    people: dict[str, Person]
    in_force: list[Posture] = field(default_factory=list)
    now: datetime = TUESDAY

    def by(self, name: str) -> Actor:
        return Actor(self.people[name], Source.SLACK_COMMAND)

    def id(self, name: str) -> PersonId:
        return self.people[name].id

    async def plan(self, weeks: float = 3, schedule: str = "payments") -> list[str]:
        """The stretches from the clock's hour on, as people say them; `*` marks overrides."""
        found = await rotas.plan(self.bot, schedule, self.now, self.now + weeks * WEEK)
        return [self.told(slot) for slot in found]

    def told(self, slot: Slot) -> str:
        name = next(name for name, person in self.people.items() if person.id == slot.person_id)
        return f"{name}{'*' if slot.is_override else ''} {slot.start:%a %d %H}-{slot.end:%a %d %H}"

    async def notes(self) -> list[tuple[str, str]]:
        """Direct messages that are to go out: to whom, and which."""
        names = {person.id: name for name, person in self.people.items()}
        rows = await self.bot.db.write(lambda tx: tx.outbox.claim("test", Lane.ANSWERS, self.now + WEEK, 90))
        return [(names[row.person_id or 0], str(row.payload["message"])) for row in rows]


async def team_on(db: SqlDatabase, *schedules: Schedule) -> Team24:
    """Tuesday at noon, with eight weeks of slots."""
    in_force = [posture_of(*schedules)]
    config = Config(notifiers=frozenset({"slack"}))
    bot = Bot(db, _Still(), lambda: in_force[-1], lambda: None, config, in_force.append)
    in_force[0] = await accept_posture(bot, in_force[0], text="", digest="one", by="start", now=TUESDAY)
    people = await db.read(lambda tx: tx.people.by_handles(in_force[0].people))
    return Team24(bot, people, in_force)


class _Still:
    def now(self) -> datetime:
        return TUESDAY


def guest(person: Person) -> Person:
    """The same one, who only reads here."""
    return replace(person, standing=Standing.GUEST)
