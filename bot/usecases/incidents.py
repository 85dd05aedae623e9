"""What people say about an incident while it runs: updates, status, severity, notes and pinned messages."""

from __future__ import annotations

from datetime import datetime

from bot.bot import Bot
from bot.domain.answers import Answer
from bot.domain.delivery import Effect, Lane
from bot.domain.incident import TEXT_LIMIT, Status
from bot.domain.people import EVERYTHING, Actor, PersonId
from bot.domain.permissions import check_member
from bot.domain.refusals import Refusal
from bot.domain.timeline import Event, Kind
from bot.ports import Tx
from bot.usecases import reminders
from bot.usecases.change import Change, load, require_open
from bot.usecases.declare import Declaration, declare, read_severity
from bot.usecases.severities import severity_in

__all__ = ["Declaration", "declare", "note", "pin", "set_severity", "set_status", "unpin", "update"]


async def update(bot: Bot, number: int, text: str, by: Actor, now: datetime, status: str | None = None) -> Answer:
    """A status update in words, which may also move the status."""
    words = _text(text, "update")
    wanted = _status(status) if status else None

    async def work(tx: Tx) -> Answer:
        change = await load(bot, tx, number, by, now, "update")
        await require_open(change)
        if wanted is not None and wanted is not change.incident.status:
            change.record(Kind.STATUS, {"from": change.incident.status.value, "to": wanted.value})
            change.set(status=wanted)
        change.set(last_update=words, last_update_at=now)
        change.record(Kind.UPDATE, text=words, status=change.incident.status.value)
        await reminders.arm(change)
        incident = await change.finish()
        return Answer("updated", incident, data={"status": incident.status.value})

    return await bot.write(work)


async def set_status(bot: Bot, number: int, status: str, by: Actor, now: datetime) -> Answer:
    """Moves the human axis; `resolved` is reached by resolving."""
    wanted = _status(status)

    async def work(tx: Tx) -> Answer:
        change = await load(bot, tx, number, by, now, "status")
        await require_open(change)
        if wanted is change.incident.status:
            raise Refusal("same_status", status=wanted.value)
        change.record(Kind.STATUS, {"from": change.incident.status.value, "to": wanted.value})
        change.set(status=wanted, last_update_at=now)
        await reminders.arm(change)
        incident = await change.finish()
        return Answer("status_set", incident, data={"status": wanted.value})

    return await bot.write(work)


async def set_severity(bot: Bot, number: int, severity: str, by: Actor, now: datetime, reason: str = "") -> Answer:
    """Changes the severity; raising it applies the new rules at once: who is paged, told and reminded."""
    name = read_severity(bot.posture(), severity)

    async def work(tx: Tx) -> Answer:
        change = await load(bot, tx, number, by, now, "severity")
        await require_open(change)
        before = change.incident.severity
        if name == before:
            raise Refusal("same_severity", severity=name)
        paged = await severity_in(change, name, reason)
        incident = await change.finish()
        return Answer("severity_set", incident, data={"from": before, "to": name, "paged": paged})

    return await bot.write(work)


async def note(bot: Bot, number: int, text: str, by: Actor, now: datetime) -> Answer:
    """A fact that somebody writes down; also after the incident closed."""
    words = _text(text, "note")

    async def work(tx: Tx) -> Answer:
        change = await load(bot, tx, number, by, now, "note")
        change.record(Kind.NOTE, text=words)
        return Answer("noted", await change.finish())

    return await bot.write(work)


async def pin(
    bot: Bot,
    channel: str,
    ts: str,
    text: str,
    permalink: str,
    author: PersonId | None,
    at: datetime,
    by: Actor,
    now: datetime,
) -> Answer | None:
    """Adds a war-room message to the timeline, once, with its own time; None where the channel is no war room."""

    async def work(tx: Tx) -> Answer | None:
        change = await _in_room(bot, tx, channel, by, now)
        if change is None:
            return None
        pins = await _pins(tx, change.incident.id, ts)
        if pins and pins[-1].kind is Kind.PINNED:
            return Answer("noted", change.incident, changed=False)
        key = f"pin/{channel}/{ts}/{len(pins)}"
        data = {"text": text[:TEXT_LIMIT], "permalink": permalink, "ts": ts, "channel": channel, "by": by.person_id}
        change.events.append(Event(change.incident.id, at, Kind.PINNED, author, data=data, key=key))
        _confirm(change, channel, ts, len(pins))
        return Answer("noted", await change.finish())

    return await bot.write(work)


async def unpin(bot: Bot, channel: str, ts: str, by: Actor, now: datetime) -> Answer | None:
    """Removing the pin appends a retraction; the fact itself stays."""

    async def work(tx: Tx) -> Answer | None:
        change = await _in_room(bot, tx, channel, by, now)
        if change is None:
            return None
        pins = await _pins(tx, change.incident.id, ts)
        if not pins or pins[-1].kind is Kind.UNPINNED:
            return Answer("noted", change.incident, changed=False)
        change.record(Kind.UNPINNED, key=f"pin/{channel}/{ts}/{len(pins)}", ts=ts, channel=channel)
        return Answer("noted", await change.finish())

    return await bot.write(work)


async def _in_room(bot: Bot, tx: Tx, channel: str, by: Actor, now: datetime) -> Change | None:
    incident = await tx.incidents.by_channel(channel, EVERYTHING)
    if incident is None:
        return None
    if by.person is not None:
        check_member(by.person)
    return Change(bot, tx, incident, by, now)


async def _pins(tx: Tx, number: int, ts: str) -> list[Event]:
    """Pins and retractions of one message, in the order they were recorded."""
    kinds = (Kind.PINNED, Kind.UNPINNED)
    found = [e for e in await tx.timeline.of(number) if e.kind in kinds and e.data.get("ts") == ts]
    return sorted(found, key=lambda event: event.id)


def _confirm(change: Change, channel: str, ts: str, count: int) -> None:
    payload = {"channel": channel, "ts": ts, "name": change.posture.emoji.confirm}
    key = f"confirm/{channel}/{ts}/{count}"
    change.put(key, Effect.REACTION_ADD, Lane.COSMETIC, payload=payload)


def _text(text: str, what: str) -> str:
    words = text.strip()
    if not words:
        raise Refusal("text_missing", what=what)
    if len(words) > TEXT_LIMIT:
        raise Refusal("text_too_long", what=what, limit=TEXT_LIMIT, length=len(words))
    return words


def _status(text: str) -> Status:
    known = [status.value for status in Status if status is not Status.RESOLVED]
    word = text.strip().lower()
    if word not in known:
        raise Refusal("unknown_status", given=text, known=known)
    return Status(word)
