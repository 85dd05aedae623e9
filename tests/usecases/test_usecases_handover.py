"""A handover while a page waits: the incoming person is paged too, at the moment their slot begins (SPEC §7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from night import THREE_AM, Night, paging_by

from bot.domain.escalation import Policy, Target, TargetKind, Tier
from bot.domain.oncall import Line, Listed, Origin, Schedule, Slot
from bot.domain.people import SYSTEM
from bot.domain.timeline import Kind
from bot.usecases import incidents, responders, rotas, shifts, swaps
from bot.usecases.handover import handed_over

M = timedelta(minutes=1)


async def on_call(night: Night, *turns: tuple[str, datetime], schedule: str = "payments") -> None:
    """Each has it from their time to the next one's."""
    ends = [start for _, start in turns[1:]] + [THREE_AM + timedelta(days=7)]
    slots = [
        Slot(0, schedule, night.people[name].id, start, end) for (name, start), end in zip(turns, ends, strict=True)
    ]
    await night.bot.db.write(lambda tx: tx.slots.replace(schedule, turns[0][1], slots))


async def overrides(night: Night, name: str, start: datetime) -> None:
    slot = Slot(0, "payments", night.people[name].id, start, start + timedelta(days=1), is_override=True)
    await night.bot.db.write(lambda tx: tx.slots.replace("payments", THREE_AM + timedelta(days=900), [slot]))


def whom(night: Night) -> list[str]:
    """Those paged by Slack, in order."""
    return [name for name, notifier in night.outside.paged() if notifier == "slack"]


async def test_whoever_comes_on_call_while_nobody_has_acked_is_paged_too(night: Night) -> None:
    await on_call(night, ("alice", THREE_AM - M), ("dave", THREE_AM + 3 * M))
    await night.declare()
    await night.pass_minutes(2.9)
    assert whom(night) == ["Alice"]
    await night.pass_minutes(0.1)
    assert whom(night) == ["Alice", "Dave"]
    [told] = [event for event in await night.events() if event.kind is Kind.HANDOVER]
    assert (told.at, told.data["person_ids"], told.data["tier"]) == (THREE_AM + 3 * M, [night.people["dave"].id], 1)


async def test_a_handover_keeps_the_time_of_the_next_step(night: Night) -> None:
    await on_call(night, ("alice", THREE_AM - M), ("dave", THREE_AM + 3 * M))
    await night.declare()
    await night.pass_minutes(5)
    assert whom(night) == ["Alice", "Dave", "Bob"]


async def test_every_handover_within_a_step_pages_whoever_comes_and_nobody_twice(night: Night) -> None:
    turns = [("alice", THREE_AM - M), ("dave", THREE_AM + M), ("alice", THREE_AM + 2 * M), ("carol", THREE_AM + 3 * M)]
    await on_call(night, *turns)
    await night.declare()
    await night.pass_minutes(4.9)
    assert whom(night) == ["Alice", "Dave", "Carol"]


async def test_who_comes_after_a_gap_is_paged_when_they_come(night: Night) -> None:
    gap = (Slot(0, "payments", night.people["alice"].id, THREE_AM - M, THREE_AM + M),)
    later = Slot(0, "payments", night.people["dave"].id, THREE_AM + 3 * M, THREE_AM + 60 * M)
    await night.bot.db.write(lambda tx: tx.slots.replace("payments", THREE_AM - M, [*gap, later]))
    await night.declare()
    await night.pass_minutes(2)
    assert whom(night) == ["Alice"]
    await night.pass_minutes(1)
    assert whom(night) == ["Alice", "Dave"]


async def test_after_an_ack_a_handover_pages_nobody(night: Night) -> None:
    await on_call(night, ("alice", THREE_AM - M), ("dave", THREE_AM + 3 * M))
    await night.declare()
    await responders.ack(night.bot, 1, night.by("alice"), night.now)
    await night.pass_minutes(10)
    assert whom(night) == ["Alice"]


async def test_a_handover_of_a_step_that_is_over_pages_nobody(night: Night) -> None:
    await on_call(night, ("alice", THREE_AM - M), ("dave", THREE_AM + 7 * M))
    await night.declare()
    await night.pass_minutes(9)
    assert whom(night) == ["Alice", "Bob"]


async def test_the_one_after_the_person_on_call_changes_with_them(night: Night) -> None:
    after = Policy("after", (Tier((Target(TargetKind.SCHEDULE, "payments"),), 5 * M),), 0)
    await on_call(night, ("alice", THREE_AM - M), ("dave", THREE_AM + 3 * M))
    under = paging_by(night, after)
    await under.declare()
    await under.pass_minutes(4)
    assert whom(under) == ["Alice", "Dave"]


