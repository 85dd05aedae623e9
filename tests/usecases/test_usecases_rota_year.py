"""A year of a team: who joins, leaves, rests, swaps and keeps a sheet, through two clock changes; no hour is lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.bot import Bot, Config
from bot.domain.oncall import Slot, of_one_person
from bot.domain.people import Actor, Person, Source
from bot.domain.posture import Posture
from bot.usecases import absences, readiness, rotas, sheets, shifts, swaps
from bot.usecases.readiness import tell_gaps
from bot.usecases.schedules import accept_posture, extend_slots
from posture import loads
from storage.database import SqlDatabase

BERLIN = ZoneInfo("Europe/Berlin")
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)

TEAM = """\
people:
  alice: {slack: U0ALICE, zone: Europe/Berlin%(alice)s}
  bob: {slack: U0BOB, zone: Europe/Berlin%(bob)s}
  carol: {slack: U0CAROL, zone: America/New_York%(carol)s}
  dave: {slack: U0DAVE, zone: Europe/Berlin%(dave)s}
holidays: {labor: [2026-09-07]}
admins: [carol]
services: {api: {owner: payments}}
teams:
  payments:
    members: [alice, bob, carol, dave]
    rotation:
      members: [%(members)s]
      handoff: Mon 09:00
      time_zone: Europe/Berlin
      start: 2026-01-05
"""


def written(members: str, **more: str) -> Posture:
    said = dict.fromkeys(("alice", "bob", "carol", "dave"), "") | more | {"members": members}
    loaded = loads(TEAM % said)
    assert loaded.posture is not None and [str(one) for one in loaded.errors] == []
    return loaded.posture


def monday(text: str) -> datetime:
    """Nine o'clock in Berlin."""
    return datetime.fromisoformat(text).replace(hour=9, tzinfo=BERLIN).astimezone(UTC)


@dataclass
class _Clock:
    year: Year

    def now(self) -> datetime:
        return self.year.now


