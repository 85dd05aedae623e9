"""Calendar feeds: whose shifts a link shows, that changes show with a higher number, and that a revoked one is dead."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from usecases_rota import DAY, HOUR, TUESDAY, Team24, team_on

from bot.bot import Bot
from bot.domain.feeds import Almanac
from bot.domain.refusals import Refusal
from bot.usecases import feeds, shifts
from storage.database import SqlDatabase


@pytest.fixture
async def team(db: SqlDatabase) -> Team24:
    found = await team_on(db)
    config = replace(found.bot.config, public_url="https://tocsin.example", secret=b"one")
    found.bot = replace(found.bot, config=config)
    return found


def token(address: str) -> str:
    return address.removeprefix("https://tocsin.example/calendar/").removesuffix(".ics")


async def read(bot: Bot, address: str, later: timedelta = timedelta()) -> Almanac:
    shown = await feeds.read(bot, token(address), TUESDAY + later)
    assert shown is not None
    return shown


async def test_a_person_s_feed_shows_their_shifts_and_a_schedule_s_everybody_s(team: Team24) -> None:
    mine = await read(team.bot, await feeds.link(team.bot, "", team.by("alice"), TUESDAY))
    whole = await read(team.bot, await feeds.link(team.bot, "payments", team.by("alice"), TUESDAY))
    assert [team.told(slot) for slot in mine.held[:2]] == ["alice Tue 24 12-Mon 30 09", "alice Mon 14 09-Mon 21 09"]
    assert [team.told(slot) for slot in whole.held[:2]] == ["alice Tue 24 12-Mon 30 09", "bob Mon 30 09-Mon 07 09"]


async def test_the_link_stays_the_same_until_it_is_revoked_and_then_it_is_dead(team: Team24) -> None:
    alice = team.by("alice")
    first = await feeds.link(team.bot, "", alice, TUESDAY)
    assert await feeds.link(team.bot, "", alice, TUESDAY + DAY) == first
    assert await feeds.revoke(team.bot, "", alice, TUESDAY + DAY) == 1
    second = await feeds.link(team.bot, "", alice, TUESDAY + DAY)
    assert second != first
    assert await feeds.read(team.bot, token(first), TUESDAY + DAY) is None
    assert (await read(team.bot, second)).owner == team.people["alice"]


async def test_revoking_ends_one_s_own_links_alone(team: Team24) -> None:
    for name in ("", "payments"):
        await feeds.link(team.bot, name, team.by("alice"), TUESDAY)
    bobs = await feeds.link(team.bot, "payments", team.by("bob"), TUESDAY)
    assert await feeds.revoke(team.bot, None, team.by("alice"), TUESDAY) == 2
    assert (await read(team.bot, bobs)).owner == team.people["bob"]


async def test_a_link_ends_with_the_person_who_holds_it(team: Team24) -> None:
    address = await feeds.link(team.bot, "payments", team.by("bob"), TUESDAY)
    await team.bot.write(lambda tx: tx.people.save(replace(team.people["bob"], active=False)))
    assert await feeds.read(team.bot, token(address), TUESDAY) is None


async def test_the_database_holds_no_link(team: Team24) -> None:
    address = await feeds.link(team.bot, "", team.by("alice"), TUESDAY)
    [row] = await team.bot.db.read(lambda tx: tx.feeds.of(team.id("alice")))
    assert token(address) not in repr(row)


async def test_an_override_shows_and_raises_the_schedule_s_number(team: Team24) -> None:
    address = await feeds.link(team.bot, "payments", team.by("carol"), TUESDAY)
    before = await read(team.bot, address)
    span = TUESDAY + HOUR, TUESDAY + 3 * HOUR
    await shifts.override(team.bot, "payments", team.id("bob"), *span, team.by("carol"), TUESDAY)
    after = await read(team.bot, address)
    assert [team.told(slot) for slot in after.held[:3]] == [
        "alice Tue 24 12-Tue 24 13", "bob* Tue 24 13-Tue 24 15", "alice Tue 24 15-Mon 30 09",
    ]  # fmt: skip
    assert after.versions["payments"] > before.versions["payments"]


async def test_a_shift_is_the_same_every_day_that_it_is_looked_at(team: Team24) -> None:
    address = await feeds.link(team.bot, "payments", team.by("alice"), TUESDAY)
    assert (await read(team.bot, address)).held == (await read(team.bot, address, 9 * DAY)).held


async def test_there_is_no_link_without_an_address_or_for_an_unknown_schedule(team: Team24) -> None:
    bare = replace(team.bot, config=replace(team.bot.config, public_url=""))
    assert await feeds.link(bare, "", team.by("alice"), TUESDAY) == ""
    with pytest.raises(Refusal) as no:
        await feeds.link(team.bot, "payment", team.by("alice"), TUESDAY)
    assert (no.value.code, no.value.data["nearest"]) == ("unknown_schedule", "payments")
