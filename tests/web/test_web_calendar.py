"""`/calendar/<token>.ics`: a calendar reads shifts there, and nobody reads them without the link."""

from __future__ import annotations

from icalendar import Calendar
from web_door import Door

from bot.domain.people import Actor, Source
from bot.usecases import feeds


async def address(door: Door) -> tuple[Actor, str]:
    """The path of Alice's link to the schedule of payments."""
    night = door.night
    by = Actor(night.people["alice"], Source.SLACK_COMMAND)
    return by, (await feeds.link(night.bot, "payments", by, night.now)).removeprefix(night.bot.config.public_url)


async def test_a_calendar_reads_the_shifts_of_a_schedule(door: Door) -> None:
    _, path = await address(door)
    answer = await door.client.get(path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    events = Calendar.from_ical(await answer.text()).walk("VEVENT")
    assert [event["SUMMARY"] for event in events] == ["Alice Chen on call: payments"]


async def test_a_revoked_link_and_an_unknown_one_are_answered_alike(door: Door) -> None:
    by, path = await address(door)
    await feeds.revoke(door.night.bot, None, by, door.night.now)
    revoked, unknown = await door.client.get(path), await door.client.get("/calendar/unknown.ics")
    assert (revoked.status, await revoked.json()) == (404, await unknown.json())
