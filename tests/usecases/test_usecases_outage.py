"""Slack is away: everybody on an open incident hears by SMS and mail who has it and where to meet."""

from __future__ import annotations

from dataclasses import replace

from night import Night, posture

from bot.domain.delivery import Effect
from bot.usecases.outage import slack_away
from bot.usecases.responders import ack

BRIDGE = "https://meet.acme.example/incident"


def told(night: Night) -> list[tuple[str, str]]:
    """(person, effect) of what went out about the outage."""
    jobs = [j for j in night.outside.jobs if j.row.effect in (Effect.SMS_SAY, Effect.MAIL_SAY) and j.person]
    return sorted((j.person.name.split()[0], j.row.effect.value) for j in jobs if j.person)


async def test_the_roster_goes_to_responders_and_to_whoever_is_paged(night: Night) -> None:
    in_force = replace(posture(), bridge=BRIDGE)
    night.bot = replace(night.bot, posture=lambda: in_force)
    await night.declare()
    await ack(night.bot, 1, night.by("alice"), night.now)
    await slack_away(night.bot, night.now, night.now)
    await night.deliver()
    assert told(night) == [("Alice", "mail.say"), ("Alice", "sms.say")]  # Dave, who declared it, has no address
    data = next(job.data["data"] for job in night.outside.jobs if job.row.effect is Effect.SMS_SAY)
    assert data == {
        "number": 1,
        "title": "Payments API is slow",
        "holder": "Alice Chen",
        "people": ["Alice Chen +15550100001", "Dave Novak"],
        "bridge": BRIDGE,
    }


async def test_it_is_told_once_an_outage(night: Night) -> None:
    await night.declare()
    since = night.now
    await slack_away(night.bot, since, night.now)
    await slack_away(night.bot, since, night.now)
    await night.deliver()
    assert told(night) == [("Alice", "mail.say"), ("Alice", "sms.say")]


async def test_nothing_open_nothing_told(night: Night) -> None:
    assert await slack_away(night.bot, night.now, night.now) == 0
