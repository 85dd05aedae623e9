"""Without an address that Twilio can call, replies, receipts and ended calls are asked for; each counts once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from night import Night, without
from scheduler_night import until
from scheduler_phones import ALICE, OUR_NUMBER, Book, a_book

from bot.domain.delivery import Effect, Row, Sent
from bot.domain.incident import State
from bot.domain.receipts import Reach
from bot.domain.timeline import Kind
from bot.ports import DatabaseUnavailable
from bot.usecases import responders
from clients.twilio import Twilio
from clients.twilio_reading import Reading
from scheduler import polling
from scheduler.polling import PhonePolling

MINUTE = timedelta(minutes=1)


@dataclass
class House:
    """A bot that nothing can reach from outside, and Twilio."""

    night: Night
    book: Book
    phones: PhonePolling

    async def turn(self) -> None:
        """A reading now, as if it were time for one."""
        self.phones._read_at = float("-inf")
        await self.phones.turn()
        await self.night.deliver()

    async def declare(self, sms: str = "sent") -> None:
        """Alice is paged; her SMS is known to Twilio."""
        self.night.outside.answers[Effect.PAGE_SMS] = lambda job: Sent({"sid": self.book.sent(sms)})
        self.night.outside.answers[Effect.PAGE_VOICE] = lambda job: Sent(
            {"sid": self.book.placed("queued"), "seconds": 12}
        )
        await self.night.declare()

    async def row(self, effect: Effect) -> Row:
        rows = await self.night.bot.db.read(lambda tx: tx.outbox.of_incident(1, [effect]))
        return rows[0]

    def paged(self, name: str) -> list[str]:
        return [way for person, way in self.night.outside.paged() if person == name]


@pytest.fixture
async def house(night: Night) -> AsyncIterator[House]:
    deaf = without(night, public_url="", notifiers=frozenset({"slack", "sms", "voice", "email"}))
    async with a_book() as book:
        twilio = Twilio("AC" + "0" * 32, "secret", OUR_NUMBER, book.url)
        found = House(deaf, book, PhonePolling(deaf.bot, Reading(twilio)))
        await found.turn()  # the first start
        yield found
        await twilio.close()


async def test_a_reply_is_read_and_acted_on_once(house: House) -> None:
    await house.declare()
    house.book.text("ack")
    for _ in range(3):
        await house.turn()
    assert (await house.night.incident()).state is State.IN_PROGRESS
    assert house.night.outside.effects().count(Effect.SMS_SAY) == 1


async def test_after_a_restart_nothing_is_acted_on_again_and_nothing_was_missed(house: House) -> None:
    await house.declare()
    house.book.text("note one")
    await house.turn()
    house.book.text("note two")
    again = replace(house, phones=PhonePolling(house.night.bot, house.phones.reading))
    await again.turn()
    notes = [event.data["text"] for event in await house.night.events() if event.kind is Kind.NOTE]
    assert notes == ["one", "two"]


async def test_what_was_texted_before_the_very_first_start_is_no_answer_to_us(night: Night) -> None:
    async with a_book() as book:
        book.text("note an old one")
        book.messages[0]["date_created"] = "Thu, 19 Nov 2026 23:00:00 +0000"
        await night.declare()
        twilio = Twilio("AC" + "0" * 32, "secret", OUR_NUMBER, book.url)
        await PhonePolling(night.bot, Reading(twilio)).turn()
        await twilio.close()
    assert Kind.NOTE not in await night.kinds()


async def test_a_stranger_is_heard_once_and_not_answered(house: House) -> None:
    await house.declare()
    house.book.text("ack 1", "+15559999999")
    for _ in range(2):
        await house.turn()
    assert (await house.night.incident()).state is State.ASSIGNED
    assert Effect.SMS_SAY not in house.night.outside.effects()


async def test_an_sms_that_was_not_delivered_makes_the_phone_ring_at_once(house: House) -> None:
    await house.declare()
    house.book.becomes("SM1", status="undelivered", error_code=30003)
    await house.turn()
    assert (await house.row(Effect.PAGE_SMS)).reach is Reach.UNDELIVERED
    assert house.paged("Alice") == ["slack", "sms", "email", "voice"]


@pytest.mark.parametrize(
    ("fate", "reach", "goes_on"),
    [
        ({"status": "busy"}, Reach.BUSY, True),
        ({"status": "no-answer"}, Reach.NO_ANSWER, True),
        ({"status": "failed"}, Reach.FAILED, True),
        ({"status": "completed", "answered_by": "machine_start", "duration": "40"}, Reach.VOICEMAIL, True),
        ({"status": "completed", "answered_by": "human", "duration": "3"}, Reach.HUNG_UP, True),
        ({"status": "completed", "answered_by": "unknown", "duration": "40"}, Reach.UNCLEAR, True),
        ({"status": "completed", "answered_by": "human", "duration": "40"}, Reach.HEARD, False),
        ({"status": "in-progress"}, Reach.ANSWERED, False),
        ({"status": "ringing"}, Reach.RINGING, False),
    ],
)
async def test_an_ended_call_is_read_and_moves_on_unless_a_person_heard_it_out(
    house: House, fate: dict[str, str], reach: Reach, goes_on: bool
) -> None:
    await house.declare()
    await house.night.pass_minutes(2)
    house.book.becomes("CA1", **fate)
    await house.turn()
    assert (await house.row(Effect.PAGE_VOICE)).reach is reach
    assert (house.paged("Bob") != []) is goes_on


async def test_a_reply_after_the_call_is_the_ack(house: House) -> None:
    await house.declare()
    await house.night.pass_minutes(2)
    house.book.becomes("CA1", status="completed", answered_by="human", duration="40")
    await house.turn()
    house.book.text("ACK")
    await house.turn()
    assert (await house.night.incident()).state is State.IN_PROGRESS
    assert house.paged("Bob") == []


async def test_it_is_read_often_while_somebody_is_awaited_and_seldom_otherwise(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = 1_000_000.0
    monkeypatch.setattr(polling, "monotonic", lambda: time)
    await house.phones.turn()
    house.book.asked.clear()
    time += 2
    await house.phones.turn()
    assert house.book.asked == []  # nobody is awaited
    await house.declare()
    await house.phones.turn()
    assert house.book.asked == ["messages", "messages"]  # replies, and what became of the page
    await responders.ack(house.night.bot, 1, house.night.by("alice"), house.night.now)
    house.book.asked.clear()
    time += 59
    await house.phones.turn()
    assert house.book.asked == []
    time += 1
    await house.phones.turn()
    assert house.book.asked[0] == "messages"


async def test_while_twilio_is_away_it_is_asked_less_and_less_and_nothing_is_lost(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.declare()
    house.book.text("ack")
    house.book.away = True
    time = 1_000_000.0
    monkeypatch.setattr(polling, "monotonic", lambda: time)
    asked = []
    for _ in range(40):
        house.book.asked.clear()
        await house.phones.turn()
        asked.append(bool(house.book.asked))
        time += 1
    assert [second for second, was in enumerate(asked) if was] == [0, 4, 12, 27]
    house.book.away = False
    time += 15
    await house.phones.turn()
    assert (await house.night.incident()).state is State.IN_PROGRESS


async def test_a_database_that_is_away_is_waited_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.declare()
    house.book.text("ack")

    async def away(*_: object) -> None:
        raise DatabaseUnavailable("The disk that holds the database is full.")

    with monkeypatch.context() as patch:
        patch.setattr("scheduler.polling.answers.sms", away)
        with pytest.raises(DatabaseUnavailable):
            await house.turn()
    await house.turn()
    assert (await house.night.incident()).state is State.IN_PROGRESS


async def test_a_message_that_cannot_be_taken_holds_up_no_other(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.declare()
    house.book.text("poison")
    house.book.text("ack")
    taken = polling.answers.sms

    async def sometimes(bot: object, sender: str, body: str, *rest: object) -> object:
        if body == "poison":
            raise ValueError(body)
        return await taken(bot, sender, body, *rest)  # type: ignore[arg-type]  # handed through

    monkeypatch.setattr("scheduler.polling.answers.sms", sometimes)
    await house.turn()
    assert (await house.night.incident()).state is State.IN_PROGRESS


async def test_the_loop_goes_on_by_itself_after_a_failure(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "AWAITED_SECONDS", 0.01)
    await house.declare()
    async with polling.polling(house.night.bot, house.phones.reading) as phones:
        phones.reading = replace_once(phones.reading)
        house.book.text("ack")
        await until(lambda: house.book.asked.count("messages") >= 3)
    assert (await house.night.incident()).state is State.IN_PROGRESS


def replace_once(reading: Reading) -> Reading:
    """Fails the first time with what nobody expects."""

    class Once(Reading):
        failed = False

        async def inbound(self, since: object) -> object:  # type: ignore[override]  # hands through
            if not self.failed:
                self.failed = True
                raise RuntimeError("nobody expects this")
            return await reading.inbound(since)  # type: ignore[arg-type]

    return Once(reading._twilio)


async def test_an_answer_that_was_given_in_slack_meanwhile_ends_the_waiting(house: House) -> None:
    await house.declare()
    assert await house.night.bot.db.read(lambda tx: tx.outbox.phone_awaited()) is True
    await responders.ack(house.night.bot, 1, house.night.by("bob"), house.night.now)
    assert await house.night.bot.db.read(lambda tx: tx.outbox.phone_awaited()) is False


async def test_alice_is_who_texts_from_her_phone(house: House) -> None:
    await house.declare()
    house.book.text("ack", ALICE)
    await house.turn()
    assert (await house.night.incident()).assignee_id == house.night.people["alice"].id
