"""Which schedules a standing post shows, which changes touch it, and when a user group is as it should be."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.groups import UserGroup, followed, fulfils, may_be_in
from bot.domain.oncall import Schedule
from bot.domain.people import Person, Standing
from bot.domain.standing import StandingPost, name_of, shown_by, touched

AT = datetime(2026, 11, 24, tzinfo=UTC)
SCHEDULES = {
    "payments": Schedule("payments", (), team="payments", user_group="oncall"),
    "second": Schedule("second", (), team="payments", user_group="oncall"),
    "web": Schedule("web", ()),
}
POSTS = [
    StandingPost(number, "C1", about, 1, AT) for number, about in enumerate(("", "schedule/web", "team/payments"), 1)
]


@pytest.mark.parametrize(
    ("about", "name", "shown"),
    [
        ("", "", ("payments", "second", "web")),
        ("schedule/web", "web", ("web",)),
        ("schedule/gone", "gone", ()),
        ("team/payments", "payments", ("payments", "second")),
        ("team/web", "web", ()),
    ],
)
def test_a_post_shows_what_it_is_about_in_the_schedules_order(about: str, name: str, shown: tuple[str, ...]) -> None:
    assert (name_of(about), shown_by(about, SCHEDULES)) == (name, shown)


def test_a_change_touches_the_posts_that_show_it_and_what_may_be_any_touches_all() -> None:
    def those(changed: list[str] | None) -> list[int]:
        return [post.id for post in touched(POSTS, changed, SCHEDULES)]

    assert [those(["second"]), those(["web"]), those([]), those(None)] == [[1, 3], [1, 2], [], [1, 2, 3]]


def test_a_group_follows_every_schedule_that_names_it() -> None:
    assert followed(SCHEDULES) == {"oncall": ("payments", "second")}


@pytest.mark.parametrize(
    ("members", "active", "wanted", "is_so"),
    [
        (("U1", "U2"), True, ("U2", "U1"), True),
        (("U1", "U2"), True, ("U1",), False),
        (("U1",), False, ("U1",), False),
        (("U1",), False, (), True),
        ((), True, (), False),
    ],
)
def test_a_group_that_would_hold_nobody_is_disabled(
    members: tuple[str, ...], active: bool, wanted: tuple[str, ...], is_so: bool
) -> None:
    assert fulfils(UserGroup("S1", "oncall", "", members, active), wanted) is is_so


def test_guests_strangers_and_people_who_left_are_in_no_group() -> None:
    people = [
        Person(1, "Alice", slack_id="U2"),
        Person(2, "Bob", slack_id="U1", standing=Standing.ADMIN),
        Person(3, "Carol"),
        Person(4, "Dave", slack_id="U4", active=False),
        Person(5, "Erin", slack_id="U5", standing=Standing.GUEST),
        Person(6, "Finn", slack_id="U6", standing=Standing.OUTSIDER),
    ]
    assert may_be_in(people) == ("U1", "U2")