@dataclass
class Year:
    """The bot and its clock; every day the slots are extended and gaps are looked for, as the jobs do."""

    db: SqlDatabase
    now: datetime
    in_force: list[Posture]
    bot: Bot = field(init=False)
    people: dict[str, Person] = field(default_factory=dict)
    gaps: list[tuple[str, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        config = Config(notifiers=frozenset({"slack"}))
        self.bot = Bot(self.db, _Clock(self), lambda: self.in_force[-1], lambda: None, config, self.in_force.append)

    def by(self, name: str) -> Actor:
        return Actor(self.people[name], Source.SLACK_COMMAND)

    async def accept(self, posture: Posture) -> None:
        digest = f"{len(self.in_force)}"
        made = await accept_posture(self.bot, posture, text=digest, digest=digest, by="git", now=self.now)
        self.in_force.append(made)
        self.people = await self.db.read(lambda tx: tx.people.by_handles(["alice", "bob", "carol", "dave"]))

    async def until(self, text: str) -> None:
        """Lives day by day."""
        while self.now + DAY <= monday(text):
            self.now += DAY
            await extend_slots(self.bot, self.bot.posture(), self.now)
            new, mended = await tell_gaps(self.bot, self.now)
            self.gaps += [(f"{self.now:%m-%d}", new, mended)] if new or mended else []
        self.now = monday(text)

    async def held(self, start: str, end: str, schedule: str = "payments") -> list[Slot]:
        """As the rows say it, read in pieces that the rows reach."""
        return of_one_person(await rotas.plan(self.bot, schedule, monday(start), monday(end)))

    async def edited(self, start: str, weeks: str) -> list[str]:
        """The sheet as it is from now on, a letter and a row for each week; answers what is wrong with it."""
        people = {name[0].upper(): name.title() for name in (*self.people, "erin")}
        days = [monday(start) + number * WEEK for number in range(len(weeks) + 1)]
        times = [f"{day:%m-%d-%Y} 09:00" for day in days]
        rows = [[since, until, people[one]] for since, until, one in zip(times, times[1:], weeks, strict=False)]
        contacts = [["name"], ["Alice"], ["Bob"], ["Carol"], ["Dave"]]
        head = ["start_time", "end_time", "assignees"]
        faults = await sheets.take(self.bot, [head, *rows], contacts, self.now, "Europe/Berlin")
        return [f"row {one.row}: {one.given}" for one in faults]

    async def weeks(self, start: str, end: str, schedule: str = "payments") -> str:
        """Who has each week, by the first letter; small where it is shared."""
        held = await self.held(start, end, schedule)
        names = {person.id: name for name, person in self.people.items()}
        letters = ""
        at = monday(start)
        while at < monday(end):
            after = (at.astimezone(BERLIN) + WEEK).astimezone(UTC)  # the wall clock's week
            who = {names[slot.person_id] for slot in held if slot.start < after and slot.end > at}
            letters += next(iter(who))[0].upper() if len(who) == 1 else "".join(sorted(name[0] for name in who))
            at = after
        return letters


async def test_a_year(sqlite_db: SqlDatabase) -> None:
    year = Year(sqlite_db, monday("2026-01-05"), [written("alice, bob, carol")])
    await year.accept(year.in_force[0])
    assert await year.weeks("2026-01-05", "2026-02-23") == "ABCABCA"

    # At the end of March the clocks change; in April Dave joins, after Carol, and nobody else's turn moves.
    await year.until("2026-03-16")
    await year.accept(written("alice, bob, carol, {person: dave, joins: 2026-04-13}"))
    assert await year.weeks("2026-01-05", "2026-05-11") == "ABCABCABCABCAB" + "CDAB"
    [spring] = await year.held("2026-03-23", "2026-03-30")
    assert spring.end - spring.start == WEEK - HOUR

    # In May Bob and Carol swap two weeks, and Alice hands a Wednesday over to Dave.
    await year.until("2026-05-04")
    asked = await swaps.ask(
        year.bot, "payments", monday("2026-05-11"), monday("2026-05-04"), year.by("carol"), year.now
    )
    assert await swaps.accept(year.bot, int(str(asked.data["swap"])), year.by("bob"), year.now)
    wednesday = monday("2026-05-27")
    await shifts.override(
        year.bot, "payments", year.people["dave"].id, wednesday, wednesday + DAY, year.by("alice"), year.now
    )
    assert await year.weeks("2026-04-27", "2026-06-08") == "ACBDadB"

    # In July Alice goes; in August Bob is away for two weeks, and what falls into them passes to Carol.
    await year.until("2026-06-15")
    await year.accept(
        written(
            "{person: alice, leaves: 2026-07-06}, bob, carol, dave",
            bob=", time_off: 2026-08-03..2026-08-16",
            carol=", holidays: labor",
        )
    )
    await year.until("2026-08-31")
    assert await year.weeks("2026-06-08", "2026-08-31") == "CDABCDBCDbcCD"

    # In September Carol, who lives in New York, has Labor Day off: it is the first of her week, and Dave's.
    labor = await year.held("2026-09-07", "2026-09-14")
    ends = labor[0].end.astimezone(ZoneInfo("America/New_York"))
    assert (await year.weeks("2026-08-31", "2026-09-21"), f"{ends:%a %H:%M}") == ("BcdD", "Tue 00:00")

    # In October a second line is kept in a sheet. Once it is edited badly, which changes nothing until it is mended.
    await year.until("2026-10-05")
    assert await year.edited("2026-10-05", "BCDB") == []
    await year.until("2026-10-12")
    assert await year.edited("2026-10-05", "BCBBDDBCDBCBBCE") == ["row 16: Erin"]
    assert await year.weeks("2026-10-12", "2026-11-02", "sheet") == "CDB"
    assert await year.edited("2026-10-05", "BCBBDDBCDBCBBCD") == []
    assert await year.weeks("2026-10-12", "2026-11-02", "sheet") == "CBB"

    # The clocks are set back, and Bob tells that he is away for a Wednesday: Carol has it.
    await year.until("2026-11-02")
    [autumn] = await year.held("2026-10-19", "2026-10-26")
    assert autumn.end - autumn.start == WEEK + HOUR
    day = datetime(2026, 11, 4, tzinfo=BERLIN)
    await absences.away(year.bot, year.people["bob"].id, day, day + DAY, year.by("bob"), year.now)
    assert await year.weeks("2026-10-05", "2026-11-16") == "DBCDbcC"
    assert year.gaps == []

    # At Christmas all three are off: two weeks before, that is told; Alice, long gone, helps out, and it is mended.
    away = dict.fromkeys(("bob", "carol", "dave"), ", time_off: 2026-12-24..2026-12-26")
    await year.accept(written("{person: alice, leaves: 2026-07-06}, bob, carol, dave", **away))
    await year.until("2026-12-14")
    [gap] = await readiness.gaps(year.bot, year.now)
    assert (gap.code, gap.start and f"{gap.start:%d %H}", gap.end and f"{gap.end:%d %H}") == (
        "no_slot",
        "24 05",
        "26 23",
    )
    assert gap.start is not None and gap.end is not None
    alice = year.people["alice"].id
    await shifts.override(year.bot, "payments", alice, gap.start, gap.end, year.by("carol"), year.now)
    await year.until("2026-12-28")
    assert year.gaps == [("12-10", 1, 0), ("12-15", 0, 1)]

    # Nobody lost or doubled an hour: not at the clock changes, nor at any change of the rota.
    whole = await year.held("2026-01-05", "2026-12-28")
    assert all(one.end == other.start for one, other in pairwise(whole))
    assert (whole[0].start, whole[-1].end) == (monday("2026-01-05"), monday("2026-12-28"))
    loads_of = await rotas.fairness(year.bot, "payments", 357, year.now)
    assert sum(load.hours for load in loads_of.values()) == (monday("2026-12-28") - monday("2026-01-05")) / HOUR
