"""Receipts steer: kept once, only forward, and a failure pages the next way or the next person at once."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from night import THREE_AM, Night, without

from bot.domain.delivery import Effect, Never, Row, RowState
from bot.domain.receipts import Reach, Report
from bot.domain.timeline import Kind
from bot.usecases import receipts, responders

PHONES = frozenset({"slack", "sms", "voice", "email"})


@pytest.fixture
def night(night: Night) -> Night:
    """With calls after two minutes."""
    return without(night, notifiers=PHONES)


async def row_of(night: Night, effect: Effect, person: str = "alice") -> Row:
    rows = await night.bot.db.read(lambda tx: tx.outbox.of_incident(1, [effect]))
    return [row for row in rows if row.person_id == night.people[person].id][-1]


async def comes(night: Night, row: Row, state: str, ref: str = "X1", **more: object) -> bool:
    """One receipt, and everything it causes."""
    kept = await receipts.keep(night.bot, row.id, Report(ref, state, **more), night.now)  # type: ignore[arg-type]
    await night.deliver()
    return kept


async def reach(night: Night, effect: Effect, person: str = "alice") -> Reach | None:
    return (await row_of(night, effect, person)).reach


async def called(night: Night) -> Row:
    """Alice's phone has been rung."""
    await night.declare()
    await night.pass_minutes(2)
    return await row_of(night, Effect.PAGE_VOICE)


async def test_the_phone_rings_two_minutes_after_everything_else(night: Night) -> None:
    await night.declare()
    assert night.outside.paged() == [("Alice", "slack"), ("Alice", "sms"), ("Alice", "email")]
    await night.pass_minutes(1.9)
    assert ("Alice", "voice") not in night.outside.paged()
    await night.pass_minutes(0.2)
    assert night.outside.paged()[3:] == [("Alice", "voice")]


async def test_who_acks_before_is_not_called(night: Night) -> None:
    await night.declare()
    await responders.ack(night.bot, 1, night.by("alice"), night.now)
    planned = await row_of(night, Effect.PAGE_VOICE)
    assert (planned.state, planned.reason) == (RowState.DROPPED, "acknowledged before it was sent")
    await night.pass_minutes(10)
    assert ("Alice", "voice") not in night.outside.paged()


async def test_who_declines_is_not_called_either(night: Night) -> None:
    await night.declare()
    await responders.decline(night.bot, 1, night.by("alice"), night.now)
    planned = await row_of(night, Effect.PAGE_VOICE)
    assert (planned.state, planned.reason) == (RowState.DROPPED, "the page was declined before it was sent")


async def test_what_a_send_proves_is_a_receipt_of_its_own(night: Night) -> None:
    await night.declare()
    found = [await reach(night, effect) for effect in (Effect.PAGE_SLACK, Effect.PAGE_EMAIL, Effect.PAGE_SMS)]
    assert found == [Reach.DELIVERED, Reach.ACCEPTED, Reach.QUEUED]


async def test_a_state_is_kept_once(night: Night) -> None:
    await night.declare()
    row = await row_of(night, Effect.PAGE_SMS)
    assert [await comes(night, row, state) for state in ("sent", "sent", "delivered", "sent")] == [
        True, False, True, False,
    ]  # fmt: skip
    kept = await night.bot.db.read(lambda tx: tx.receipts.of_incident(1))
    assert [(one.ref, one.state) for one in kept] == [("X1", "sent"), ("X1", "delivered")]


async def test_receipts_in_any_order_end_in_the_same_place(night: Night) -> None:
    await night.declare()
    row = await row_of(night, Effect.PAGE_SMS)
    states = ["queued", "sending", "sent", "delivered"]
    random.Random(7).shuffle(states)
    for state in ["delivered", *states]:
        await comes(night, row, state)
        assert await reach(night, Effect.PAGE_SMS) is Reach.DELIVERED


