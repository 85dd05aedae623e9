"""Everything that can be texted: each word does its thing once, on the incident that is meant, and says so."""

from __future__ import annotations

import pytest
from night import Night

from bot.domain.delivery import Effect
from bot.domain.incident import State
from bot.domain.people import Source
from bot.domain.timeline import Kind
from bot.usecases import answers, asks, responders
from bot.usecases.answers import Reply
from bot.usecases.asks import Whom

ALICE, BOB, STRANGER = "+15550100001", "+15550100002", "+15559999999"


async def texts(night: Night, body: str, sid: str = "SM1", phone: str = ALICE) -> Reply | None:
    reply = await answers.sms(night.bot, phone, body, sid, night.now)
    await night.deliver()
    return reply


def said(night: Night) -> list[object]:
    return [job.data["message"] for job in night.outside.jobs if job.row.effect is Effect.SMS_SAY]


async def two_open(night: Night) -> None:
    await night.declare("Payments API is slow")
    await night.declare("Checkout is down")


async def test_escalate_pages_the_next_tier(night: Night) -> None:
    await night.declare()
    reply = await texts(night, "ESCALATE")
    assert reply is not None
    assert (reply.message, reply.data["people"]) == ("escalated", ["Bob Okafor"])
    assert ("Bob", "sms") in night.outside.paged()


async def test_resolve_closes_with_what_fixed_it(night: Night) -> None:
    await night.declare()
    await texts(night, "ack")
    reply = await texts(night, "Resolve rolled back the deploy", "SM2")
    assert reply is not None
    incident = await night.incident()
    assert (reply.message, incident.state, incident.resolution) == (
        "resolved", State.RESOLVED, "rolled back the deploy",
    )  # fmt: skip


async def test_a_note_is_kept_verbatim_also_after_the_ack(night: Night) -> None:
    await night.declare()
    await texts(night, "ack")
    await texts(night, "NOTE 500 errors on checkout\nsince 02:50", "SM2")
    notes = [event for event in await night.events() if event.kind is Kind.NOTE]
    assert [(one.data["text"], one.actor_id) for one in notes] == [
        ("500 errors on checkout\nsince 02:50", night.people["alice"].id)
    ]


async def test_an_empty_note_is_refused_in_words(night: Night) -> None:
    await night.declare()
    reply = await texts(night, "note")
    assert reply is not None
    assert (reply.message, reply.data["code"]) == ("refused", "text_missing")
    assert said(night) == ["refused"]


async def test_ack_all_takes_every_page_that_waits(night: Night) -> None:
    await two_open(night)
    reply = await texts(night, "ACK ALL")
    assert reply == Reply("acked_all", {"numbers": [1, 2], "others": []})
    assert [(await night.incident(number)).state for number in (1, 2)] == [State.IN_PROGRESS] * 2
    sources = [one.ack_source for number in (1, 2) for one in (await night.picture(number)).responders]
    assert sources.count(Source.SMS.value) == 2


async def test_ack_all_tells_what_is_theirs_from_what_somebody_else_has(night: Night) -> None:
    await two_open(night)
    await responders.ack(night.bot, 1, night.by("bob"), night.now)
    await asks.page(night.bot, 1, Whom(person=night.people["alice"]), night.by("bob"), night.now)
    await night.deliver()
    reply = await texts(night, "ACK ALL")
    assert reply == Reply("acked_all", {"numbers": [2], "others": [1]})
    assert (await night.incident(1)).assignee_id == night.people["bob"].id


async def test_ack_all_with_nothing_open_says_so(night: Night) -> None:
    assert await texts(night, "ack all") == Reply("nothing_open")


@pytest.mark.parametrize("verb", ["ACK", "DECLINE"])
async def test_where_several_wait_an_answer_must_say_which(night: Night, verb: str) -> None:
    await two_open(night)
    reply = await texts(night, verb)
    assert reply == Reply("which_one", {"numbers": [2, 1], "verb": verb, "paged": True})
    assert [(await night.incident(number)).state for number in (1, 2)] == [State.ASSIGNED] * 2


