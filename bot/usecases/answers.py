"""Answers by SMS, from the phones of people we know; `bot.domain.replies` holds the language.

A stranger gets nothing but a log line. The answer, what it causes and the reply (an outbox row of its own) are one
transaction: nobody is told of what was not saved.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.bot import Bot
from bot.domain.answers import Answer
from bot.domain.delivery import Effect, Lane, NewRow
from bot.domain.people import Actor, Person, Source, viewer_of
from bot.domain.refusals import Refusal
from bot.domain.replies import ReplyVerb, Unclear, Understood, carrier_word, read
from bot.ports import Tx
from bot.usecases import contacts, incidents, lifecycle, paging, responders
from bot.usecases.once import AlreadyDone, once, within


@dataclass(frozen=True, slots=True)
class Reply:
    """The message code of `bot.views.texts.reply`, with its data."""

    message: str
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Message:
    phone: str
    body: str
    sid: str


async def sms(bot: Bot, number: str, body: str, sid: str, now: datetime) -> Reply | None:
    """Does what an SMS says. None where nothing is answered: a repeat of the sid, a stranger, the carrier's words."""
    message = _Message(number, body, sid)

    async def work(tx: Tx) -> Reply | None:
        person = await tx.people.by_phone(number)
        if person is None or not person.active:
            return None
        reply = await _heed(bot, tx, person, message, now)
        if reply is not None:
            await tx.outbox.put([_row(person, message, reply, now)])
        return reply

    try:
        return await once(bot, "sms", sid, now).write(work)
    except AlreadyDone:
        return None
    except Refusal as refusal:
        return await _refuse(bot, message, refusal, now)


async def _refuse(bot: Bot, message: _Message, refusal: Refusal, now: datetime) -> Reply | None:
    """Nothing of the answer was saved; that it was refused is."""

    async def work(tx: Tx) -> Reply | None:
        person = await tx.people.by_phone(message.phone)
        reply = refused(refusal)
        if person is not None and refusal.code == "no_such_incident":  # a phone has no list to look at
            pages = await tx.pages.open_of_person(person.id)
            reply = Reply("not_there", {**refusal.data, "paged": sorted({page.incident_id for page in pages})})
        if person is not None:
            await tx.outbox.put([_row(person, message, reply, now)])
        return reply

    try:
        return await once(bot, "sms", message.sid, now).write(work)
    except AlreadyDone:
        return None


def refused(refusal: Refusal) -> Reply:
    return Reply("refused", {"code": refusal.code, "data": dict(refusal.data)})


def worded(answer: Answer) -> Reply:
    """What was done, with as much of the incident as is said."""
    return Reply(answer.code, {"number": answer.incident.id, "title": answer.incident.title, **answer.data})


async def _heed(bot: Bot, tx: Tx, person: Person, message: _Message, now: datetime) -> Reply | None:
    """STOP, START and HELP are answered by the carrier; what they mean for us is kept."""
    word = carrier_word(message.body)
    if word == "stop":
        await contacts.stopped(tx, bot, message.phone, now)
        return None
    if word == "start" and await contacts.started(tx, message.phone, now):
        return None
    if word == "help":
        return Reply("help")
    said = read(message.body)
    if isinstance(said, Unclear):
        meant = said.meant.value.upper() if said.meant else ""
        return Reply("not_understood", {"body": said.given[:80], "meant": meant})
    return await _act(within(bot, tx), tx, person, said, now)


async def _act(bot: Bot, tx: Tx, person: Person, said: Understood, now: datetime) -> Reply:
    by = Actor(person, Source.SMS)
    pages = await tx.pages.open_of_person(person.id)
    waiting = list(dict.fromkeys(page.incident_id for page in pages))
    if said.everything:
        return await _ack_all(bot, waiting, by, now)
    paged_only = said.verb in (ReplyVerb.ACK, ReplyVerb.DECLINE)
    mine = waiting if paged_only else await _mine(tx, person, waiting)
    said = said.naming(frozenset(mine))
    number = said.number
    if number is None:
        if not mine:
            return Reply("nothing_open" if paged_only else "nothing_mine", {"verb": said.verb.value.upper()})
        if len(mine) > 1:
            return Reply("which_one", {"numbers": mine, "verb": said.verb.value.upper(), "paged": paged_only})
        number = mine[0]
    return worded(await _ACTS[said.verb](bot, number, said.text, by, now))


async def _ack_all(bot: Bot, waiting: Sequence[int], by: Actor, now: datetime) -> Reply:
    """Every incident whose page waits for this person; `bot` is within the transaction of the message."""
    if not waiting:
        return Reply("nothing_open")
    # in one order, so that two people never wait for each other's locks
    return acked_all({number: await responders.ack(bot, number, by, now) for number in sorted(waiting)})


def acked_all(answers: Mapping[int, Answer]) -> Reply:
    """Which incidents are theirs now; of the `others` only their page is answered, for somebody else has them."""
    theirs = [number for number, answer in answers.items() if answer.code == "acked"]
    return Reply("acked_all", {"numbers": theirs, "others": [number for number in answers if number not in theirs]})


async def _mine(tx: Tx, person: Person, waiting: Sequence[int]) -> list[int]:
    """Open incidents that this person is on: paged, assigned or a responder; newest first."""
    found = set(waiting)
    for incident in await tx.incidents.open(viewer_of(person)):
        on_it = incident.assignee_id == person.id or await tx.responders.get(incident.id, person.id) is not None
        found |= {incident.id} if on_it else set()
    return sorted(found, reverse=True)


_Act = Callable[[Bot, int, str, Actor, datetime], Awaitable[Answer]]


async def _ack(bot: Bot, number: int, _: str, by: Actor, now: datetime) -> Answer:
    return await responders.ack(bot, number, by, now)


async def _decline(bot: Bot, number: int, _: str, by: Actor, now: datetime) -> Answer:
    return await responders.decline(bot, number, by, now)


async def _escalate(bot: Bot, number: int, _: str, by: Actor, now: datetime) -> Answer:
    return await paging.escalate(bot, number, by, now)


_ACTS: dict[ReplyVerb, _Act] = {
    ReplyVerb.ACK: _ack,
    ReplyVerb.DECLINE: _decline,
    ReplyVerb.RESOLVE: lifecycle.resolve,
    ReplyVerb.ESCALATE: _escalate,
    ReplyVerb.NOTE: incidents.note,
}


def _row(person: Person, message: _Message, reply: Reply, now: datetime) -> NewRow:
    payload = {"to": message.phone, "message": reply.message, "data": dict(reply.data)}
    return NewRow(f"sms/{message.sid}", Effect.SMS_SAY, Lane.ANSWERS, now, person_id=person.id, payload=payload)
