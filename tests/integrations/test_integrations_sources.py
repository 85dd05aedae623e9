"""Rotas are read from PagerDuty and from calendars over real sockets; what they refuse is named, and costs little."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from sources_double import TOKEN, Elsewhere, elsewhere

from bot.domain.oncall import Origin, Source
from bot.domain.sources import Entry, Named, Read, Trouble
from integrations.sources import Sources

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ALICE, BOB = Named("alice@example.com", "Alice Chen"), Named("bob@example.com", "Bob Okafor")
MORNING = datetime(2026, 11, 24, 9, tzinfo=UTC)
WEEK = timedelta(weeks=1)
FEED = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:1
SUMMARY:Alice
DTSTART:20261124T090000Z
DTEND:20261201T090000Z
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
async def double() -> AsyncIterator[Elsewhere]:
    async with elsewhere() as double:
        double.names = {"PAAA111": "Payments Primary", "PBBB222": "Payments Secondary", "PCCC333": "Payments Shadow"}
        double.users = {"PUSER1": (ALICE.name, ALICE.email), "PUSER2": (BOB.name, BOB.email)}
        double.shifts = {
            "PAAA111": [
                ("PUSER1", "2026-11-24T10:00:00+01:00", "2026-12-01T10:00:00+01:00"),
                ("PUSER2", "2026-12-01T09:00:00Z", "2026-12-08T09:00:00Z"),
                ("PUSER2", "2027-12-01T09:00:00Z", "2027-12-08T09:00:00Z"),
            ]
        }
        double.feeds = {"rota": FEED}
        yield double


@pytest.fixture
async def sources(double: Elsewhere) -> AsyncIterator[Sources]:
    sources = Sources(TOKEN, double.url, allow_private=True)
    yield sources
    await sources.close()


def pagerduty(schedule: str) -> Source:
    return Source(Origin.PAGERDUTY, schedule)


async def test_a_schedule_is_read_with_its_people_and_those_are_asked_for_once(
    double: Elsewhere, sources: Sources
) -> None:
    read = await sources.read(pagerduty("PAAA111"), NOW)
    assert read.entries == (Entry(MORNING, MORNING + WEEK, (ALICE,)), Entry(MORNING + WEEK, MORNING + 2 * WEEK, (BOB,)))
    await sources.read(pagerduty("PAAA111"), NOW)
    assert double.asked == ["schedule PAAA111", "users PAAA111", "schedule PAAA111"]


async def test_a_name_is_looked_up_over_all_pages_and_means_one_schedule(double: Elsewhere, sources: Sources) -> None:
    read = await sources.read(pagerduty("payments shadow"), NOW)
    assert (read, double.asked) == (Read(), ["schedules 0", "schedules 2", "schedule PCCC333"])
    double.names["PDDD444"] = "Payments  Primary"
    found = [await sources.read(pagerduty(name), NOW) for name in ("Payments Primary", "Payments Night", "PZZZ999")]
    assert [one.troubles for one in found] == [
        (Trouble("ambiguous", "Payments Primary"),),
        (Trouble("no_schedule", "Payments Night"),),
        (Trouble("no_schedule", "PZZZ999"),),
    ]


async def test_what_pagerduty_refuses_is_told_with_when_to_ask_again(double: Elsewhere, sources: Sources) -> None:
    double.answers = [
        web.Response(status=429, headers={"ratelimit-reset": "44"}),
        web.Response(status=503, headers={"Retry-After": "7200"}),
        web.Response(text="<html>"),
        web.Response(text="[" * 100_000),
    ]
    found = [await sources.read(pagerduty("PAAA111"), NOW) for _ in range(4)]
    assert found == [
        Read(troubles=(Trouble("away", "PagerDuty answered 429"),), again=timedelta(seconds=44)),
        Read(troubles=(Trouble("away", "PagerDuty answered 503"),), again=timedelta(minutes=10)),
        Read(troubles=(Trouble("unreadable", "JSONDecodeError"),)),
        Read(troubles=(Trouble("unreadable", "RecursionError"),)),
    ]
    stranger, without = Sources("wrong", double.url), Sources("", double.url)
    said = "PagerDuty answered 401: check PAGERDUTY_API_TOKEN and PAGERDUTY_API_URL"
    assert (await stranger.read(pagerduty("PAAA111"), NOW)).troubles == (Trouble("away", said),)
    assert (await without.read(pagerduty("PAAA111"), NOW)).troubles == (Trouble("no_token"),)
    await stranger.close()
    await without.close()


async def test_a_calendar_is_asked_for_what_is_new_only(double: Elsewhere, sources: Sources) -> None:
    source = Source(Origin.CALENDAR, double.calendar("rota"))
    first, again = [await sources.read(source, NOW) for _ in range(2)]
    assert first.entries == again.entries == (Entry(MORNING, MORNING + WEEK, text="Alice"),)
    double.feeds["rota"] = FEED.replace("Alice", "Bob")
    assert [one.text for one in (await sources.read(source, NOW)).entries] == ["Bob"]
    assert double.asked == ["rota", "rota unchanged", "rota"]


async def test_a_calendar_in_a_private_network_is_read_only_where_that_is_allowed(double: Elsewhere) -> None:
    feed, careful = double.calendar("rota"), Sources()
    plain = await careful.read(Source(Origin.CALENDAR, feed), NOW)
    private = await careful.read(Source(Origin.CALENDAR, feed.replace("http:", "https:")), NOW)
    assert (plain.troubles, private.troubles) == (
        (Trouble("plain_http"),),
        (Trouble("away", "127.0.0.1 is not a public address"),),
    )
    assert double.asked == []
    await careful.close()


async def test_a_calendar_that_leads_elsewhere_or_never_ends_is_not_followed(
    double: Elsewhere, sources: Sources
) -> None:
    source = Source(Origin.CALENDAR, double.calendar("rota"))
    double.answers = [
        web.Response(status=302, headers={"Location": "http://169.254.169.254/"}),
        web.Response(body=b"x" * (2 * 1024 * 1024 + 5)),
    ]
    found = [await sources.read(source, NOW) for _ in range(2)]
    gone = await sources.read(Source(Origin.CALENDAR, double.calendar("gone")), NOW)
    assert [one.troubles[0].given for one in (*found, gone)] == [
        "the calendar answered 302, a redirect, which is not followed: write the address it leads to",
        "more than 2048 KiB",
        "the calendar answered 404: its address was changed or revoked, or needs a password",
    ]
