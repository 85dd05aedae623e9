"""Budgets and bundles: in a storm a person is told in few messages, and of every page (SPEC §8)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from night import Night, without
from sqlalchemy import update

from bot.domain import budgets
from bot.domain.delivery import NOTIFIER_OF, Effect, Later, Never, Outcome, PageState, Row, RowState, Sent, Unknown
from bot.domain.picture import Job
from bot.domain.receipts import Reach, Report
from bot.ports import Tx
from bot.usecases import bundles, calls, incidents, receipts, responders
from bot.usecases.delivery import settle
from bot.usecases.drills import drill
from bot.usecases.preparing import prepare_all
from storage.transaction import SqlTx
from storage.work_tables import outbox

SMS = Effect.PAGE_SMS
ALONE = budgets.MOST[SMS] - 1
WAIT = budgets.GATHER.total_seconds() / 60


async def storm(night: Night, number: int = 20, **fields: object) -> None:
    """So many incidents of one service at the same moment."""
    for n in range(number):
        await night.declare(f"Case {n}", **fields)


def sent(night: Night, effect: Effect = SMS, name: str = "Alice Chen") -> list[Job]:
    """What went to a person by one notifier."""
    jobs = [job for job in night.outside.jobs if job.row.effect is effect]
    return [job for job in jobs if job.person is not None and job.person.name == name]


def told(job: Job) -> set[int]:
    """The incidents that a message spoke of."""
    one = {job.picture.incident.id} if job.picture else set()
    return {carried.incident.id for carried in job.bundle} | one


async def rows(night: Night, number: int, effect: Effect = SMS) -> list[Row]:
    return await night.bot.db.read(lambda tx: tx.outbox.of_incident(number, [effect]))


async def states(night: Night, number: int, effect: Effect = SMS) -> Counter[RowState]:
    """Of the rows of incidents 1 to `number`."""
    return Counter([row.state for n in range(1, number + 1) for row in await rows(night, n, effect)])


async def lose_leases(night: Night) -> None:
    """As after 15 seconds in which whoever claimed said nothing."""

    async def work(tx: Tx) -> None:
        assert isinstance(tx, SqlTx)
        await tx.scope.run(update(outbox).values(lease_until=datetime.now(UTC) - timedelta(seconds=1)))

    await night.bot.db.write(work)


async def claim(night: Night) -> list[Row]:
    claimed = await bundles.claim(night.bot, "test", budgets.Lane.PAGES, night.now, 50)
    return claimed[0]


async def test_what_is_over_a_persons_budget_goes_together_and_nothing_is_dropped(night: Night) -> None:
    await storm(night)
    assert len(sent(night)) == 1 + ALONE  # the first of the service comes on top
    await night.pass_minutes(WAIT)
    messages = sent(night)
    assert len(messages) == 1 + ALONE + 1
    assert [len(told(job)) for job in messages] == [1] * (1 + ALONE) + [20 - 1 - ALONE]
    assert set().union(*map(told, messages)) == set(range(1, 21))
    assert await states(night, 20) == {RowState.SENT: 20}


async def test_every_notifier_has_a_budget_of_its_own(night: Night) -> None:
    await storm(night)
    await night.pass_minutes(WAIT)
    assert {NOTIFIER_OF[effect]: len(sent(night, effect)) for effect in budgets.MOST} == {
        "slack": 11, "sms": 6, "email": 6, "voice": 0,
    }  # fmt: skip
    for effect in (Effect.PAGE_SLACK, Effect.PAGE_EMAIL):
        assert await states(night, 20, effect) == {RowState.SENT: 20}


async def test_no_window_holds_more_messages_than_the_budget(night: Night) -> None:
    """An incident every five seconds for five minutes; the first of the service counts by itself."""
    times: list[datetime] = []

    def noting(job: Job) -> Outcome:
        times.extend([night.now] if job.person is not None and job.person.name == "Alice Chen" else [])
        return Sent({})

    night.outside.answers[SMS] = noting
    for n in range(60):
        await night.declare(f"Case {n}")
        await night.pass_minutes(5 / 60)
    later = times[1:]
    windows = [[one for one in later if start <= one < start + budgets.WINDOW] for start in later]
    assert max(len(window) for window in windows) == budgets.MOST[SMS]
    await night.pass_minutes(2)
    assert set().union(*map(told, sent(night))) >= set(range(1, 61))


async def test_the_most_urgent_severity_is_never_held_back(night: Night) -> None:
    await storm(night, 20, severity="SEV1")
    assert len(sent(night)) == 20
    assert not any(job.bundle for job in sent(night))


async def test_the_first_page_of_a_service_is_never_held_back(night: Night) -> None:
    await storm(night)
    before = len(sent(night, name="Bob Okafor"))
    await night.declare("Another service", service="hole-api")  # Bob's, since the first tier is empty
    assert len(sent(night, name="Bob Okafor")) == before + 1


async def test_the_provider_s_id_of_a_bundle_is_that_of_every_page_in_it(night: Night) -> None:
    await storm(night, 10)
    night.outside.answers[SMS] = lambda job: Sent({"sid": "SM7", "status": "queued"})
    await night.pass_minutes(WAIT)
    carried = [(await rows(night, n))[0] for n in range(2 + ALONE, 11)]
    assert [row.result for row in carried] == [{"sid": "SM7", "status": "queued", "bundle": len(carried)}] * len(
        carried
    )
    tries = await night.bot.db.read(lambda tx: tx.ledger.of_incident(10))
    assert [one.outcome for one in tries if one.effect is SMS] == ["bundled", "sent"]


async def test_who_acks_meanwhile_is_not_told_of_it_any_more(night: Night) -> None:
    await storm(night, 10)
    await responders.ack(night.bot, 10, night.by("alice"), night.now)
    await night.pass_minutes(WAIT)
    assert 10 not in told(sent(night)[-1])
    (row,) = await rows(night, 10)
    assert (row.state, row.reason) == (RowState.DROPPED, "acknowledged before it was sent")


async def test_a_bundle_of_which_nothing_is_left_is_not_sent(night: Night) -> None:
    await storm(night, 8)
    before = len(sent(night))
    for number in range(1, 9):
        await responders.ack(night.bot, number, night.by("alice"), night.now)
    await night.pass_minutes(WAIT)
    assert len(sent(night)) == before
    assert (await states(night, 8))[RowState.PENDING] == 0


async def test_an_ack_while_the_bundle_is_on_its_way_comes_too_late_to_unsay_it(night: Night) -> None:
    await storm(night, 10)
    night.clock.time += budgets.GATHER
    claimed = [row for row in await claim(night) if row.effect is SMS]
    (job,) = await prepare_all(night.bot, claimed, night.now)
    assert isinstance(job, Job)
    await responders.ack(night.bot, 10, night.by("alice"), night.now)
    await settle(night.bot, claimed[0], bundles.noted(job, Sent({"sid": "SM7"})), night.now)
    assert [row.state for row in await rows(night, 10)] == [RowState.SENT]


async def test_what_its_message_did_not_tell_of_goes_by_itself(night: Night) -> None:
    """Nothing is put into a bundle that was claimed; should it happen all the same, no page is lost by it."""
    await storm(night, 10)
    night.clock.time += budgets.GATHER
    claimed = [row for row in await claim(night) if row.effect is SMS]
    (job,) = await prepare_all(night.bot, claimed, night.now)
    assert isinstance(job, Job)
    partly = replace(job, bundle=job.bundle[:-1])
    await settle(night.bot, claimed[0], bundles.noted(partly, Sent({"sid": "SM7"})), night.now)
    assert await states(night, 10) == {RowState.SENT: 9, RowState.PENDING: 1}
    await night.pass_minutes(2)
    assert await states(night, 10) == {RowState.SENT: 10}


async def test_a_bundle_that_is_being_claimed_takes_nothing_more(night: Night) -> None:
    await storm(night, 8)
    (first,) = {row.bundle_id for n in range(1, 9) for row in await rows(night, n)} - {None}
    assert first is not None
    assert await night.bot.db.write(lambda tx: tx.bundles.fresh(first)) is not None
    night.clock.time += budgets.GATHER
    await claim(night)
    assert await night.bot.db.write(lambda tx: tx.bundles.fresh(first)) is None


async def test_a_bundle_that_fails_for_good_moves_every_page_in_it_on(night: Night) -> None:
    await storm(night, 8)
    night.outside.answers[SMS] = lambda job: Never("no route")
    night.outside.answers[Effect.PAGE_SLACK] = lambda job: Never("user_not_found")
    night.outside.answers[Effect.PAGE_EMAIL] = lambda job: Never("no such mailbox")
    await night.pass_minutes(WAIT)
    assert (await states(night, 8))[RowState.DEAD] >= 8 - 1 - ALONE
    failed = [event for event in await night.events(8) if event.kind == "page_failed"]
    assert [event.data["reason"] for event in failed if event.data["notifier"] == "sms"] == ["no route"]


async def test_a_bundle_that_cannot_go_now_goes_later_with_all_that_waits(night: Night) -> None:
    await storm(night, 10)
    night.outside.answers[SMS] = lambda job: Later(timedelta(seconds=30), "a full queue")
    await night.pass_minutes(WAIT)
    held = (await rows(night, 10))[0]
    assert (held.state, held.not_before) == (RowState.PENDING, night.now + timedelta(seconds=30))
    del night.outside.answers[SMS]
    await night.pass_minutes(0.5)
    assert await states(night, 10) == {RowState.SENT: 10}
    assert len([job for job in sent(night) if job.bundle]) == 2  # both tries


async def test_a_message_that_is_tried_again_costs_no_more(night: Night) -> None:
    """As when Slack's channel is busy; after a long outage the tries of before count no more, and go together."""
    night.outside.answers[SMS] = lambda job: Later(timedelta(seconds=30), "a full queue")
    await storm(night, ALONE)
    await night.pass_minutes(0.5)
    assert (await states(night, ALONE))[RowState.PENDING] == ALONE
    assert [row.bundle_id for n in range(1, ALONE + 1) for row in await rows(night, n)] == [None] * ALONE
    del night.outside.answers[SMS]
    await night.pass_minutes(0.5)
    assert await states(night, ALONE) == {RowState.SENT: ALONE}
    assert not any(job.bundle for job in sent(night))


