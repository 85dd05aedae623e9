"""Addresses that people add themselves: asked for, proven by a code, taken off; and numbers that texted STOP.

A verified address goes before the posture's; one that is not verified is never paged. The last way beside Slack
stays: pages must arrive when Slack is down (SPEC §8).
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime

from bot.bot import Bot
from bot.domain import contacts, rules
from bot.domain.contacts import CODE_LIFE, MOST_TRIES, Contact, ContactKind
from bot.domain.delivery import Effect, Lane, NewRow, Row
from bot.domain.own import Done
from bot.domain.people import Actor, Person, Standing
from bot.domain.permissions import check_member
from bot.domain.refusals import Refusal
from bot.ports import Tx
from bot.usecases.notices import home_row, note_row

#: By what a code reaches an address of each kind, and as what it is sent.
_NOTIFIER = {ContactKind.PHONE: "sms", ContactKind.EMAIL: "email"}
_EFFECT = {ContactKind.PHONE: Effect.SMS_SAY, ContactKind.EMAIL: Effect.MAIL_SAY}

CODE = "contact_code"  # the message that holds one


async def ask(bot: Bot, kind: ContactKind, given: str, by: Actor, now: datetime) -> Done:
    """Sends a code to the address; until it is given back, pages go where they went before."""
    person = _who(by)
    address = contacts.read(kind, given)
    if _NOTIFIER[kind] not in bot.config.notifiers:
        raise Refusal("way_not_configured", kind=kind.value)

    async def work(tx: Tx) -> Done:
        current = await tx.people.get(person.id)
        if address == _in_force(current, kind):
            return Done("address_kept", {"kind": kind.value, "address": address})
        await _free(tx, kind, address, person)
        before = await _pending(tx, person, kind)
        asked = contacts.asked(before, Contact(person.id, kind, True, address), secrets.token_hex(8), now)
        await tx.contacts.put(asked)
        await tx.outbox.put([_code_row(asked, now)])
        minutes = int(CODE_LIFE.total_seconds() // 60)
        return Done("code_sent", {"kind": kind.value, "address": address, "minutes": minutes})

    return await bot.write(work)


async def prove(bot: Bot, given: str, by: Actor, now: datetime) -> Done:
    """The code that was sent: its address is verified, and pages go there from now on. A wrong one counts."""
    person = _who(by)

    async def work(tx: Tx) -> Done | Refusal:
        waiting = [one for one in await tx.contacts.of(person.id) if one.pending and contacts.awaits_code(one, now)]
        if not waiting:
            return Refusal("no_code")
        for one in waiting:
            if contacts.same_code(given, contacts.code_of(bot.config.secret, one)):
                return await _verify(tx, one, person, now)
        left = min([await _wrong(tx, one) for one in waiting])
        return Refusal("wrong_code", left=left)

    done = await bot.write(work)
    if isinstance(done, Refusal):  # raised after the commit: a wrong try must count
        raise done
    return done


async def _verify(tx: Tx, proven: Contact, person: Person, now: datetime) -> Done:
    await _free(tx, proven.kind, proven.address, person)
    await tx.contacts.put(Contact(person.id, proven.kind, False, proven.address, verified_at=now))
    await tx.contacts.put(replace(proven, nonce=""))  # what it counted stays
    if proven.kind is ContactKind.PHONE:
        await tx.contacts.start(proven.address)  # it took our SMS: it is not stopped
    await tx.outbox.put([home_row(person, now)])
    return Done("address_verified", {"kind": proven.kind.value, "address": proven.address})


async def _wrong(tx: Tx, given: Contact) -> int:
    """Counts a wrong try; answers how many are left. Without any, the code is void."""
    tries = given.tries + 1
    await tx.contacts.put(replace(given, tries=tries, nonce=given.nonce if tries < MOST_TRIES else ""))
    return MOST_TRIES - tries


async def remove(bot: Bot, kind: ContactKind, by: Actor, now: datetime) -> Done:
    """Takes an address of one's own off; the posture's holds again, where it declares one."""
    person = _who(by)

    async def work(tx: Tx) -> Done:
        current = await tx.people.get(person.id)
        own = current.own_phone if kind is ContactKind.PHONE else current.own_email
        if own is None:
            raise Refusal("no_own_address", kind=kind.value)
        phone = kind is ContactKind.PHONE
        after = replace(current, own_phone=None) if phone else replace(current, own_email=None)
        if current.handle and beside_slack(current, bot) and not beside_slack(after, bot):
            raise Refusal("last_way", kind=kind.value)
        await tx.contacts.remove(person.id, kind)
        await tx.outbox.put([home_row(current, now)])
        return Done("address_removed", {"kind": kind.value, "address": _in_force(after, kind) or ""})

    return await bot.write(work)


def beside_slack(person: Person, bot: Bot) -> frozenset[str]:
    """The ways to reach somebody when Slack is down."""
    return rules.usable(person, bot.config.notifiers) - {"slack"}


async def stopped(tx: Tx, bot: Bot, number: str, now: datetime) -> bool:
    """A carrier takes no SMS of ours for this number any more (STOP). False if that was known.

    The person is told; admins too, where nothing is left by which to reach somebody who may be paged but Slack.
    """
    person = await tx.people.by_phone(number)
    if not await tx.contacts.stop(number, now) or person is None or person.number != number:
        return False
    after = await tx.people.get(person.id)
    left = sorted(rules.usable(after, bot.config.notifiers), key=rules.PERSONAL.index)
    data = {"number": contacts.masked(number), "left": left}
    stamp = f"{number}/{int(now.timestamp())}"
    told = [note_row(after, "stopped", stamp, data, now)]
    if after.handle and not beside_slack(after, bot):
        admins = [one for one in await tx.people.all() if one.standing is Standing.ADMIN and one.active]
        data = {**data, "person": after.name}
        told += [note_row(one, "stopped_last_way", stamp, data, now) for one in admins if one.id != after.id]
    await tx.outbox.put([row for row in told if row is not None])
    return True


async def started(tx: Tx, number: str, now: datetime) -> bool:
    """The number takes SMS again (START). False if it always did."""
    if not await tx.contacts.start(number):
        return False
    person = await tx.people.by_phone(number)
    if person is not None:
        await tx.outbox.put([home_row(person, now)])
    return True


def says_stopped(reason: str) -> bool:
    """Whether a refusal says that the number texted STOP (Twilio 21610)."""
    return reason.startswith("unsubscribed by STOP")


async def code_failed(tx: Tx, row: Row, reason: str, now: datetime) -> None:
    """A code that cannot be sent is told to who asked for it."""
    if row.payload.get("message") != CODE or row.person_id is None:
        return
    kind = "phone" if row.effect is Effect.SMS_SAY else "email"
    data = {"kind": kind, "address": row.payload["to"], "reason": reason}
    told = note_row(await tx.people.get(row.person_id), "code_failed", str(row.id), data, now)
    await tx.outbox.put([told] if told else [])


async def code_for(bot: Bot, tx: Tx, row: Row) -> str | None:
    """The code that a row is to send, made only now; None where a newer one was asked for, or none is."""
    if row.person_id is None:
        return None
    waiting = [one for one in await tx.contacts.of(row.person_id) if one.pending and one.nonce]
    found = next((one for one in waiting if _key(one) == row.key), None)
    return contacts.code_of(bot.config.secret, found) if found else None


def _who(by: Actor) -> Person:
    assert by.person is not None
    check_member(by.person)
    return by.person


def _in_force(person: Person, kind: ContactKind) -> str | None:
    return person.number if kind is ContactKind.PHONE else person.mailbox


async def _free(tx: Tx, kind: ContactKind, address: str, person: Person) -> None:
    """What is answered from a phone must be one person's; a mailbox may be shared, for its links name the person."""
    if kind is ContactKind.EMAIL:
        return
    other = await tx.people.by_phone(address)
    if other is not None and other.id != person.id and other.active and other.number == address:
        raise Refusal("address_taken", kind=kind.value)


async def _pending(tx: Tx, person: Person, kind: ContactKind) -> Contact | None:
    return next((one for one in await tx.contacts.of(person.id) if one.pending and one.kind is kind), None)


def _key(asked: Contact) -> str:
    return f"code/{asked.person_id}/{asked.kind.value}/{asked.nonce}"


def _code_row(asked: Contact, now: datetime) -> NewRow:
    """Without the code: it is made when the row goes out."""
    payload = {"to": asked.address, "message": CODE, "data": {"kind": asked.kind.value}}
    return NewRow(
        _key(asked),
        _EFFECT[asked.kind],
        Lane.ANSWERS,
        now,
        person_id=asked.person_id,
        payload=payload,
        expires_at=asked.expires_at,
    )
