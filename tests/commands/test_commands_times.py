"""Times that people type mean what they mean on their own clock, across its changes too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from commands.times import read_days, read_length, read_span, read_when, resolve, resolve_span

BERLIN = ZoneInfo("Europe/Berlin")
#: Friday at 04:00 in Berlin.
NOW = datetime(2026, 11, 20, 3, 0, 5, 7, tzinfo=UTC)


def moment(text: str, now: datetime = NOW) -> str:
    when = read_when(text)
    assert when is not None
    return f"{resolve(when, BERLIN, now):%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("now", "11-20 03:00"),
        ("18:00", "11-20 17:00"),
        ("03:00", "11-21 02:00"),
        ("today 03:00", "11-20 02:00"),
        ("tomorrow 09:00", "11-21 08:00"),
        ("mon 09:00", "11-23 08:00"),
        ("Friday 9.00", "11-20 08:00"),
        ("fri 03:00", "11-27 02:00"),
        ("2026-12-24 09:00", "12-24 08:00"),
        ("2026-12-24T09:00", "12-24 08:00"),
    ],
)
def test_a_time_is_the_next_such_time_on_one_s_own_clock(text: str, said: str) -> None:
    assert moment(text) == said


def test_a_time_that_is_skipped_is_the_first_that_exists() -> None:
    assert moment("2026-03-29 02:30", datetime(2026, 3, 28, tzinfo=UTC)) == "03-29 01:00"


def test_a_time_after_the_last_day_there_is_means_its_end() -> None:
    ends = [read_span("9999-12-31 23:59 to 10:00"), read_days("9999-12-31"), read_days("9999-12-31 to sun")]
    assert {resolve_span(one, ZoneInfo("America/New_York"), NOW)[1].year for one in ends if one} == {9999}


@pytest.mark.parametrize("text", ["", "25:00", "soon", "2026-13-40 09:00", "09:00 09:00 09:00", "monkey", "tomorrow"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert read_when(text) is None


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("for 2h", "11-20 03:00", "11-20 05:00"),
        ("09:00 to 17:00", "11-20 08:00", "11-20 16:00"),
        ("from 22:00 to 06:00", "11-20 21:00", "11-21 05:00"),
        ("until 18:00", "11-20 03:00", "11-20 17:00"),
        ("From 09:00 To 17:00", "11-20 08:00", "11-20 16:00"),
        ("sat 22:00 to sun 06:00", "11-21 21:00", "11-22 05:00"),
        ("tomorrow 09:00 - 13:00", "11-21 08:00", "11-21 12:00"),
    ],
)
def test_a_span_ends_after_it_begins(text: str, start: str, end: str) -> None:
    span = read_span(text)
    assert span is not None
    assert tuple(f"{one:%m-%d %H:%M}" for one in resolve_span(span, BERLIN, NOW)) == (start, end)


@pytest.mark.parametrize("text", ["", "for", "for ever", "09:00", "to 09:00", "from 09:00", "until", "for 0h"])
def test_what_is_no_span_is_none(text: str) -> None:
    assert read_span(text) is None


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("tomorrow", "11-20 23:00", "11-21 23:00"),
        ("2026-12-24 to 2027-01-03", "12-23 23:00", "01-03 23:00"),
        ("2026-12-24..2026-12-24", "12-23 23:00", "12-24 23:00"),
        ("from fri to mon", "11-26 23:00", "11-30 23:00"),
        ("2027-03-28", "03-27 23:00", "03-28 22:00"),  # an hour shorter
    ],
)
def test_of_whole_days_the_last_is_meant_too(text: str, start: str, end: str) -> None:
    span = read_days(text)
    assert span is not None
    assert tuple(f"{one:%m-%d %H:%M}" for one in resolve_span(span, BERLIN, NOW)) == (start, end)


@pytest.mark.parametrize("text", ["", "someday", "mon 09:00", "mon to tue to wed", "2026-13-01"])
def test_what_are_no_days_is_none(text: str) -> None:
    assert read_days(text) is None


def test_lengths() -> None:
    given = [read_length(one) for one in ("90m", "2 h", "3d", "1W", "2x", "")]
    assert given == [
        timedelta(minutes=90), timedelta(hours=2), timedelta(days=3), timedelta(weeks=1), None, None,
    ]  # fmt: skip