async def test_a_direct_message_asks_no_more_for_what_was_answered(night: Night) -> None:
    await storm(night)
    await night.pass_minutes(WAIT)
    (bundle,) = [job for job in sent(night, Effect.PAGE_SLACK) if job.bundle]
    before = len(night.outside.jobs)
    await responders.ack(night.bot, 15, night.by("alice"), night.now)
    await night.deliver()
    (update,) = [job for job in night.outside.jobs[before:] if job.row.effect is Effect.PAGE_UPDATE]
    assert told(update) == told(bundle)
    answered = {one.incident.id for one in update.bundle if one.page.state is not PageState.OPEN}
    assert answered == {15}


async def test_a_bundle_in_doubt_is_looked_up_and_nothing_is_added_to_it(night: Night) -> None:
    await storm(night, 10)
    night.outside.answers[SMS] = lambda job: Unknown("no answer in time")
    await night.pass_minutes(WAIT)
    first = sent(night)[-1]
    await night.declare("Case 10")
    night.outside.answers[SMS] = lambda job: Sent({"sid": "SM7"}, found=job.row.doubt)
    await night.pass_minutes(0.1)
    again = [job for job in sent(night) if job.row.id == first.row.id][-1]
    assert (again.row.doubt, told(again)) == (True, told(first))
    assert (await rows(night, 10))[0].result["sid"] == "SM7"
    await night.pass_minutes(2)
    assert await states(night, 11) == {RowState.SENT: 11}


