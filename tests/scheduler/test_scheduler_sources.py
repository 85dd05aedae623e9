"""Sources are followed each by itself; admins are told once when one breaks, and once when it is mended."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from night import Night, night_on

from bot.domain.delivery import Lane
from bot.domain.oncall import Origin, Schedule, Source
from bot.domain.people import Standing
from bot.domain.sources import Entry, Named, Read, Trouble
from bot.views import rota_notes
from scheduler.sources import Following
from storage.database import SqlDatabase

RULES = {"rota": Source(Origin.PAGERDUTY, "PAAA111"), "nights": Source(Origin.CALENDAR, "https://x/y")}


class Elsewhere:
    """What the next readings find, by address."""

    def __init__(self, night: Night) -> None:
        good = Read((Entry(night.now, night.now + timedelta(weeks=1), (Named(name="Alice Chen"),)),))
        self.found: dict[str, Read | Exception] = {one.address: good for one in RULES.values()}
        self.good, self.asked = good, list[str]()

    async def read(self, source: Source, now: datetime) -> Read:
        self.asked.append(source.address)
        found = self.found[source.address]
        if isinstance(found, Exception):
            raise found
        return found


@pytest.fixture
async def night(sqlite_db: SqlDatabase) -> Night:
    night = await night_on(sqlite_db)
    posture = night.bot.posture()
    made = {name: Schedule(name, (), origin=source.origin, source=source) for name, source in RULES.items()}
    night.bot.adopt(replace(posture, schedules={**posture.schedules, **made}))
    return night


class Hand:
    """A clock that stands until it is moved."""

    at = 1000.0

    def __call__(self) -> float:
        return self.at


async def told(night: Night) -> list[str]:
    rows = await night.bot.db.write(lambda tx: tx.outbox.claim("test", Lane.ANSWERS, night.now, 90))
    people = await night.bot.db.read(lambda tx: tx.people.many({row.person_id or 0 for row in rows}))
    assert {person.standing for person in people.values()} <= {Standing.ADMIN}
    notes = [row for row in rows if str(row.payload["message"]).startswith("source_")]
    return [rota_notes.dm(str(row.payload["message"]), row.payload["data"], night.now).text for row in notes]  # type: ignore[arg-type]  # JSON


async def on_call(night: Night, schedule: str) -> str:
    slot = await night.bot.db.read(lambda tx: tx.slots.at(schedule, night.now))
    return (await night.bot.db.read(lambda tx: tx.people.get(slot.person_id))).name if slot else ""


async def test_each_source_is_read_and_its_people_are_on_call(night: Night) -> None:
    elsewhere, hand = Elsewhere(night), Hand()
    following = Following(night.bot, elsewhere.read, hand)
    await following.turn()
    assert [await on_call(night, name) for name in RULES] == ["Alice Chen", "Alice Chen"]
    hand.at += 61
    await following.turn()
    assert elsewhere.asked == ["PAAA111", "https://x/y", "PAAA111"]


async def test_a_fault_is_told_at_once_and_once_and_once_more_when_it_is_mended(night: Night) -> None:
    elsewhere, hand = Elsewhere(night), Hand()
    following = Following(night.bot, elsewhere.read, hand)
    elsewhere.found["PAAA111"] = Read(troubles=(Trouble("no_schedule", "PAAA111"),))
    for _ in range(3):
        await following.turn()
        hand.at += 61
    assert await told(night) == [
        "⚠️ *rota* does not follow PagerDuty: what was last read without a fault stays in force.\n"
        "• there is no schedule of the id or name “PAAA111” that PAGERDUTY_API_TOKEN may read"
    ]
    assert await on_call(night, "nights") == "Alice Chen"
    elsewhere.found["PAAA111"] = elsewhere.good
    night.clock.time += timedelta(minutes=1)
    for _ in range(2):
        await following.turn()
        hand.at += 61
    assert await told(night) == ["✅ *rota* follows PagerDuty again."]


async def test_one_that_is_away_is_asked_less_often_and_told_after_three_times(night: Night) -> None:
    elsewhere, hand = Elsewhere(night), Hand()
    following = Following(night.bot, elsewhere.read, hand)
    elsewhere.found["https://x/y"] = Read(troubles=(Trouble("away", "the calendar answered 500"),))
    elsewhere.found["PAAA111"] = Read(troubles=(Trouble("away", "PagerDuty answered 429"),), again=timedelta(minutes=9))
    minutes, said = dict[str, list[int]](), list[str]()
    for minute in range(30):
        await following.turn()
        for address in elsewhere.asked:
            minutes.setdefault(address, []).append(minute)
        elsewhere.asked.clear()
        said += await told(night)
        hand.at += 60
    assert minutes == {"https://x/y": [0, 4, 12, 22], "PAAA111": [0, 9, 18, 27]}
    assert [text.partition("\n")[2] for text in said] == ["• the calendar answered 500", "• PagerDuty answered 429"]


async def test_one_that_raises_keeps_the_others_and_itself_going(night: Night) -> None:
    elsewhere, hand = Elsewhere(night), Hand()
    following = Following(night.bot, elsewhere.read, hand)
    elsewhere.found["PAAA111"] = RuntimeError("a bug")
    await following.turn()
    assert await on_call(night, "nights") == "Alice Chen"
    elsewhere.found["PAAA111"] = elsewhere.good
    hand.at += 121
    await following.turn()
    assert await on_call(night, "rota") == "Alice Chen"


async def test_a_source_that_is_named_elsewhere_is_read_at_once(night: Night) -> None:
    elsewhere, hand = Elsewhere(night), Hand()
    following = Following(night.bot, elsewhere.read, hand)
    await following.turn()
    posture, moved = night.bot.posture(), replace(RULES["rota"], address="https://x/y")
    rota = replace(posture.schedules["rota"], source=moved)
    night.bot.adopt(replace(posture, schedules={**posture.schedules, "rota": rota}))
    await following.turn()
    assert elsewhere.asked[2:] == ["https://x/y"]
