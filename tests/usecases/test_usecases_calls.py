"""Keys of a call: 4 ack, 6 decline, 8 escalate, * repeat; each done once, and a call that was answered stays so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from night import Night, without

from bot.domain.delivery import Effect, Row
from bot.domain.incident import State
from bot.domain.receipts import Reach, Report
from bot.domain.rules import Rule
from bot.domain.severity import Urgency
from bot.domain.timeline import Kind
from bot.usecases import calls, receipts, responders, rules
from bot.usecases.calls import Pressed


@pytest.fixture
async def ringing(night: Night) -> tuple[Night, Row]:
    """Alice's phone rings."""
    loud = without(night, notifiers=frozenset({"slack", "sms", "voice", "email"}))
    await loud.declare()
    await loud.pass_minutes(2)
    [row] = await loud.bot.db.read(lambda tx: tx.outbox.of_incident(1, [Effect.PAGE_VOICE]))
    return loud, row


async def press(night: Night, row: Row, key: str, call: str = "CA1") -> Pressed:
    pressed = await calls.press(night.bot, row.id, call, key, night.now)
    assert pressed is not None
    await night.deliver()
    return pressed


async def ends(night: Night, row: Row) -> None:
    await receipts.keep(night.bot, row.id, Report("CA1", "completed", "", "human", 30), night.now)
    await night.deliver()


async def reach(night: Night, row: Row) -> Reach | None:
    return (await night.bot.db.read(lambda tx: tx.outbox.get(row.id))).reach


async def test_the_promise_tells_that_an_unanswered_call_brings_the_next_person_sooner(
    ringing: tuple[Night, Row],
) -> None:
    night, row = ringing
    assert [run.sooner for run in (await night.picture()).runs] == [True]
    await receipts.keep(night.bot, row.id, Report("CA1", "no-answer"), night.now)
    await night.deliver()
    assert ("Bob", "slack") in night.outside.paged()


async def test_nothing_is_promised_sooner_where_no_phone_is_to_ring(night: Night) -> None:
    await night.declare()
    assert [run.sooner for run in (await night.picture()).runs] == [False]


async def test_nothing_is_promised_sooner_where_another_way_would_be_tried_first(night: Night) -> None:
    loud = without(night, notifiers=frozenset({"slack", "sms", "voice", "email"}))
    wanted = {Urgency.HIGH: [Rule("sms"), Rule("voice", timedelta(minutes=1))], Urgency.LOW: [Rule("slack")]}
    await rules.make(loud.bot, wanted, loud.by("alice"), loud.now)
    await loud.declare()
    assert [run.sooner for run in (await loud.picture()).runs] == [False]


async def test_4_takes_the_incident_with_its_source(ringing: tuple[Night, Row]) -> None:
    night, row = ringing
    pressed = await press(night, row, "4")
    assert pressed.reply is not None
    assert pressed.reply.message == "acked"
    picture = await night.picture()
    assert (picture.incident.state, picture.incident.assignee_id) == (State.IN_PROGRESS, night.people["alice"].id)
    assert [one.ack_source for one in picture.responders if one.ack_source] == ["phone call"]
    assert await reach(night, row) is Reach.KEYED


async def test_6_declines_that_page_and_pages_the_next_person(ringing: tuple[Night, Row]) -> None:
    night, row = ringing
    pressed = await press(night, row, "6")
    assert pressed.reply is not None
    assert (pressed.reply.message, pressed.reply.data["next"]) == ("declined", ["Bob Okafor"])
    assert ("Bob", "sms") in night.outside.paged()


async def test_8_escalates_once_though_the_page_stays_open_when_the_call_ends(ringing: tuple[Night, Row]) -> None:
    night, row = ringing
    pressed = await press(night, row, "8")
    assert pressed.reply is not None
    assert pressed.reply.message == "escalated"
    await ends(night, row)
    assert await reach(night, row) is Reach.KEYED
    names = list(dict.fromkeys(name for name, _ in night.outside.paged()))
    assert names == ["Alice", "Bob"]  # the end of the call pages nobody else


@pytest.mark.parametrize("key", ["*", "5", "0", "#"])
async def test_other_keys_change_nothing_and_the_page_is_said_again(ringing: tuple[Night, Row], key: str) -> None:
    night, row = ringing
    before = await night.events()
    pressed = await press(night, row, key)
    assert pressed.page is not None
    assert (pressed.page.row.id, pressed.reply) == (row.id, None)
    assert (await night.events(), await reach(night, row)) == (before, Reach.QUEUED)


@pytest.mark.parametrize(("key", "kind"), [("4", Kind.ACKED), ("6", Kind.DECLINED), ("8", Kind.ESCALATED)])
async def test_the_same_key_of_the_same_call_is_done_once_and_answered_alike(
    ringing: tuple[Night, Row], key: str, kind: Kind
) -> None:
    night, row = ringing
    first, again = await press(night, row, key), await press(night, row, key)
    assert first == again
    assert (await night.kinds()).count(kind) == 1


async def test_after_somebody_else_acked_the_page_is_over(ringing: tuple[Night, Row]) -> None:
    night, row = ringing
    await responders.ack(night.bot, 1, night.by("bob"), night.now)
    assert (await press(night, row, "*")).over == "acknowledged before it was sent"
    pressed = await press(night, row, "4")
    assert pressed.reply is not None
    assert (pressed.reply.message, pressed.reply.data["by"]) == ("already_acked", "Bob Okafor")


async def test_a_decline_of_a_page_that_is_over_is_refused_in_words(ringing: tuple[Night, Row]) -> None:
    night, row = ringing
    await responders.decline(night.bot, 1, night.by("alice"), night.now)
    pressed = await press(night, row, "6")
    assert pressed.reply is not None
    assert (pressed.reply.message, pressed.reply.data["code"]) == ("refused", "not_paged")


async def test_a_key_for_a_row_that_is_no_call_does_nothing(ringing: tuple[Night, Row]) -> None:
    night, _ = ringing
    [sms] = await night.bot.db.read(lambda tx: tx.outbox.of_incident(1, [Effect.PAGE_SMS]))
    found = [await calls.press(night.bot, number, "CA1", "4", night.now) for number in (sms.id, 999_999)]
    assert found == [None, None]
    assert (await night.incident()).state is State.ASSIGNED


async def test_after_an_ack_the_end_of_the_call_is_no_news(ringing: tuple[Night, Row]) -> None:
    night, row = ringing
    await press(night, row, "4")
    await ends(night, row)
    assert (await night.kinds()).count(Kind.PAGE_FAILED) == 0
    assert ("Bob", "sms") not in night.outside.paged()