async def test_a_page_that_went_out_in_a_bundle_is_not_said_to_be_dropped_where_it_was_answered_meanwhile(
    night: Night,
) -> None:
    await storm(night, 10)
    night.clock.time += budgets.GATHER
    claimed = [row for row in await claim(night) if row.effect is SMS]
    await prepare_all(night.bot, claimed, night.now)
    await lose_leases(night)
    await responders.ack(night.bot, 10, night.by("alice"), night.now)
    night.outside.answers[SMS] = lambda job: Sent({"sid": "SM7"}, found=job.row.doubt)
    await night.deliver()
    assert [row.state for row in await rows(night, 10) if row.effect is SMS] == [RowState.SENT]


async def test_whoever_dies_in_the_middle_loses_and_doubles_nothing(night: Night) -> None:
    await storm(night, 10)
    night.clock.time += budgets.GATHER
    claimed = [row for row in await claim(night) if row.effect is SMS]
    await prepare_all(night.bot, claimed, night.now)
    await lose_leases(night)
    night.outside.answers[SMS] = lambda job: Sent({"sid": "SM7"}, found=job.row.doubt)
    await night.deliver()
    assert await states(night, 10) == {RowState.SENT: 10}
    bundle = await night.bot.db.read(lambda tx: tx.outbox.get(claimed[0].id))
    assert (bundle.state, bundle.result["found"], bundle.fence) == (RowState.SENT, True, 2)


