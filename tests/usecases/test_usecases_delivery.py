"""The outbox's two ends: what a handler is given just before its call, and what follows from its answer."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from night import Night
from usecases_asks import facts, forget, last_fact, rows, timers, waiting

from bot.domain.delivery import (
    NOTIFIER_OF,
    Effect,
    Lane,
    Later,
    Never,
    NewRow,
    Outcome,
    PageState,
    Row,
    RowState,
    Sent,
    SurfaceKind,
    Unknown,
)
from bot.domain.picture import Job
from bot.domain.timeline import Kind
from bot.usecases import incidents, lifecycle, reminders, responders
from bot.usecases.declare import Declaration, declare
from bot.usecases.delivery import (
    FIRST_WAIT,
    GIVEN_UP_AFTER,
    LANDING,
    LONGEST_WAIT,
    MOST_BUGS,
    Drop,
    back_off,
    settle,
)
from bot.usecases.preparing import prepare, prepare_all
from bot.views.facts import headline


def jobs(night: Night, effect: Effect) -> list[Job]:
    return [job for job in night.outside.jobs if job.row.effect is effect]


async def claim(night: Night, lane: Lane) -> dict[Effect, Row]:
    """What a lane may do now, under a lease."""
    claimed = await night.bot.db.write(lambda tx: tx.outbox.claim("test", lane, night.now, 50))
    return {row.effect: row for row in claimed}


async def try_again(night: Night, times: int) -> None:
    """Lets the longest wait pass so often, and tries what is due."""
    for _ in range(times):
        night.clock.time += LONGEST_WAIT
        await night.deliver()


async def test_every_handler_is_given_what_it_needs(night: Night) -> None:
    await night.declare(severity="sev1")
    await responders.volunteer(night.bot, 1, night.by("alice"), night.now)
    await night.pass_minutes(15)
    await lifecycle.resolve(night.bot, 1, "restarted", night.by("alice"), night.now)
    await night.deliver()
    await lifecycle.reopen(night.bot, 1, "it is back", night.by("alice"), night.now)
    await night.deliver()
    assert set(night.outside.effects()) == OF_A_NIGHT
    for job in night.outside.jobs:
        assert job.picture is not None and job.picture.incident.id == 1
        if job.row.effect in NOTIFIER_OF or job.row.effect is Effect.PAGE_UPDATE:
            assert (job.page is not None, job.person is not None) == (True, True)
        if job.row.effect in (Effect.CARD_UPDATE, Effect.CARD_PIN, Effect.ANNOUNCE_UPDATE, Effect.PAGE_UPDATE):
            assert job.surface is not None
    assert all(job.event is not None for job in jobs(night, Effect.ROOM_SAY))
    assert [job.story is not None for job in jobs(night, Effect.POSTMORTEM_POST)] == [True]
    assert [job.data["slack_ids"] for job in jobs(night, Effect.ROOM_INVITE)][:2] == [["U0DAVE"], ["U0ALICE"]]


#: What one incident makes of a night: paged, commanded, nagged about, resolved and reopened.
OF_A_NIGHT = {
    Effect.ROOM_CREATE, Effect.ROOM_INVITE, Effect.ROOM_TOPIC, Effect.ROOM_BOOKMARKS, Effect.ROOM_UNARCHIVE,
    Effect.ROOM_SAY, Effect.CARD_POST, Effect.CARD_PIN, Effect.CARD_UPDATE, Effect.ANNOUNCE_POST,
    Effect.ANNOUNCE_UPDATE, Effect.PAGE_SLACK, Effect.PAGE_SMS, Effect.PAGE_EMAIL, Effect.PAGE_UPDATE,
    Effect.DM_SAY, Effect.REACTION_ADD, Effect.REACTION_REMOVE, Effect.REMIND, Effect.POSTMORTEM_POST,
}  # fmt: skip


async def test_what_is_posted_is_known_again_by_channel_and_time(night: Night) -> None:
    await night.declare()
    surfaces = await night.bot.db.read(lambda tx: tx.surfaces.of(1))
    kinds = sorted({surface.kind for surface in surfaces})
    assert kinds == sorted({SurfaceKind.CARD, SurfaceKind.ANNOUNCEMENT, SurfaceKind.PAGE})
    page = next(surface for surface in surfaces if surface.kind is SurfaceKind.PAGE)
    assert (page.page_id, page.person_id) == (1, night.people["alice"].id)
    assert await night.bot.db.read(lambda tx: tx.surfaces.find(page.channel, page.ts)) == page


async def test_the_room_comes_first_and_updates_of_one_message_go_in_order(night: Night) -> None:
    await night.declare()
    effects = night.outside.effects()
    needs_room = [Effect.CARD_POST, Effect.ROOM_INVITE, Effect.ANNOUNCE_POST, Effect.ROOM_TOPIC, Effect.ROOM_BOOKMARKS]
    assert all(effects.index(Effect.ROOM_CREATE) < effects.index(effect) for effect in needs_room)
    assert effects.index(Effect.CARD_POST) < effects.index(Effect.CARD_PIN)
    assert effects.index(Effect.CARD_POST) < effects.index(Effect.CARD_UPDATE)


async def test_of_many_changes_only_the_newest_card_is_sent(night: Night) -> None:
    await night.declare()
    forget(night)
    for text in ("one", "two", "three"):
        await incidents.update(night.bot, 1, text, night.by("alice"), night.now)
    await night.deliver()
    assert [job.picture.incident.last_update for job in jobs(night, Effect.CARD_UPDATE) if job.picture] == ["three"]
    assert [job.event.data["text"] for job in jobs(night, Effect.ROOM_SAY) if job.event] == ["one", "two", "three"]


async def test_the_bot_puts_the_first_emoji_there_itself(night: Night) -> None:
    await night.declare()
    names = [(job.row.key.split("/")[1], job.data["name"]) for job in jobs(night, Effect.REACTION_ADD)]
    assert sorted(names) == [("card", "eyes"), ("page", "eyes"), ("page", "x")]


async def test_it_takes_them_back_once_from_a_page_that_was_answered(night: Night) -> None:
    await night.declare()
    await night.pass_minutes(5)
    assert jobs(night, Effect.REACTION_REMOVE) == []
    pages = {job.data["ts"] for job in jobs(night, Effect.REACTION_ADD) if job.row.key.startswith("react/page/")}
    await responders.ack(night.bot, 1, night.by("bob"), night.now)
    await night.deliver()
    await incidents.update(night.bot, 1, "Rolling back.", night.by("bob"), night.now)
    await night.deliver()
    taken = [(job.data["ts"], job.data["name"]) for job in jobs(night, Effect.REACTION_REMOVE)]
    assert sorted(taken) == sorted((ts, name) for ts in pages for name in ("eyes", "x"))


async def test_a_direct_message_is_kept_before_it_is_needed_again(night: Night) -> None:
    night.outside.answers[Effect.PAGE_SLACK] = lambda job: Sent({"channel": "D1", "ts": "9.1", "dm_channel": "D1"})
    await night.declare()
    alice = await night.bot.db.read(lambda tx: tx.people.get(night.people["alice"].id))
    assert alice.dm_channel == "D1"


async def test_people_whom_slack_would_not_invite_are_named(night: Night) -> None:
    night.outside.answers[Effect.ROOM_INVITE] = lambda job: Sent(
        {"invited": [], "failed": {"U0DAVE": "user_is_restricted"}}
    )
    await night.declare(severity="sev3")
    dave = night.people["dave"]
    assert await facts(night, Kind.STEP_FAILED) == [
        {"step": "room.invite", "slack_id": "U0DAVE", "person_id": dave.id, "reason": "user_is_restricted"}
    ]
    fact = await last_fact(night, Kind.STEP_FAILED)
    assert headline(fact, {dave.id: dave}) == (
        f"Could not invite {dave.name} to the war room: guests cannot be invited there"
    )
    assert [row.effect for row in (await night.picture()).failed] == [Effect.ROOM_INVITE]


async def test_a_page_that_was_answered_while_it_was_on_its_way_asks_no_more(night: Night) -> None:
    await declare(night.bot, Declaration("Slow"), night.by("dave"), night.now)
    sending = (await claim(night, Lane.PAGES))[Effect.PAGE_SLACK]
    assert isinstance(await prepare(night.bot, sending, night.now), Job)
    await responders.ack(night.bot, 1, night.by("bob"), night.now)
    await settle(night.bot, sending, Sent({"channel": "D1", "ts": "9.9"}), night.now)
    await night.deliver()
    updates = jobs(night, Effect.PAGE_UPDATE)
    assert {(job.surface.ts, job.page.state) for job in updates if job.surface and job.page} == {
        ("9.9", PageState.ENDED)
    }


@pytest.mark.parametrize("room_first", [True, False])
async def test_a_page_shows_its_room_whichever_of_the_two_is_there_first(night: Night, *, room_first: bool) -> None:
    await declare(night.bot, Declaration("Slow"), night.by("dave"), night.now)
    creating = (await claim(night, Lane.ROOM))[Effect.ROOM_CREATE]
    sending = (await claim(night, Lane.PAGES))[Effect.PAGE_SLACK]
    made_ready = await prepare(night.bot, sending, night.now)
    assert isinstance(made_ready, Job) and made_ready.picture is not None
    landed = Sent({"channel": "D1", "ts": "9.9", "version": made_ready.picture.incident.version})
    both = [(creating, Sent({"channel": "CROOM1", "name": "inc-1"})), (sending, landed)]
    for row, outcome in both if room_first else reversed(both):
        await settle(night.bot, row, outcome, night.now)
    await night.deliver()
    last = jobs(night, Effect.PAGE_UPDATE)[-1]
    assert last.surface is not None and last.picture is not None
    assert (last.surface.ts, last.picture.incident.room_channel) == ("9.9", "CROOM1")


async def test_a_page_that_says_what_is_still_true_is_not_sent_anew(night: Night) -> None:
    await declare(night.bot, Declaration("Slow"), night.by("dave"), night.now)
    room = (await claim(night, Lane.ROOM))[Effect.ROOM_CREATE]
    await settle(night.bot, room, Sent({"channel": "CROOM1", "name": "inc-1"}), night.now)
    await night.deliver()
    assert jobs(night, Effect.PAGE_UPDATE) == []


async def test_an_announcement_that_was_on_its_way_when_things_changed_is_brought_up_to_date(night: Night) -> None:
    await declare(night.bot, Declaration("Slow"), night.by("dave"), night.now)
    room = (await claim(night, Lane.ROOM))[Effect.ROOM_CREATE]
    await settle(night.bot, room, Sent({"channel": "CROOM1", "name": "inc-1"}), night.now)
    sending = (await claim(night, Lane.ROOM))[Effect.ANNOUNCE_POST]
    await responders.ack(night.bot, 1, night.by("bob"), night.now)
    await settle(night.bot, sending, Sent({"channel": "C1", "ts": "9.9"}), night.now)
    await night.deliver()
    assert [job.surface.ts for job in jobs(night, Effect.ANNOUNCE_UPDATE) if job.surface] == ["9.9"]


async def test_old_pages_are_left_alone_however_long_nobody_answers(night: Night) -> None:
    await night.declare()
    await night.pass_minutes(21)  # the second cycle: Alice was paged twice
    forget(night)
    await incidents.update(night.bot, 1, "still nobody", night.by("dave"), night.now)
    await night.deliver()
    assert sorted(job.row.page_id or 0 for job in jobs(night, Effect.PAGE_UPDATE)) == [2, 3, 4]
    forget(night)
    await responders.ack(night.bot, 1, night.by("alice"), night.now)
    await night.deliver()
    assert all(job.page.state is not PageState.OPEN for job in jobs(night, Effect.PAGE_UPDATE) if job.page)


async def test_a_rate_limit_is_waited_for_as_long_as_the_provider_wishes(night: Night) -> None:
    night.outside.answers[Effect.PAGE_SMS] = lambda job: Later(timedelta(seconds=30), "ratelimited")
    await night.declare()
    assert [row.not_before - night.now for row in await waiting(night, Effect.PAGE_SMS)] == [timedelta(seconds=30)]
    assert [row.doubt for row in await waiting(night, Effect.PAGE_SMS)] == [False]


async def test_what_may_still_be_under_way_is_given_time_to_land_before_it_is_looked_up(night: Night) -> None:
    outcomes = [Unknown("no answer in time", under_way=True), Unknown("connection lost")]
    waits = []
    for number, outcome in enumerate(outcomes):
        row = NewRow(f"say/{number}", Effect.SMS_SAY, Lane.ANSWERS, night.now, payload={"to": "+15550100001"})
        await night.bot.db.write(lambda tx, row=row: tx.outbox.put([row]))  # type: ignore[misc]  # bound now
        claimed = (await claim(night, Lane.ANSWERS))[Effect.SMS_SAY]
        await settle(night.bot, claimed, outcome, night.now)
        waits.append((await night.bot.db.read(lambda tx, at=claimed.id: tx.outbox.get(at))).not_before - night.now)  # type: ignore[misc]
    assert waits == [LANDING, FIRST_WAIT]


def test_waits_double_up_to_a_minute() -> None:
    waits = [back_off(tries).total_seconds() for tries in (1, 2, 3, 6, 7, 8, 500)]
    assert waits == [1, 2, 4, 32, 60, 60, 60]


async def test_a_step_of_the_room_is_given_up_after_a_day_and_shown(night: Night) -> None:
    night.outside.answers[Effect.ANNOUNCE_POST] = lambda job: Later(reason="service_unavailable")
    await night.declare(severity="sev3")
    await try_again(night, 15)
    assert [row.state for row in await rows(night, Effect.ANNOUNCE_POST)] == [RowState.PENDING]
    (row,) = await rows(night, Effect.ANNOUNCE_POST)
    night.clock.time = row.created_at + GIVEN_UP_AFTER
    await night.deliver()
    (row,) = await rows(night, Effect.ANNOUNCE_POST)
    assert (row.state, row.reason) == (RowState.DEAD, f"given up after {row.tries} tries: service_unavailable")
    assert [row.effect for row in (await night.picture()).failed] == [Effect.ANNOUNCE_POST]
    assert [fact["step"] for fact in await facts(night, Kind.STEP_FAILED)] == ["announce.post"]


async def test_what_fails_by_a_bug_of_ours_lets_go_of_what_waits_behind_it(night: Night) -> None:
    night.outside.answers[Effect.CARD_POST] = lambda job: Unknown("a bug", bug=True)
    await night.declare(severity="sev3")
    await try_again(night, MOST_BUGS)
    states = {row.effect: (row.state, row.tries) for row in await rows(night, Effect.CARD_POST, Effect.CARD_PIN)}
    assert states == {Effect.CARD_POST: (RowState.DEAD, MOST_BUGS), Effect.CARD_PIN: (RowState.DROPPED, 1)}


async def test_a_page_is_never_given_up(night: Night) -> None:
    night.outside.answers[Effect.PAGE_SMS] = lambda job: Unknown("a bug", bug=True)
    await night.declare()
    await try_again(night, MOST_BUGS + 3)
    (row,) = await rows(night, Effect.PAGE_SMS)
    assert (row.state, row.tries > MOST_BUGS) == (RowState.PENDING, True)


async def test_a_send_in_doubt_that_is_found_is_no_repeat(night: Night) -> None:
    seen: list[bool] = []

    def unsure(job: Job) -> Outcome:
        seen.append(job.row.doubt)
        return Unknown("time-out") if len(seen) == 1 else Sent({"sid": "SM1"}, found=True)

    night.outside.answers[Effect.PAGE_SMS] = unsure
    await night.declare()
    await try_again(night, 1)
    assert seen == [False, True]
    (row,) = await rows(night, Effect.PAGE_SMS)
    assert (row.state, row.result) == (RowState.SENT, {"sid": "SM1", "found": True})
    sms = [fact for fact in await facts(night, Kind.PAGE_DELIVERED) if fact["notifier"] == "sms"]
    assert [fact["repeat"] for fact in sms] == [False]
    attempts = await night.bot.db.read(lambda tx: tx.ledger.of_incident(1))
    assert [one.outcome for one in attempts if one.effect is Effect.PAGE_SMS] == ["unknown", "found"]


async def test_what_somebody_else_claimed_since_is_left_to_them(night: Night) -> None:
    await declare(night.bot, Declaration("Slow"), night.by("dave"), night.now)
    mine = (await claim(night, Lane.PAGES))[Effect.PAGE_SMS]
    await settle(night.bot, mine, Later(timedelta(seconds=1), "busy"), night.now)
    night.clock.time += timedelta(seconds=1)
    theirs = (await claim(night, Lane.PAGES))[Effect.PAGE_SMS]
    await settle(night.bot, mine, Never("21610"), night.now)
    assert await facts(night, Kind.PAGE_FAILED) == []
    await settle(night.bot, theirs, Sent({"sid": "SM1"}), night.now)
    assert [row.result for row in await rows(night, Effect.PAGE_SMS)] == [{"sid": "SM1"}]


async def test_a_reminder_of_a_closed_incident_is_not_sent(night: Night) -> None:
    await night.declare()
    night.clock.time += timedelta(minutes=15)
    (timer,) = [one for one in await night.bot.db.write(lambda tx: tx.timers.claim("t", night.now, 9)) if one.data]
    assert await reminders.on_timer(night.bot, timer, night.now) == "sent"
    reminding = (await claim(night, Lane.ROOM))[Effect.REMIND]
    await lifecycle.resolve(night.bot, 1, "restarted", night.by("alice"), night.now)
    assert await prepare(night.bot, reminding, night.now) == Drop("the incident was closed before it was sent")


async def test_a_reminder_that_waited_too_long_is_not_sent(night: Night) -> None:
    night.outside.answers[Effect.REMIND] = lambda job: Later(timedelta(minutes=20), "ratelimited")
    await night.declare()
    await responders.ack(night.bot, 1, night.by("alice"), night.now)
    await night.pass_minutes(15)
    await reminders.stop(night.bot, 1, "update", night.by("alice"), night.now)
    del night.outside.answers[Effect.REMIND]
    forget(night)
    night.clock.time += timedelta(minutes=20)
    await night.deliver()
    assert jobs(night, Effect.REMIND) == []
    assert [row.reason for row in await rows(night, Effect.REMIND)] == ["expired before it could be sent"]


async def test_making_ready_never_waits_for_another_that_is_made_ready(night: Night) -> None:
    alice = night.people["alice"].id
    replies = [
        NewRow(f"sms/{number}", Effect.SMS_SAY, Lane.ANSWERS, night.now, person_id=alice, payload={"to": "+1"})
        for number in range(6)
    ]
    homes = [NewRow(f"home/{number}", Effect.HOME_PUBLISH, Lane.ANSWERS, night.now, person_id=alice) for number in "ab"]
    await night.bot.db.write(lambda tx: tx.outbox.put(replies + homes))
    claimed = await night.bot.db.write(lambda tx: tx.outbox.claim("test", Lane.ANSWERS, night.now, 8))
    async with asyncio.timeout(8):  # each that waits for another would hold its connection until the deadline
        prepared = await asyncio.gather(*(prepare(night.bot, row, night.now) for row in claimed))
    assert [job.home is not None for job in prepared if isinstance(job, Job)] == [False] * 6 + [True] * 2


async def test_rows_made_ready_together_are_ready_as_if_each_had_been_alone(night: Night) -> None:
    await declare(night.bot, Declaration("Payments API is slow"), night.by("dave"), night.now)
    rows = [
        row
        for lane in Lane
        for row in await night.bot.db.write(lambda tx, lane=lane: tx.outbox.claim("test", lane, night.now, 50))
    ]
    assert len({row.effect for row in rows}) > 3
    assert await prepare_all(night.bot, rows, night.now) == [await prepare(night.bot, row, night.now) for row in rows]


@pytest.mark.parametrize("effect", [Effect.CARD_UPDATE, Effect.ROOM_TOPIC])
async def test_a_refresh_that_fails_is_shown_and_does_not_refresh_itself(night: Night, effect: Effect) -> None:
    night.outside.answers[effect] = lambda job: Never("is_archived")
    await night.declare(severity="sev3")
    failed = [fact for fact in await facts(night, Kind.STEP_FAILED) if fact["step"] == effect.value]
    assert {fact["reason"] for fact in failed} == {"is_archived"}
    assert await waiting(night) == []
    assert await timers(night) == []
