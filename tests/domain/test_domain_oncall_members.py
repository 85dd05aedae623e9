"""Members come, go, are away and live elsewhere, and nobody else's turns move; written lines hold in their order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.oncall import (
    ActiveHours,
    Away,
    Line,
    Listed,
    Rotation,
    Schedule,
    Term,
    boundary,
    meant_to_cover,
    shifts,
    who_follows,
)
from bot.domain.walltime import on_wall

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
THREE = Rotation(("alice", "bob", "carol"), WEEK, start=MONDAY)


def weeks(rotation: Rotation, count: int = 8) -> list[str]:
    """Who has each hour at the middle of each week, and who else had some of it."""
    found = shifts(Schedule("payments", (rotation,)), MONDAY, MONDAY + count * WEEK)
    return [" ".join(s.handle for s in found if s.start < end and s.end > start) for start, end in _weeks(count)]


def _weeks(count: int) -> list[tuple[datetime, datetime]]:
    return [(MONDAY + n * WEEK, MONDAY + (n + 1) * WEEK) for n in range(count)]


def told(rotation: Rotation, days: int, zone: str = "UTC") -> list[str]:
    place = ZoneInfo(zone)
    return [
        f"{s.handle} {on_wall(s.start, place):%m-%d %H:%M}-{on_wall(s.end, place):%m-%d %H:%M}"
        for s in shifts(Schedule("payments", (rotation,)), MONDAY, MONDAY + days * DAY)
    ]


def test_who_joins_comes_at_their_place_and_the_order_of_the_others_stays() -> None:
    rotation = Rotation(("alice", "bob", "dave", "carol"), WEEK, start=MONDAY, terms=(Term("dave", MONDAY + 4 * WEEK),))
    assert weeks(rotation) == ["alice", "bob", "carol", "alice", "bob", "dave", "carol", "alice"]


def test_who_leaves_is_passed_over_and_the_order_of_the_others_stays() -> None:
    rotation = replace(THREE, terms=(Term("bob", until=MONDAY + 4 * WEEK),))
    assert weeks(rotation) == ["alice", "bob", "carol", "alice", "carol", "alice", "carol", "alice"]


def test_who_leaves_in_the_middle_of_a_turn_is_followed_by_the_next_whose_own_turn_still_comes() -> None:
    rotation = replace(THREE, terms=(Term("bob", until=MONDAY + WEEK + 2 * DAY),))
    assert weeks(rotation, 5) == ["alice", "bob carol", "carol", "alice", "carol"]


def test_where_all_have_left_nobody_is_on_call_until_somebody_joins() -> None:
    terms = (
        Term("alice", until=MONDAY + WEEK),
        Term("bob", until=MONDAY + WEEK),
        Term("carol", until=MONDAY + WEEK),
        Term("dave", MONDAY + 3 * WEEK),
    )
    rotation = Rotation(("alice", "bob", "carol", "dave"), WEEK, start=MONDAY, terms=terms)
    assert weeks(rotation, 5) == ["alice", "", "", "dave", "dave"]


def test_a_rotation_without_a_start_lets_members_join_too() -> None:
    plain = Rotation(("alice", "bob"), WEEK)
    before = weeks(plain)
    third = MONDAY + 3 * WEEK
    joined = weeks(Rotation(("alice", "bob", "carol"), WEEK, terms=(Term("carol", third),)))
    assert joined[:3] == before[:3]
    after = {"alice": "bob", "bob": "carol", "carol": "alice"}
    assert joined[3:] == [after[one] for one in joined[2:-1]]


def test_time_off_passes_to_the_next_and_moves_nobody_elses_turn() -> None:
    off = Away(MONDAY + WEEK + DAY, MONDAY + WEEK + 3 * DAY)
    rotation = replace(THREE, terms=(Term("bob", away=(off,)),))
    assert told(rotation, 21) == [
        "alice 11-02 09:00-11-09 09:00",
        "bob 11-09 09:00-11-10 09:00",
        "carol 11-10 09:00-11-12 09:00",
        "bob 11-12 09:00-11-16 09:00",
        "carol 11-16 09:00-11-23 09:00",
    ]


def test_where_everybody_is_off_there_is_a_gap() -> None:
    off = Away(MONDAY + DAY, MONDAY + 2 * DAY)
    rotation = Rotation(
        ("alice", "bob"), WEEK, start=MONDAY, terms=(Term("alice", away=(off,)), Term("bob", away=(off,)))
    )
    assert told(rotation, 7) == ["alice 11-02 09:00-11-03 09:00", "alice 11-04 09:00-11-09 09:00"]


def test_a_holiday_passes_to_somebody_who_has_none_and_else_stays() -> None:
    holiday = Away(MONDAY + DAY, MONDAY + 2 * DAY, holiday=True)
    both = (Term("alice", away=(holiday,)), Term("bob", away=(holiday,)))
    rotation = replace(THREE, terms=both)
    assert told(rotation, 7) == [
        "alice 11-02 09:00-11-03 09:00",
        "carol 11-03 09:00-11-04 09:00",
        "alice 11-04 09:00-11-09 09:00",
    ]
    alone = Rotation(("alice", "bob"), WEEK, start=MONDAY, terms=both)
    assert told(alone, 7) == ["alice 11-02 09:00-11-09 09:00"]


def test_a_holiday_goes_before_nobody_but_not_before_time_off() -> None:
    day = (MONDAY + DAY, MONDAY + 2 * DAY)
    terms = (Term("alice", away=(Away(*day),)), Term("bob", away=(Away(*day, holiday=True),)))
    rotation = Rotation(("alice", "bob"), WEEK, start=MONDAY, terms=terms)
    assert told(rotation, 7)[1] == "bob 11-03 09:00-11-04 09:00"


def test_a_member_of_another_zone_begins_at_the_wall_time_there() -> None:
    rotation = Rotation(("alice", "bob"), WEEK, zone="Europe/Berlin", terms=(Term("bob", zone="America/New_York"),))
    found = shifts(Schedule("payments", (rotation,)), MONDAY, MONDAY + 4 * WEEK)
    walls = {"alice": ZoneInfo("Europe/Berlin"), "bob": ZoneInfo("America/New_York")}
    assert {f"{on_wall(s.start, walls[s.handle]):%a %H:%M}" for s in found[1:]} == {"Mon 09:00"}
    assert all(one.end == other.start for one, other in pairwise(found))


def test_active_hours_stand_on_the_clock_of_whoever_has_the_turn() -> None:
    office = ActiveHours(time(9), time(17), frozenset(range(5)))
    terms = (Term("bob", zone="America/New_York"),)
    rotation = Rotation(("alice", "bob"), WEEK, zone="Europe/Berlin", start=MONDAY - DAY, active=office, terms=terms)
    found = shifts(Schedule("payments", (rotation,)), MONDAY - DAY, MONDAY + 11 * DAY)
    assert [(s.handle, f"{s.start:%a %H}-{s.end:%H}") for s in found if s.start.weekday() in (2, 3)] == [
        ("alice", "Wed 08-16"),
        ("alice", "Thu 08-16"),
        ("bob", "Wed 14-22"),
        ("bob", "Thu 14-22"),
    ]


def test_holidays_of_a_rotation_close_its_active_hours_and_leave_the_layer_below() -> None:
    office = Rotation(
        ("bob",), WEEK, active=ActiveHours(time(9), time(17)), holidays=frozenset({date(2026, 11, 3)})
    )  # fmt: skip
    schedule = Schedule("payments", (Rotation(("alice",), WEEK), office))
    found = shifts(schedule, MONDAY, MONDAY + 2 * DAY + timedelta(hours=12))
    assert [s.handle for s in found] == ["bob", "alice", "bob", "alice"]
    assert found[1].end - found[1].start == timedelta(hours=40)


def test_a_rotation_ends_where_it_is_said_to() -> None:
    rotation = replace(THREE, end=MONDAY + 10 * DAY)
    assert told(rotation, 30) == ["alice 11-02 09:00-11-09 09:00", "bob 11-09 09:00-11-12 09:00"]
    assert shifts(Schedule("payments", (rotation,)), MONDAY + 20 * DAY, MONDAY + 30 * DAY) == []


def test_of_two_lines_that_overlap_the_first_holds() -> None:
    lines = (
        Line(MONDAY, MONDAY + DAY, ("bob", "carol")),
        Line(MONDAY - DAY, MONDAY + 3 * DAY, ("alice",)),
        Line(MONDAY + 2 * DAY, MONDAY + 4 * DAY, ("dave",)),
    )
    schedule = Schedule("sheet", (Listed(lines),))
    found = shifts(schedule, MONDAY - DAY, MONDAY + 9 * DAY)
    assert [(s.handle, (s.start - MONDAY) / DAY, (s.end - MONDAY) / DAY) for s in found] == [
        ("alice", -1, 0),
        ("bob", 0, 1),
        ("alice", 1, 3),
        ("dave", 3, 4),
    ]
    assert [who_follows(schedule, "bob", offset, MONDAY) for offset in range(3)] == ["bob", "carol", "bob"]
    assert schedule.assignees == 2
    assert boundary(schedule, MONDAY) == MONDAY + DAY
    assert meant_to_cover(schedule, MONDAY - 5 * DAY, MONDAY + 9 * DAY) == [(MONDAY - DAY, MONDAY + 9 * DAY)]


def test_ten_thousand_lines_are_laid_in_one_walk() -> None:
    """Overlaid one by one they took minutes, in which nobody was paged."""
    minutes = [MONDAY + n * timedelta(minutes=5) for n in range(10_001)]
    lines = tuple(Line(*span, (f"#{n % 3}",)) for n, span in enumerate(pairwise(minutes)))
    night = Line(MONDAY, minutes[-1] + DAY, ("alice",))
    found = shifts(Schedule("sheet", (Listed((*lines, night)),)), MONDAY, MONDAY + 60 * DAY)
    assert (len(found), found[-1].handle) == (10_001, "alice")


@given(st.lists(st.tuples(st.integers(-5, 30), st.integers(0, 12), st.sampled_from(["", "alice", "bob"])), max_size=9))
def test_every_hour_belongs_to_the_first_line_that_covers_it(drawn: list[tuple[int, int, str]]) -> None:
    hour = timedelta(hours=1)
    lines = [
        Line(MONDAY + start * hour, MONDAY + (start + length) * hour, (who,) if who else ())
        for start, length, who in drawn
    ]
    found = shifts(Schedule("sheet", (Listed(tuple(lines)),)), MONDAY, MONDAY + DAY)
    for at in (MONDAY + n * hour for n in range(24)):
        first = next((line.assignees[0] for line in lines if line.assignees and line.start <= at < line.end), None)
        assert [one.handle for one in found if one.start <= at < one.end] == [first] * (first is not None)


def test_who_is_off_or_has_left_is_not_counted_among_those_who_follow() -> None:
    terms = (Term("bob", until=MONDAY + DAY), Term("carol", away=(Away(MONDAY, MONDAY + DAY),)))
    schedule = Schedule("payments", (Rotation(("alice", "bob", "carol"), WEEK, start=MONDAY, terms=terms),))
    assert who_follows(schedule, "alice", 1, MONDAY) == "bob"
    assert who_follows(schedule, "alice", 1, MONDAY + 2 * DAY) == "carol"


def test_the_boundary_is_the_end_of_the_turn_even_where_one_person_has_them_all() -> None:
    schedule = Schedule("payments", (Rotation(("alice",), WEEK, start=MONDAY),))
    assert boundary(schedule, MONDAY + DAY) == MONDAY + WEEK
    assert boundary(schedule, MONDAY - DAY) is None


handles = ("alice", "bob", "carol", "dave")
moments = st.integers(0, 120).map(lambda hours: MONDAY + hours * timedelta(hours=8))
spans = st.tuples(moments, st.integers(1, 30)).map(lambda one: (one[0], one[0] + one[1] * timedelta(hours=8)))
terms_of = st.fixed_dictionaries(
    {handle: st.tuples(st.none() | moments, st.none() | moments, st.lists(spans, max_size=2)) for handle in handles}
)


@settings(max_examples=120, deadline=None)
@given(terms_of, st.sampled_from([timedelta(hours=12), DAY, WEEK]), st.booleans())
def test_whoever_comes_and_goes_nobody_is_on_call_who_is_not_there_and_somebody_is_where_anybody_is(
    given_terms: dict[str, tuple[datetime | None, datetime | None, list[tuple[datetime, datetime]]]],
    period: timedelta,
    started: bool,
) -> None:
    terms = tuple(
        Term(handle, since, until, away=tuple(Away(*span) for span in off))
        for handle, (since, until, off) in given_terms.items()
    )
    rotation = Rotation(handles, period, terms=terms, start=MONDAY if started else None)
    end = MONDAY + 45 * DAY
    found = shifts(Schedule("payments", (rotation,)), MONDAY, end)
    assert all(one.end <= other.start for one, other in pairwise(found))
    at = MONDAY
    while at < end:
        there = {term.handle for term in terms if term.present(at) and not term.is_away(at, holiday=False)}
        held = {shift.handle for shift in found if shift.start <= at < shift.end}
        assert held <= there and bool(held) == bool(there)
        at += timedelta(hours=8)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin", None]), min_size=3, max_size=3
    ),
    st.sampled_from([timedelta(hours=1), timedelta(hours=12), DAY, WEEK]),
    st.integers(0, 400),
)
def test_members_on_clocks_apart_lose_and_double_no_minute(
    zones: list[str | None], period: timedelta, shift: int
) -> None:
    terms = tuple(Term(handle, zone=zone) for handle, zone in zip(("alice", "bob", "carol"), zones, strict=True))
    schedule = Schedule("payments", (Rotation(("alice", "bob", "carol"), period, terms=terms),))
    start = MONDAY + shift * timedelta(hours=7)
    end = start + 10 * DAY
    found = shifts(schedule, start, end)
    assert (found[0].start, found[-1].end) == (start, end)
    assert all(one.end == other.start for one, other in pairwise(found))
    later = start + 3 * DAY  # asked from another day, the same
    assert shifts(schedule, later, end)[1:] == [s for s in found if s.start > later]
