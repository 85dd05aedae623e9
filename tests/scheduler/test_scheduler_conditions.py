"""Each loop says how it is: with the age of what is due, and whether pages would go without it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from night import Night
from scheduler_night import World, put

from bot.domain.condition import Condition, down, impaired, ok
from bot.domain.delivery import Effect, Lane, Later, NewRow
from bot.ports import DatabaseUnavailable
from bot.usecases.declare import Declaration, declare
from scheduler.conditions import conditions
from scheduler.engine import Engine, Pulse


async def nothing() -> None:
    """No directory to read."""


@pytest.fixture
def engine(night: Night) -> Engine:
    """Not started: nothing that is due goes out."""
    return Engine(night.bot, Pulse(), World().handlers, "test", nothing, nothing)


async def found(engine: Engine) -> dict[str, Condition]:
    return {name: await probe() for name, probe in conditions(engine).items()}


QUIET = {
    "lane sev1": ok("nothing is due"),
    "lane pages": ok("nothing is due"),
    "lane answers": ok("nothing is due"),
    "lane room": ok("nothing is due"),
    "lane cosmetic": ok("nothing is due"),
    "timers": ok("nothing is due"),
    "notifiers": ok("email, slack, sms: no trouble is known"),
    "storm": ok("none"),
}


@pytest.fixture(autouse=True)
async def runs(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every loop turned."""
    monkeypatch.setattr(engine, "still", list)


async def test_a_quiet_night_is_well_in_every_part(engine: Engine) -> None:
    assert await found(engine) == QUIET


async def test_what_is_due_is_told_with_its_age_and_is_bad_after_a_minute(night: Night, engine: Engine) -> None:
    rows = [
        NewRow(f"x/{lane}", Effect.DM_SAY, lane, night.now, person_id=night.people["alice"].id)
        for lane in (Lane.PAGES, Lane.ROOM)
    ]
    await put(night, *rows)
    night.clock.time += timedelta(seconds=20)
    assert (await found(engine))["lane pages"] == ok("the oldest that is due waits 20 s")
    night.clock.time += timedelta(seconds=50)
    late = "the oldest that is due waits 70 s"
    assert await found(engine) == {**QUIET, "lane pages": down(late), "lane room": impaired(late)}


async def test_a_loop_that_stands_still_is_down_where_pages_need_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "still", lambda: ["PAGES", "COSMETIC", "timers"])
    bad = down("stands still")
    assert await found(engine) == {**QUIET, "lane pages": bad, "lane cosmetic": impaired(bad.sentence), "timers": bad}


async def test_timers_that_are_overdue_or_cannot_be_claimed_are_down(
    night: Night, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await declare(night.bot, Declaration("Payments API is slow"), night.by("dave"), night.now)
    night.clock.time += timedelta(minutes=7)
    assert (await found(engine))["timers"] == down("the oldest that is due waits 120 s")

    class Full:
        async def write(self, _work: object) -> None:
            raise DatabaseUnavailable("The disk is full.")

    monkeypatch.setattr(engine.timers, "bot", replace(night.bot, db=Full()))  # type: ignore[arg-type]
    with pytest.raises(DatabaseUnavailable):
        await engine.timers.run_due()
    assert (await found(engine))["timers"] == down("timers cannot be claimed: The disk is full.")


async def test_notifiers_are_impaired_while_one_works_and_down_when_none_does(engine: Engine) -> None:
    for effect in (Effect.PAGE_SMS, Effect.PAGE_EMAIL):
        for _ in range(3):
            await engine.slack.note(effect, Later(reason="refused"))
    trouble = "email failed 3 times in a row: refused; sms failed 3 times in a row: refused"
    assert (await found(engine))["notifiers"] == impaired(trouble)
    engine.slack.away = True
    assert (await found(engine))["notifiers"] == down(f"Slack does not answer; {trouble}")