async def test_in_the_fallback_too_the_incoming_person_is_paged(night: Night) -> None:
    once = Policy("once", (Tier((Target(TargetKind.SCHEDULE, "payments"),), 5 * M),), 0)
    await on_call(night, ("alice", THREE_AM - M), ("dave", THREE_AM + 8 * M))
    under = paging_by(night, once)
    await under.declare()
    await under.pass_minutes(8)
    assert whom(under) == ["Alice", "Alice", "Dave"]


async def test_an_override_made_while_nobody_has_acked_pages_the_stand_in_at_once(night: Night) -> None:
    await night.declare()
    await night.pass_minutes(1)
    await overrides(night, "dave", night.now)
    assert await handed_over(night.bot, "payments", night.now) == 1
    assert await handed_over(night.bot, "payments", night.now) == 0
    await night.deliver()
    assert whom(night) == ["Alice", "Dave"]


async def test_an_override_that_begins_later_pages_the_stand_in_then(night: Night) -> None:
    await night.declare()
    await overrides(night, "dave", night.now + 2 * M)
    assert await handed_over(night.bot, None, night.now) == 0
    await night.pass_minutes(2)
    assert whom(night) == ["Alice", "Dave"]


async def test_a_new_order_of_a_listed_rota_pages_whom_it_says_and_nobody_by_the_old_one(night: Night) -> None:
    def listed(*who: str) -> Schedule:
        line = Line(THREE_AM - M, THREE_AM + 60 * M, who)
        return Schedule("desk", (Listed((line,)),), origin=Origin.SHEET)

    second = Policy("second", (Tier((Target(TargetKind.SCHEDULE, "desk", 1),), 5 * M),), 0)
    under = paging_by(night, second)
    in_force = [under.bot.posture()]
    under = replace(under, bot=replace(under.bot, posture=lambda: in_force[-1], adopt=in_force.append))
    await rotas.keep(under.bot, listed("alice", "bob", "dave"), SYSTEM, under.now)
    await under.declare()
    assert whom(under) == ["Bob"]
    await rotas.keep(under.bot, listed("bob", "alice"), SYSTEM, under.now)
    await under.deliver()
    assert whom(under) == ["Bob", "Alice"]


async def test_a_change_of_another_schedule_pages_nobody(night: Night) -> None:
    await night.declare()
    await on_call(night, ("dave", night.now), schedule="payments-second")
    assert await handed_over(night.bot, "payments-second", night.now) == 0
    assert whom(night) == ["Alice"]


async def test_a_closed_incident_is_handed_over_to_nobody(night: Night) -> None:
    await on_call(night, ("alice", THREE_AM - M), ("dave", THREE_AM + 3 * M))
    await night.declare()
    await incidents.note(night.bot, 1, "looking", night.by("dave"), night.now)
    await responders.take(night.bot, 1, night.by("dave"), night.now)
    assert await handed_over(night.bot, "payments", night.now + 4 * M) == 0


async def test_a_handoff_while_nobody_has_acked_pages_the_incoming_person_in_the_same_transaction(
    night: Night,
) -> None:
    await night.declare()
    await night.pass_minutes(1)
    await shifts.handoff(night.bot, "payments", night.people["dave"].id, night.by("alice"), night.now)
    [told] = [event for event in await night.events() if event.kind is Kind.HANDOVER]
    assert (told.at, told.data["person_ids"]) == (night.now, [night.people["dave"].id])
    await night.deliver()
    assert whom(night) == ["Alice", "Dave"]


async def test_an_accepted_swap_of_the_running_shift_pages_whoever_said_yes(night: Night) -> None:
    await on_call(night, ("alice", THREE_AM - M), ("bob", THREE_AM + timedelta(days=1)))
    await night.declare()
    day = timedelta(days=1)
    answer = await swaps.ask(night.bot, "payments", THREE_AM, THREE_AM + day, night.by("alice"), night.now)
    await swaps.accept(night.bot, int(str(answer.data["swap"])), night.by("bob"), night.now)
    await night.deliver()
    assert whom(night) == ["Alice", "Bob"]


async def test_an_override_that_was_taken_away_in_time_pages_nobody(night: Night) -> None:
    await night.declare()
    await shifts.override(
        night.bot,
        "payments",
        night.people["dave"].id,
        night.now + 2 * M,
        night.now + 9 * M,
        night.by("alice"),
        night.now,
    )
    plan = await rotas.plan(night.bot, "payments", night.now, night.now + 9 * M)
    [slot] = [one for one in plan if one.is_override]
    await shifts.remove_override(night.bot, slot.id, night.by("dave"), night.now)
    await night.pass_minutes(3)
    assert whom(night) == ["Alice"]