@pytest.mark.parametrize("late", ["queued", "sent", "undelivered", "failed"])
async def test_what_was_delivered_stays_delivered(night: Night, late: str) -> None:
    await night.declare()
    row = await row_of(night, Effect.PAGE_SMS)
    await comes(night, row, "delivered")
    before = night.outside.paged()
    await comes(night, row, late)
    assert (await reach(night, Effect.PAGE_SMS), night.outside.paged()) == (Reach.DELIVERED, before)


async def test_a_state_that_nobody_knows_moves_nothing(night: Night) -> None:
    await night.declare()
    row = await row_of(night, Effect.PAGE_SMS)
    assert await comes(night, row, "teleported") is True
    assert await reach(night, Effect.PAGE_SMS) is Reach.QUEUED


@pytest.mark.parametrize("row_id", [999_999])
async def test_a_receipt_of_no_row_of_ours_changes_nothing(night: Night, row_id: int) -> None:
    await night.declare()
    assert await receipts.keep(night.bot, row_id, Report("X1", "undelivered"), night.now) is False


async def test_a_receipt_of_a_row_that_is_no_phones_changes_nothing(night: Night) -> None:
    await night.declare()
    assert await comes(night, await row_of(night, Effect.PAGE_SLACK), "undelivered") is False


@pytest.mark.parametrize("state", ["undelivered", "failed"])
async def test_an_sms_that_cannot_be_delivered_makes_the_phone_ring_at_once(night: Night, state: str) -> None:
    await night.declare()
    await comes(night, await row_of(night, Effect.PAGE_SMS), state, error="switched off (Twilio 30003)")
    assert night.outside.paged()[3:] == [("Alice", "voice")]
    assert night.now == THREE_AM
    failed = [event.data for event in await night.events() if event.kind is Kind.PAGE_FAILED]
    assert [(one["notifier"], one["reason"]) for one in failed] == [("sms", "switched off (Twilio 30003)")]


async def test_a_mail_that_is_refused_wakes_nobody_earlier(night: Night) -> None:
    night.outside.answers[Effect.PAGE_EMAIL] = lambda job: Never("no such mailbox")
    await night.declare()
    assert ("Alice", "voice") not in night.outside.paged()


@pytest.mark.parametrize(
    ("state", "more", "ended"),
    [
        ("busy", {}, Reach.BUSY),
        ("no-answer", {}, Reach.NO_ANSWER),
        ("failed", {}, Reach.FAILED),
        ("canceled", {}, Reach.CALLED_OFF),
        ("completed", {"answered_by": "machine_start", "seconds": 40}, Reach.VOICEMAIL),
        ("completed", {"answered_by": "fax", "seconds": 40}, Reach.VOICEMAIL),
        ("completed", {"answered_by": "human", "seconds": 40}, Reach.HUNG_UP),
        ("completed", {"answered_by": "human", "seconds": 1}, Reach.HUNG_UP),
        ("completed", {}, Reach.HUNG_UP),
    ],
)
async def test_a_call_without_a_key_pages_the_next_person_at_once(
    night: Night, state: str, more: dict[str, object], ended: Reach
) -> None:
    row = await called(night)
    await comes(night, row, state, **more)
    assert await reach(night, Effect.PAGE_VOICE) is ended
    assert night.outside.paged()[4:] == [("Bob", "slack"), ("Bob", "sms"), ("Bob", "email")]
    assert night.now == THREE_AM + timedelta(minutes=2)
    escalated = [event.data["reason"] for event in await night.events() if event.kind is Kind.ESCALATED]
    assert escalated == ["unanswered_call"]


