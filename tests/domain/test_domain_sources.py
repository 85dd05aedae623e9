"""Shifts of a source become lines of people: by mail address, by name, or by what the shift is called."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.oncall import Line, Listed, Origin, Rotation, Schedule, moved_on
from bot.domain.people import Person
from bot.domain.sources import Entry, Named, Trouble, lines

NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PEOPLE = [
    Person(1, "Alice Chen", "alice", email="Alice@example.com"),
    Person(2, "Bob Okafor", "bob", email="bob@example.com"),
    Person(3, "Carol Díaz", "carol"),
    Person(4, "Sam Lee"),
    Person(5, "Sam Lee"),
    Person(6, "Eve Gone", "eve", active=False),
]


def named(*people: Named, text: str = "", owner: Named | None = None) -> tuple[list[str], list[tuple[str, str]]]:
    """Who one shift is of, and its troubles."""
    made, troubles = lines([Entry(NINE, NINE + DAY, people, text, owner)], PEOPLE)
    return [one for line in made for one in line.assignees], [(one.code, one.given) for one in troubles]


def test_a_mail_address_names_somebody_and_else_a_name_that_one_person_has() -> None:
    assert named(Named("alice@EXAMPLE.com", "Somebody")) == (["#1"], [])
    assert named(Named("carol@elsewhere.example", "carol díaz")) == (["#3"], [])
    assert named(Named("", "Sam Lee")) == ([], [("unknown", "Sam Lee")])
    assert named(Named("", "Eve Gone")) == ([], [("unknown", "Eve Gone")])


def test_somebody_unknown_among_known_ones_is_a_trouble_that_names_the_shift() -> None:
    _, troubles = lines([Entry(NINE, NINE + DAY, (Named("bob@example.com"), Named("x@y.z")), "Night")], PEOPLE)
    assert troubles == (Trouble("unknown", "x@y.z", "Night, 2026-11-24 09:00 UTC"),)


def test_where_nobody_is_invited_the_title_names_people_by_whole_words() -> None:
    assert named(text="Alice Chen") == (["#1"], [])
    assert named(text="On call: bob, then carol díaz (backup)") == (["#2", "#3"], [])
    assert named(text="📟 bob@example.com") == (["#2"], [])
    assert named(text="Bobsleigh with malice") == ([], [("nobody", "Bobsleigh with malice")])


def test_where_the_title_names_nobody_its_owner_is_meant() -> None:
    assert named(text="On call", owner=Named("bob@example.com", "Bob")) == (["#2"], [])
    assert named(text="Alice", owner=Named("bob@example.com", "Bob")) == (["#1"], [])


def test_a_shorter_shift_holds_over_a_longer_one_and_equal_ones_are_one_line() -> None:
    alice, bob, carol = (Named(name=name) for name in ("alice", "bob", "carol"))
    week, night = (NINE, NINE + 7 * DAY), (NINE + DAY, NINE + DAY + 10 * HOUR)
    made, _ = lines([Entry(*week, (alice,)), Entry(*night, (bob,)), Entry(*week, (carol,))], PEOPLE)
    assert made == (Line(*night, ("#2",)), Line(*week, ("#1", "#3")))


def test_that_time_goes_by_is_no_change_of_a_rota() -> None:
    def rota(*days: int) -> Schedule:
        spans = tuple(Line(NINE + n * DAY, NINE + (n + 1) * DAY, (f"#{n}",)) for n in days)
        return Schedule("payments", (Listed(spans),), origin=Origin.CALENDAR)

    known, now = rota(0, 1, 2), NINE + 26 * HOUR
    assert moved_on(known, rota(1, 2, 3), now)
    assert not moved_on(known, rota(2, 3), now)
    assert not moved_on(known, rota(1, 2), NINE)
    assert not moved_on(known, Schedule("payments", (Rotation(("alice",), DAY),), origin=Origin.CALENDAR), now)
