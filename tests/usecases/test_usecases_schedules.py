"""Slots are kept ahead without touching what is right, and targets find the people they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.bot import Bot
from bot.domain.escalation import Target, TargetKind
from bot.domain.meaning import Found
from bot.domain.oncall import ActiveHours, OnCall, Rotation, Schedule, Slot
from bot.domain.people import Person, Standing
from bot.domain.posture import PersonDecl, Posture, Team
from bot.ports import Tx
from bot.usecases.finding import find_people
from bot.usecases.schedules import AHEAD, accept_posture, extend_slots, on_call_now
from storage.database import SqlDatabase

MONDAY = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # three hours into a turn
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


class StillClock:
    def now(self) -> datetime:
        return MONDAY


def declared(handle: str) -> PersonDecl:
    return PersonDecl(handle, handle.title(), f"U0{handle.upper()}", zone="Europe/Berlin")


def posture_of(*layers: Rotation, is_active: bool = True) -> Posture:
    people = {handle: declared(handle) for handle in ("alice", "bob", "carol", "dave")}
    schedule = Schedule("payments", layers, is_active=is_active, team="payments")
    return Posture(
        people=people,
        positions={"eng-manager": ("carol",), "chiefs": ("carol", "dave"), "vacant": ("erin",)},
        teams={"payments": Team("payments", ("alice", "bob"), ("payments",))},
        schedules={"payments": schedule},
        policies={},
        services={},
        admins=("carol",),
    )


def weekly(*members: str, active: ActiveHours | None = None) -> Posture:
    """A rotation whose first member has the week that runs."""
    return posture_of(Rotation(members, WEEK, start=MONDAY - timedelta(hours=3), active=active))


WEEKLY = weekly("alice", "bob", "carol")


def bot_on(db: SqlDatabase, posture: Posture = WEEKLY) -> Bot:
    return Bot(db, StillClock(), lambda: posture, lambda: None)


async def accepted(bot: Bot, posture: Posture, now: datetime = MONDAY, text: str = "people: {}") -> Posture:
    return await accept_posture(bot, posture, text=text, digest=f"sha-{text}", by="start", now=now)


async def rows(bot: Bot) -> list[Slot]:
    return await bot.db.read(lambda tx: tx.slots.between("payments", MONDAY - 4 * WEEK, MONDAY + 60 * WEEK))


async def told(bot: Bot) -> list[str]:
    """Rows as people say them."""
    everyone = {person.id: person for person in await bot.db.read(lambda tx: tx.people.all())}
    return [
        f"{everyone[row.person_id].handle} {row.start:%m-%d %H:%M}-{row.end:%m-%d %H:%M}" for row in await rows(bot)
    ]


async def found(bot: Bot, posture: Posture, *targets: Target, at: datetime = MONDAY) -> list[tuple[list[str], str]]:
    answers = await bot.db.write(lambda tx: find_people(tx, posture, targets, at))
    assert [one.target for one in answers] == list(targets)
    return [([person.name for person in one.people], one.reason) for one in answers]


def on(offset: int = 0, name: str = "payments") -> Target:
    return Target(TargetKind.SCHEDULE, name, offset)


async def test_an_accepted_posture_is_a_row_and_eight_weeks_of_slots(db: SqlDatabase) -> None:
    bot = bot_on(db)
    assert (await accepted(bot, WEEKLY)).version == 1
    row = await db.read(lambda tx: tx.postures.newest())
    assert row is not None and (row.text, row.accepted_by, row.accepted_at) == ("people: {}", "start", MONDAY)
    slots = await rows(bot)
    assert (slots[0].start, slots[-1].end) == (MONDAY, datetime(2027, 1, 19, tzinfo=UTC))
    assert slots[-1].end > MONDAY + AHEAD
    assert (await told(bot))[:3] == [
        "alice 11-23 12:00-11-30 09:00",
        "bob 11-30 09:00-12-07 09:00",
        "carol 12-07 09:00-12-14 09:00",
    ]


async def test_accepting_the_same_again_changes_no_row(db: SqlDatabase) -> None:
    bot = bot_on(db)
    await accepted(bot, WEEKLY)
    before = await rows(bot)
    assert (await accepted(bot, WEEKLY, MONDAY + timedelta(hours=3))).version == 1
    assert await rows(bot) == before


async def test_another_text_is_another_version(db: SqlDatabase) -> None:
    bot = bot_on(db)
    await accepted(bot, WEEKLY)
    assert (await accepted(bot, WEEKLY, text="people: # mended")).version == 2


async def test_each_day_adds_a_day_and_leaves_the_rest_alone(db: SqlDatabase) -> None:
    bot = bot_on(db)
    await accepted(bot, WEEKLY)
    before = await rows(bot)
    await extend_slots(bot, WEEKLY, MONDAY + DAY)
    after = await rows(bot)
    assert after[:-1] == before[:-1]
    assert (after[-1].start, after[-1].end) == (before[-1].start, before[-1].end + DAY)


async def test_an_only_member_has_slots_of_weeks_and_not_one_a_day(db: SqlDatabase) -> None:
    bot = bot_on(db, weekly("alice"))
    await accepted(bot, bot.posture())
    first = (await rows(bot))[0]
    for day in range(1, 100):
        await extend_slots(bot, bot.posture(), MONDAY + day * DAY)
    assert await told(bot) == [
        "alice 11-23 12:00-01-19 00:00",
        "alice 01-19 00:00-03-16 00:00",
        "alice 03-16 00:00-04-28 00:00",
    ]
    assert (await rows(bot))[0] == first  # never touched while it ran


async def test_weeks_without_the_bot_are_made_up_for(db: SqlDatabase) -> None:
    bot = bot_on(db)
    await accepted(bot, WEEKLY)
    later = MONDAY + 20 * WEEK
    await extend_slots(bot, WEEKLY, later)
    held = await db.read(lambda tx: tx.slots.at("payments", later))
    assert held is not None and held.end > later


async def test_a_changed_rotation_cuts_the_running_slot_and_leaves_the_past(db: SqlDatabase) -> None:
    bot = bot_on(db)
    await accepted(bot, WEEKLY)
    await accepted(bot, weekly("dave"), MONDAY + DAY, "dave: takes over")
    assert await told(bot) == ["alice 11-23 12:00-11-24 12:00", "dave 11-24 12:00-01-20 00:00"]


async def test_a_change_that_comes_later_leaves_the_running_slot_whole(db: SqlDatabase) -> None:
    bot = bot_on(db)
    await accepted(bot, WEEKLY)
    running = (await rows(bot))[0]
    await accepted(bot, weekly("alice", "dave", "carol"), MONDAY + DAY, "bob leaves")
    assert (await rows(bot))[0] == running
    assert (await told(bot))[1] == "dave 11-30 09:00-12-07 09:00"


async def test_overrides_survive_every_change(db: SqlDatabase) -> None:
    bot = bot_on(db)
    await accepted(bot, WEEKLY)
    people = await db.read(lambda tx: tx.people.by_handles(["dave"]))
    stand_in = Slot(0, "payments", people["dave"].id, MONDAY + DAY, MONDAY + 2 * DAY, is_override=True)
    await db.write(lambda tx: tx.slots.replace("payments", MONDAY + 900 * DAY, [stand_in]))
    await accepted(bot, weekly("bob"), MONDAY, "bob: alone")
    await extend_slots(bot, weekly("bob"), MONDAY + 2 * DAY)
    assert [row.start for row in await rows(bot) if row.is_override] == [MONDAY + DAY]
    assert await found(bot, WEEKLY, on(), at=MONDAY + DAY) == [(["Dave"], "")]


async def test_slots_begin_at_whole_seconds(db: SqlDatabase) -> None:
    """Or a handoff, which does, would find nobody on call in the second in which the bot starts."""
    bot = bot_on(db)
    await accepted(bot, WEEKLY, MONDAY + timedelta(milliseconds=700))
    assert (await told(bot))[0] == "alice 11-23 12:00-11-30 09:00"
    assert (await rows(bot))[0].start == MONDAY


async def test_an_inactive_schedule_keeps_no_coming_slots(db: SqlDatabase) -> None:
    bot = bot_on(db)
    await accepted(bot, WEEKLY)
    off = posture_of(*WEEKLY.schedules["payments"].layers, is_active=False)
    await accepted(bot, off, MONDAY + DAY, "is_active: false")
    assert await told(bot) == ["alice 11-23 12:00-11-24 12:00"]
    assert await found(bot, off, on(), at=MONDAY + DAY) == [([], "schedule_inactive")]


async def test_who_is_on_call_now_and_who_comes_next(db: SqlDatabase) -> None:
    bot = bot_on(db)
    await accepted(bot, WEEKLY)
    slots = await rows(bot)
    answers = await db.read(lambda tx: on_call_now(tx, WEEKLY, MONDAY))
    assert answers == [OnCall("payments", slots[0], slots[1], slots[1].start)]


async def test_targets_find_their_people_in_order(db: SqlDatabase) -> None:
    bot = bot_on(db)
    await accepted(bot, WEEKLY)
    gina = await db.write(lambda tx: tx.people.add(Person(0, "Gina", slack_id="U0GINA")))
    assert await found(
        bot,
        WEEKLY,
        on(),
        on(1),
        on(2),
        on(3),
        Target(TargetKind.PERSON, "bob"),
        Target(TargetKind.PERSON, f"#{gina.id}"),
        Target(TargetKind.POSITION, "chiefs"),
        Target(TargetKind.TEAM, "payments"),
    ) == [
        (["Alice"], ""),
        (["Bob"], ""),
        (["Carol"], ""),
        (["Alice"], ""),
        (["Bob"], ""),
        (["Gina"], ""),
        (["Carol", "Dave"], ""),
        (["Alice", "Bob"], ""),
    ]


async def test_a_target_that_means_nobody_says_why(db: SqlDatabase) -> None:
    office = weekly("alice", active=ActiveHours(time(9), time(10)))
    bot = bot_on(db, office)
    await accepted(bot, office)
    assert await found(
        bot,
        office,
        on(),
        on(1),
        on(0, "gone"),
        Target(TargetKind.PERSON, "erin"),
        Target(TargetKind.PERSON, "#9999"),
        Target(TargetKind.POSITION, "vacant"),
        Target(TargetKind.POSITION, "gone"),
        Target(TargetKind.TEAM, "gone"),
    ) == [
        ([], "nobody_on_call"),
        ([], "nobody_on_call"),
        *[([], "unknown")] * 6,
    ]
    assert await found(bot, office, on(1), at=MONDAY + timedelta(hours=21.5)) == [([], "nobody_follows")]


async def test_only_active_people_are_found(db: SqlDatabase) -> None:
    bot = bot_on(db)
    await accepted(bot, WEEKLY)

    async def leave(tx: Tx) -> None:
        for handle in ("alice", "carol"):
            person = (await tx.people.by_handles([handle]))[handle]
            await tx.people.save(replace(person, active=False))

    await db.write(leave)
    assert await found(bot, WEEKLY, on(), on(1), Target(TargetKind.POSITION, "chiefs"), on(2)) == [
        ([], "deactivated"),
        (["Bob"], ""),
        (["Dave"], ""),
        ([], "deactivated"),
    ]


async def test_past_the_rows_the_same_function_answers(db: SqlDatabase) -> None:
    bot = bot_on(db)
    await accepted(bot, WEEKLY)
    far = MONDAY + 30 * WEEK
    assert await found(bot, WEEKLY, on(), on(1), at=far) == [(["Alice"], ""), (["Bob"], "")]
    gap = weekly("alice", active=ActiveHours(time(9), time(10)))
    assert await found(bot, gap, on(), at=far) == [([], "nobody_on_call")]


async def test_a_stand_in_is_followed_by_the_next_after_the_one_they_replace(db: SqlDatabase) -> None:
    bot = bot_on(db)
    await accepted(bot, WEEKLY)
    gina = await db.write(lambda tx: tx.people.add(Person(0, "Gina", slack_id="U0GINA")))
    stand_in = Slot(0, "payments", gina.id, MONDAY, MONDAY + DAY, is_override=True)
    await db.write(lambda tx: tx.slots.replace("payments", MONDAY + 900 * DAY, [stand_in]))
    assert await found(bot, WEEKLY, on(), on(1), on(2), on(3)) == [
        (["Gina"], ""),
        (["Bob"], ""),
        (["Carol"], ""),
        (["Alice"], ""),
    ]


async def test_finding_people_takes_few_statements(sqlite_db: SqlDatabase, count_calls: list[str]) -> None:
    bot = bot_on(sqlite_db)
    await accepted(bot, WEEKLY)
    targets = [on(), Target(TargetKind.POSITION, "chiefs"), Target(TargetKind.TEAM, "payments")]
    assert await _statements(bot, targets, count_calls) == ["slots.at", "people.many", "people.by_handles"]
    assert await _statements(bot, [on()], count_calls) == ["slots.at", "people.many"]
    assert await _statements(bot, [on(1)], count_calls) == ["slots.at", "people.many", "people.by_handles"]


@pytest.fixture
def count_calls() -> list[str]:
    return []


async def _statements(bot: Bot, targets: Sequence[Target], calls: list[str]) -> list[str]:
    calls.clear()

    async def work(tx: Tx) -> list[Found]:
        for noun in ("slots", "people"):
            setattr(tx, noun, _Counting(getattr(tx, noun), noun, calls))
        return await find_people(tx, WEEKLY, targets, MONDAY)

    await bot.db.read(work)
    return list(calls)


class _Counting:
    """Passes every call on, and writes its name down."""

    def __init__(self, inner: object, noun: str, calls: list[str]) -> None:
        self.inner, self.noun, self.calls = inner, noun, calls

    def __getattr__(self, name: str) -> object:
        self.calls.append(f"{self.noun}.{name}")
        return getattr(self.inner, name)


async def test_admins_of_the_posture_are_admins(db: SqlDatabase) -> None:
    bot = bot_on(db)
    await accepted(bot, WEEKLY)
    people = await db.read(lambda tx: tx.people.all())
    assert {person.name: person.standing for person in people} == {
        "Alice": Standing.MEMBER,
        "Bob": Standing.MEMBER,
        "Carol": Standing.ADMIN,
        "Dave": Standing.MEMBER,
    }


async def test_the_end_of_a_plan_is_an_end_and_the_end_of_what_is_known_is_none(db: SqlDatabase) -> None:
    ends = Rotation(("alice",), WEEK, start=MONDAY - timedelta(hours=3), end=MONDAY + 3 * WEEK)
    for rotation, until in ((ends, MONDAY + 3 * WEEK), (replace(ends, end=None), None)):
        bot = bot_on(db, posture_of(rotation))
        await accepted(bot, posture_of(rotation), text=str(until))
        [answer] = await bot.db.read(lambda tx, bot=bot: on_call_now(tx, bot.posture(), MONDAY))  # type: ignore[misc]
        assert (answer.until, answer.following) == (until, None)