@pytest.mark.parametrize("body", ["a2", "ACK 2", "ack INC-2", "2 ack", "ack #2 on it"])
async def test_a_short_code_or_a_name_says_which(night: Night, body: str) -> None:
    await two_open(night)
    await texts(night, body)
    assert [(await night.incident(number)).state for number in (1, 2)] == [State.ASSIGNED, State.IN_PROGRESS]


async def test_a_note_where_somebody_is_on_several_must_say_which(night: Night) -> None:
    await two_open(night)
    assert await texts(night, "note disk is full") == Reply(
        "which_one", {"numbers": [2, 1], "verb": "NOTE", "paged": False}
    )
    await texts(night, "note 2 disk is full", "SM2")
    assert [(await night.kinds(number)).count(Kind.NOTE) for number in (1, 2)] == [0, 1]


async def test_who_is_on_nothing_is_told_so(night: Night) -> None:
    await night.declare()
    assert await texts(night, "resolve", phone=BOB) == Reply("nothing_mine", {"verb": "RESOLVE"})


async def test_somebody_who_was_not_paged_may_ack_by_number(night: Night) -> None:
    await night.declare()
    await texts(night, "ack 1", phone=BOB)
    assert (await night.incident()).assignee_id == night.people["bob"].id


async def test_a_typo_is_guessed_at_and_changes_nothing(night: Night) -> None:
    await night.declare()
    assert await texts(night, "akc") == Reply("not_understood", {"body": "akc", "meant": "ACK"})
    assert (await night.incident()).state is State.ASSIGNED


async def test_help_is_answered_with_the_words_there_are(night: Night) -> None:
    assert await texts(night, "HELP") == Reply("help")


@pytest.mark.parametrize("body", ["ack 1", "STOP", "help", "x"])
async def test_a_stranger_changes_nothing_and_is_not_answered(night: Night, body: str) -> None:
    await night.declare()
    before = await night.events()
    assert await texts(night, body, phone=STRANGER) is None
    assert (await night.events(), said(night)) == (before, [])


async def test_a_repeat_of_the_same_message_does_nothing(night: Night) -> None:
    await night.declare()
    found = [await texts(night, "note once") for _ in range(3)]
    assert [one and one.message for one in found] == ["noted", None, None]
    assert ((await night.kinds()).count(Kind.NOTE), said(night)) == (1, ["noted"])


async def test_stop_is_kept_answered_by_nobody_and_the_phone_still_rings(night: Night) -> None:
    assert await texts(night, "STOP") is None
    alice = await night.bot.db.read(lambda tx: tx.people.get(night.people["alice"].id))
    assert (alice.address("sms"), alice.address("voice")) == (None, ALICE)
    assert (said(night), night.outside.effects()) == ([], [Effect.DM_SAY])  # she is told


async def test_start_takes_it_back(night: Night) -> None:
    await texts(night, "stop")
    assert await texts(night, "Start", "SM2") is None
    alice = await night.bot.db.read(lambda tx: tx.people.get(night.people["alice"].id))
    assert alice.address("sms") == ALICE


async def test_yes_is_an_ack_unless_it_takes_a_stop_back(night: Night) -> None:
    await night.declare()
    await texts(night, "stop")
    assert await texts(night, "yes", "SM2") is None
    assert (await night.incident()).state is State.ASSIGNED
    reply = await texts(night, "yes", "SM3")
    assert reply is not None
    assert reply.message == "acked"


async def test_somebody_who_left_is_a_stranger(night: Night) -> None:
    from dataclasses import replace

    await night.declare()
    gone = replace(night.people["bob"], active=False)
    await night.bot.db.write(lambda tx: tx.people.save(gone))
    assert await texts(night, "ack 1", phone=BOB) is None


async def test_an_ack_after_somebody_acked_says_who_has_it(night: Night) -> None:
    await night.declare()
    await responders.ack(night.bot, 1, night.by("bob"), night.now)
    reply = await texts(night, "ack 1")
    assert reply is not None
    assert (reply.message, reply.data["by"]) == ("already_acked", "Bob Okafor")
