"""Answers by SMS: ACK, DECLINE (any case, with the number where several are open), from the phones of people we know.

A stranger gets nothing but a log line. The reply is an outbox row of its own, written with what it says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.bot import Bot
from bot.domain.answers import Answer
from bot.domain.delivery import Effect, Lane, NewRow
from bot.domain.people import Actor, Person, Source
from bot.domain.refusals import Refusal
from bot.ports import Tx
from bot.usecases import responders
from bot.usecases.once import AlreadyDone, once

_WORDS = re.compile(r"^\s*(?P<verb>[a-z]+)\b[\s#:]*(?:inc-?\s*)?(?P<number>\d+)?\s*[.!]*\s*$", re.IGNORECASE)
_VERBS = {"ack": "ack", "a": "ack", "acknowledge": "ack", "yes": "ack", "decline": "decline", "no": "decline"}


@dataclass(frozen=True, slots=True)
class Reply:
    """The message code of `bot.views.texts.sms`, with its data; None where nothing is answered."""

    message: str
    data: Mapping[str, object] = field(default_factory=dict)


async def sms(bot: Bot, number: str, body: str, sid: str, now: datetime) -> Reply | None:
    """Does what an SMS says. A repeat of the same `sid` does nothing; a stranger is not answered."""
    person, waiting = await _read(bot, number)
    if person is None:
        return None
    try:
        return await _act(bot, person, _Message(number, body, sid), waiting, now)
    except AlreadyDone:
        return None


@dataclass(frozen=True, slots=True)
class _Message:
    phone: str
    body: str
    sid: str


async def _read(bot: Bot, phone: str) -> tuple[Person | None, list[int]]:
    async def work(tx: Tx) -> tuple[Person | None, list[int]]:
        person = await tx.people.by_phone(phone)
        pages = await tx.pages.open_of_person(person.id) if person else []
        return person, list(dict.fromkeys(page.incident_id for page in pages))

    return await bot.db.read(work)


async def _act(bot: Bot, person: Person, message: _Message, waiting: list[int], now: datetime) -> Reply:
    verb, incident, reply = understand(message.body, waiting)
    if reply is not None or incident is None:
        return await _only_reply(bot, person, message, reply or Reply("not_understood"), now)

    async def reply_too(tx: Tx, answer: Answer) -> None:
        await tx.outbox.put([_row(person, message, _worded(answer), now)])

    act = responders.ack if verb == "ack" else responders.decline
    try:
        answer = await act(
            once(bot, "sms", message.sid, now, after=reply_too), incident, Actor(person, Source.SMS), now
        )
    except Refusal as refusal:
        refused = Reply("refused", {"code": refusal.code, "data": dict(refusal.data)})
        return await _only_reply(bot, person, message, refused, now)
    return _worded(answer)


def understand(body: str, waiting: list[int]) -> tuple[str, int | None, Reply | None]:
    """The verb and the incident an SMS means, or the reply that asks for what is missing."""
    match = _WORDS.match(body)
    verb = _VERBS.get(match["verb"].lower()) if match else None
    if match is None or verb is None:
        return "", None, Reply("not_understood", {"body": body[:80]})
    if match["number"]:
        return verb, int(match["number"]), None
    if not waiting:
        return verb, None, Reply("nothing_open")
    if len(waiting) > 1:
        return verb, None, Reply("which_one", {"numbers": waiting, "verb": verb.upper()})
    return verb, waiting[0], None


def _worded(answer: Answer) -> Reply:
    return Reply(answer.code, {"number": answer.incident.id, "title": answer.incident.title, **answer.data})


async def _only_reply(bot: Bot, person: Person, message: _Message, reply: Reply, now: datetime) -> Reply:
    async def work(tx: Tx) -> Reply:
        await tx.outbox.put([_row(person, message, reply, now)])
        return reply

    return await once(bot, "sms", message.sid, now).write(work)


def _row(person: Person, message: _Message, reply: Reply, now: datetime) -> NewRow:
    payload = {"to": message.phone, "message": reply.message, "data": dict(reply.data)}
    return NewRow(f"sms/{message.sid}", Effect.SMS_SAY, Lane.ANSWERS, now, person_id=person.id, payload=payload)
