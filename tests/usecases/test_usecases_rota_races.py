"""Everybody changes the same shift at once, and one consistent schedule is left (the long form is `make shifts`)."""

from __future__ import annotations

from dataclasses import replace

from rota_races import NOW, WEEK, judged, race, replicas

from bot.usecases import rotas, shifts
from storage.database import SqlDatabase

TRIES = 20


async def test_of_handoffs_an_override_a_swap_and_a_cover_at_once_one_order_holds(database_url: str) -> None:
    urls = [database_url] if database_url.startswith("sqlite") else [database_url] * 2
    tally = await race(urls, TRIES)
    assert tally.wrong == []
    assert tally.ends.total() == 5 * TRIES


async def test_a_schedule_that_does_not_add_up_is_found_out(sqlite_db: SqlDatabase) -> None:
    [one] = await replicas([sqlite_db], 1)
    before = await rotas.plan(one.bot, "s0", NOW, NOW + WEEK)
    await shifts.handoff(one.bot, "s0", one.id("bob"), one.by("alice"), NOW)
    after = await rotas.plan(one.bot, "s0", NOW, NOW + WEEK)
    journal = await rotas.journal(one.bot, "s0")
    admin = one.id("carol")
    assert judged(before, after, journal, admin) == []
    assert judged(before, before, journal, admin) == ["the rows are not what was said to be done"]
    twice = [journal[0], replace(journal[0], actor_id=one.id("dave"))]
    assert judged(before, after, twice, admin) == [
        "handoff began with what was no longer so",
        "handoff of a shift that was not the actor's",
    ]