async def test_receipts_of_a_bundle_count_for_every_page_in_it(night: Night) -> None:
    await storm(night, 10)
    night.outside.answers[SMS] = lambda job: Sent({"sid": "SM7"})
    await night.pass_minutes(WAIT)
    bundle = sent(night)[-1].row
    assert await receipts.keep(night.bot, bundle.id, Report("SM7", "delivered"), night.now)
    assert not await receipts.keep(night.bot, bundle.id, Report("SM7", "delivered"), night.now)
    assert [(await rows(night, n))[0].reach for n in (9, 10)] == [Reach.DELIVERED] * 2


async def test_a_bundle_that_does_not_arrive_makes_every_page_in_it_move_on(night: Night) -> None:
    await storm(night, 8)
    night.outside.answers[Effect.PAGE_SLACK] = lambda job: Never("user_not_found")
    night.outside.answers[Effect.PAGE_EMAIL] = lambda job: Never("no such mailbox")
    night.outside.answers[SMS] = lambda job: Sent({"sid": "SM7"})
    await night.pass_minutes(WAIT)
    (bundle,) = [job.row for job in sent(night) if job.bundle]
    await receipts.keep(night.bot, bundle.id, Report("SM7", "undelivered", "unreachable"), night.now)
    failed = [event for event in await night.events(8) if event.kind == "page_failed"]
    assert [event.data["reason"] for event in failed if event.data["notifier"] == "sms"] == ["unreachable"]


async def test_drills_are_never_in_one_message_with_real_pages(night: Night) -> None:
    await storm(night, 8)
    for _ in range(8):
        await drill(night.bot, None, "SEV2", night.by("dave"), night.now)
    await night.deliver()
    await night.pass_minutes(WAIT)
    kinds = [{carried.incident.drill for carried in job.bundle} for job in sent(night) if job.bundle]
    assert sorted(kinds, key=str) == [{False}, {True}]


async def test_a_page_that_becomes_the_most_urgent_leaves_its_bundle(night: Night) -> None:
    await storm(night, 8)
    before = len(sent(night))
    await incidents.set_severity(night.bot, 8, "sev1", night.by("carol"), night.now)
    await night.deliver()
    assert [told(job) for job in sent(night)[before:]] == [{8}]


async def test_a_bundle_has_an_end(night: Night) -> None:
    number = 1 + ALONE + budgets.LARGEST + 3
    await storm(night, number)
    await night.pass_minutes(3)
    assert [len(job.bundle) for job in sent(night) if job.bundle] == [budgets.LARGEST, 3]
    assert await states(night, number) == {RowState.SENT: number}


async def test_keys_of_a_call_answer_every_page_in_it(night: Night) -> None:
    loud = without(night, notifiers=frozenset({"slack", "sms", "email", "voice"}))
    loud.outside.answers[Effect.PAGE_VOICE] = lambda job: Sent({"sid": "CA7", "seconds": 20.0})
    await storm(loud, 8)
    await loud.pass_minutes(2 + WAIT)
    call = next(job.row for job in sent(loud, Effect.PAGE_VOICE) if job.bundle)
    carried = await loud.bot.db.read(lambda tx: tx.bundles.of(call.id))
    pressed = await calls.press(loud.bot, call.id, "CA7", "4", loud.now)
    assert pressed is not None and pressed.reply is not None
    assert pressed.reply.message == "acked_all"
    assert pressed.reply.data == {"numbers": sorted(row.incident_id or 0 for row in carried), "others": []}
    again = await calls.press(loud.bot, call.id, "CA7", "4", loud.now)
    assert again is not None and again.reply == pressed.reply
