"""Answers by SMS: understood in any spelling, done once, replied to by a message of their own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from night import Night

from bot.domain.delivery import Effect, PageState
from bot.domain.incident import State
from bot.domain.timeline import Kind
from bot.usecases import lifecycle
from bot.usecases.answers import Reply, sms

ALICE = "+15550100001"


def replies(night: Night) -> list[tuple[object, object]]:
    """Messages that went out by SMS beside pages: to, and what."""
    return [(job.data["to"], job.data["message"]) for job in night.outside.jobs if job.row.effect is Effect.SMS_SAY]


async def say(night: Night, body: str, sid: str = "SM1", phone: str = ALICE) -> Reply | None:
    reply = await sms(night.bot, phone, body, sid, night.now)
    await night.deliver()
    return reply


@pytest.mark.parametrize("body", ["ACK", "ack", " Ack. ", "ack 1", "ACK INC-1", "Ack #1!", "a", "yes", "acknowledge 1"])
async def test_an_ack_is_understood_in_any_spelling(night: Night, body: str) -> None:
    await night.declare()
    reply = await say(night, body)
    assert reply is not None and reply.message == "acked"
    incident = await night.incident()
    assert (incident.state, incident.assignee_id) == (State.IN_PROGRESS, night.people["alice"].id)
    assert replies(night) == [(ALICE, "acked")]
    assert [paged.page.answer_source for paged in (await night.picture()).runs[0].paged] == ["sms"]


@pytest.mark.parametrize("body", ["DECLINE", "no", "decline inc 1"])
async def test_a_decline_pages_the_next_one_at_once(night: Night, body: str) -> None:
    await night.declare()
    reply = await say(night, body)
    assert reply is not None and (reply.message, reply.data["next"]) == ("declined", ["Bob Okafor"])
    assert ("Bob", "sms") in night.outside.paged()


@pytest.mark.parametrize("body", ["", "what?", "12", "🚒", "please help"])
async def test_what_is_not_understood_changes_nothing_and_is_said(night: Night, body: str) -> None:
    await night.declare()
    reply = await say(night, body)
    assert reply is not None and reply.message == "not_understood"
    assert (await night.incident()).state is State.ASSIGNED
    assert replies(night) == [(ALICE, "not_understood")]


async def test_where_several_are_open_the_answer_must_say_which(night: Night) -> None:
    await night.declare()
    await night.declare("Checkout is down")
    reply = await say(night, "ack")
    assert reply is not None and (reply.message, reply.data["numbers"]) == ("which_one", [2, 1])
    assert [(await night.incident(number)).state for number in (1, 2)] == [State.ASSIGNED, State.ASSIGNED]
    await say(night, "ack 2", "SM2")
    assert [(await night.incident(number)).state for number in (1, 2)] == [State.ASSIGNED, State.IN_PROGRESS]


async def test_without_an_open_page_nothing_is_done(night: Night) -> None:
    first = await say(night, "ack")
    await night.declare()
    await lifecycle.cancel(night.bot, 1, "a false alarm", night.by("alice"), night.now)
    second = await say(night, "ack", "SM2")
    assert [reply.message for reply in (first, second) if reply] == ["nothing_open", "nothing_open"]
    closed = await say(night, "ack 1", "SM3")
    assert closed is not None and (closed.message, closed.data["closed_as"]) == ("closed", "cancelled")


async def test_a_number_that_is_no_incident_is_refused_in_words(night: Night) -> None:
    await night.declare()
    reply = await say(night, "ack 77")
    assert reply == Reply("not_there", {"number": 77, "paged": [1]})
    assert (await night.incident()).state is State.ASSIGNED


async def test_a_private_incident_of_others_does_not_exist_for_a_phone_either(night: Night) -> None:
    await night.declare("CANARY", private=True, service="hole-api")  # pages Bob
    reply = await say(night, "ack 1")
    assert reply == Reply("not_there", {"number": 1, "paged": []})


async def test_a_stranger_gets_nothing(night: Night) -> None:
    await night.declare()
    assert await say(night, "ack 1", phone="+15559999999") is None
    assert (replies(night), (await night.incident()).state) == ([], State.ASSIGNED)


async def test_somebody_who_left_changes_nothing(night: Night) -> None:
    await night.declare()
    await night.bot.db.write(lambda tx: tx.people.save(replace(night.people["alice"], active=False)))
    await say(night, "ack 1")
    assert (await night.incident()).state is State.ASSIGNED


@pytest.mark.parametrize("body", ["ack", "decline", "what?"])
async def test_the_same_message_twice_is_done_and_answered_once(night: Night, body: str) -> None:
    await night.declare()
    first = await say(night, body)
    assert first is not None
    assert await say(night, body) is None
    assert len(replies(night)) == 1
    assert (await night.kinds()).count(Kind.DECLINED) == (body == "decline")


async def test_an_answer_to_an_old_page_is_still_an_answer(night: Night) -> None:
    await night.declare()
    await night.pass_minutes(5)
    reply = await say(night, "ack")
    assert reply is not None and reply.message == "acked"
    paged = (await night.picture()).runs[0].paged
    assert [one.page.state for one in paged] == [PageState.ACKED, PageState.ENDED]


async def test_who_answers_second_is_told_who_has_it(night: Night) -> None:
    await night.declare()
    await night.pass_minutes(5)
    await say(night, "ack")
    reply = await say(night, "ack 1", "SM2", "+15550100002")
    assert reply is not None and (reply.message, reply.data["by"]) == ("already_acked", "Alice Chen")