@pytest.mark.parametrize(
    ("more", "ended", "next_one"),
    [
        ({"answered_by": "human", "seconds": 30}, Reach.HEARD, []),
        ({"answered_by": "human", "seconds": 9}, Reach.HUNG_UP, ["Bob"]),
        ({"answered_by": "unknown", "seconds": 30}, Reach.UNCLEAR, ["Bob"]),
        ({"answered_by": "machine_end_beep", "seconds": 30}, Reach.VOICEMAIL, ["Bob"]),
    ],
)
async def test_without_keys_only_a_person_who_heard_it_out_is_waited_for(
    night: Night, more: dict[str, object], ended: Reach, next_one: list[str]
) -> None:
    deaf = without(night, public_url="")
    row = await called(deaf)  # its result does not say how long it takes to say: 15 seconds are taken
    await comes(deaf, row, "completed", **more)
    assert await reach(deaf, Effect.PAGE_VOICE) is ended
    assert list(dict.fromkeys(name for name, _ in deaf.outside.paged()[4:])) == next_one
    await deaf.pass_minutes(4)
    assert ("Bob", "sms") in deaf.outside.paged()  # the timeout holds all the same


async def test_voicemail_after_voicemail_climbs_to_the_last_tier_without_waiting(night: Night) -> None:
    await comes(night, await called(night), "completed", answered_by="machine_start", seconds=20)
    await night.pass_minutes(2)
    await comes(night, await row_of(night, Effect.PAGE_VOICE, "bob"), "no-answer", "X2")
    names = list(dict.fromkeys(name for name, _ in night.outside.paged()))
    assert names == ["Alice", "Bob", "Carol"]
    assert night.now == THREE_AM + timedelta(minutes=4)


async def test_a_call_that_ends_after_somebody_acked_is_no_news(night: Night) -> None:
    row = await called(night)
    await responders.ack(night.bot, 1, night.by("bob"), night.now)
    before = night.outside.paged()
    await comes(night, row, "no-answer")
    assert await reach(night, Effect.PAGE_VOICE) is Reach.NO_ANSWER
    assert (night.outside.paged(), (await night.kinds()).count(Kind.PAGE_FAILED)) == (before, 0)


async def test_a_call_of_the_tier_before_does_not_hurry_the_tier_that_is_asked_now(night: Night) -> None:
    row = await called(night)
    await night.pass_minutes(3)  # Bob is paged by the timeout
    before = night.outside.paged()
    await comes(night, row, "no-answer")
    assert night.outside.paged() == before


async def test_a_receipt_that_overtakes_the_answer_to_its_send_proves_the_send(night: Night) -> None:
    await night.declare()
    row = await row_of(night, Effect.PAGE_VOICE)  # it waits for its time: nothing was settled
    await comes(night, row, "ringing", "CA7")
    found = await row_of(night, Effect.PAGE_VOICE)
    assert (found.result, found.reach, found.state) == ({"sid": "CA7"}, Reach.RINGING, RowState.PENDING)


async def test_the_card_is_brought_up_to_date_when_an_sms_arrives(night: Night) -> None:
    await night.declare()
    night.outside.jobs.clear()
    await comes(night, await row_of(night, Effect.PAGE_SMS), "sent")
    assert night.outside.effects() == []
    await comes(night, await row_of(night, Effect.PAGE_SMS), "delivered")
    assert night.outside.effects() == [Effect.CARD_UPDATE]


async def test_a_person_without_a_phone_is_not_called(night: Night) -> None:
    await night.declare()
    await night.pass_minutes(12)
    assert [way for name, way in night.outside.paged() if name == "Carol"] == ["slack", "email"]


async def test_of_a_page_in_doubt_the_others_to_the_same_phone_are_known(night: Night) -> None:
    """What a look-up finds may be theirs."""
    row = await called(night)
    await night.declare("Checkout is down")
    await night.pass_minutes(2)
    rows = await night.bot.db.read(lambda tx: tx.outbox.of_incident(2, [Effect.PAGE_VOICE]))
    doubtful = replace(rows[0], doubt=True, state=RowState.PENDING)
    job = await receipts_job(night, doubtful)
    assert [other.id for other in job] == [row.id]


async def receipts_job(night: Night, row: Row) -> tuple[Row, ...]:
    from bot.usecases.delivery import Drop
    from bot.usecases.preparing import prepare

    job = await prepare(night.bot, row, night.now)
    assert not isinstance(job, Drop)
    return job.others
