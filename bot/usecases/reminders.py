"""Reminders as durable timers: armed with the incident, settled by facts, snoozed or stopped by people (SPEC §5).

The last one sent knows its number; a timer that finds its reason gone ends quietly.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.bot import Bot
from bot.domain.answers import Answer
from bot.domain.delivery import Effect, Lane
from bot.domain.people import EVERYTHING, SYSTEM, Actor
from bot.domain.refusals import Refusal
from bot.domain.reminders import Reminder, asked_for, quiet_until
from bot.domain.severity import ReminderRules
from bot.domain.timeline import Kind
from bot.domain.timers import NewTimer, Timer, TimerKind
from bot.ports import Tx
from bot.usecases.change import Change, load, require_open, room_key

#: A nudge that could not be posted by then would be about something that has passed.
STALE_AFTER = timedelta(minutes=5)


async def arm(change: Change) -> None:
    """Arms what the severity asks for, is not armed and was not stopped; call again when one of these changes."""
    rules = change.posture.reminders_for(change.severity)
    waits = {Reminder.COMMANDER: rules.commander_after, Reminder.UPDATE: rules.update_every}
    wanted = [reminder for reminder in Reminder if asked_for(reminder, change.incident, change.severity)]
    armed = {t.data.get("reminder") for t in await change.tx.timers.pending(change.incident.id)}
    missing = [reminder for reminder in wanted if reminder not in armed]
    stopped = await _stopped(change) if missing else set()
    for reminder in missing:
        if reminder not in stopped:
            await _arm_one(change, reminder, 1, change.now + waits[reminder])


async def _stopped(change: Change) -> set[object]:
    """What somebody stopped for this incident."""
    if change.incident.version == 1:
        return set()  # it is being declared: nothing happened yet
    facts = await change.tx.timeline.of(change.incident.id)
    return {fact.data["reminder"] for fact in facts if fact.kind is Kind.SNOOZED and fact.data["minutes"] == 0}


async def _arm_one(change: Change, reminder: Reminder, number: int, due: datetime) -> None:
    """The key holds the incident's version: the key of a cancelled timer would arm nothing."""
    key = f"remind.{reminder}/{change.incident.id}/{change.incident.version}/{int(due.timestamp())}"
    data = {"reminder": reminder.value, "number": number}
    await change.tx.timers.arm(NewTimer(key, TimerKind.REMIND, due, change.incident.id, data=data))


async def on_timer(bot: Bot, timer: Timer, now: datetime) -> str:
    """A reminder is due: sent if its reason still stands, and armed again until its maximum."""

    async def work(tx: Tx) -> str:
        incident = await tx.incidents.get(timer.incident, EVERYTHING)
        if incident is None or not incident.open:
            reason = "the incident is closed"
            return reason if await tx.timers.finish(timer, reason) else "taken over"
        change = Change(bot, tx, incident, SYSTEM, now)
        reminder, number = Reminder(str(timer.data["reminder"])), int(str(timer.data["number"]))
        again = _due_again(change, reminder, number)
        reason = "sent" if again.send else again.reason
        if not await tx.timers.finish(timer, reason):
            return "taken over"
        if again.at is not None:
            await _arm_one(change, reminder, again.number, again.at)
        if again.send:
            await _send(change, reminder, number, timer.id)
        return reason

    return await bot.write(work)


class _Again:
    """What a due reminder does: `send`, when it is due again, and why it was not sent."""

    def __init__(self, send: bool, at: datetime | None, number: int, reason: str = "") -> None:
        self.send, self.at, self.number, self.reason = send, at, number, reason


def _due_again(change: Change, reminder: Reminder, number: int) -> _Again:
    incident, rules, now = change.incident, change.posture.reminders_for(change.severity), change.now
    if not asked_for(reminder, incident, change.severity):
        commanded = reminder is Reminder.COMMANDER and incident.commander_id is not None
        return _Again(False, None, number, "somebody commands" if commanded else "the severity does not ask for it")
    if reminder is Reminder.COMMANDER:
        return _Again(True, _next(now, rules.commander_after, number, rules), number + 1)
    quiet = quiet_until(incident, rules)
    if quiet > now:
        return _Again(False, quiet, 1, "there was an update")
    return _Again(True, _next(now, rules.update_every, number, rules), number + 1)


def _next(now: datetime, wait: timedelta, number: int, rules: ReminderRules) -> datetime | None:
    return now + wait if number < rules.max_count else None


async def _send(change: Change, reminder: Reminder, number: int, timer_id: int) -> None:
    change.record(Kind.REMINDED, reminder=reminder.value, number=number)
    payload = {"reminder": reminder.value, "number": number}
    key = f"remind/{change.incident.id}/{timer_id}"
    change.put(
        key,
        Effect.REMIND,
        Lane.ROOM,
        payload=payload,
        after=room_key(change.incident),
        expires_at=change.now + STALE_AFTER,
    )
    await change.finish()


async def snooze(bot: Bot, number: int, reminder: str, minutes: int, by: Actor, now: datetime) -> Answer:
    """Puts a reminder off; it starts its count again then."""
    return await _put_off(bot, number, reminder, timedelta(minutes=minutes), by, now)


async def stop(bot: Bot, number: int, reminder: str, by: Actor, now: datetime) -> Answer:
    """Stops a reminder for this incident."""
    return await _put_off(bot, number, reminder, None, by, now)


async def _put_off(bot: Bot, number: int, reminder: str, wait: timedelta | None, by: Actor, now: datetime) -> Answer:
    if reminder not in list(Reminder):
        raise Refusal("no_reminder")

    async def work(tx: Tx) -> Answer:
        change = await load(bot, tx, number, by, now, "snooze")
        await require_open(change)
        await tx.timers.cancel(number, prefix=f"remind.{reminder}/")
        minutes = int(wait.total_seconds() // 60) if wait else 0
        if wait is not None:
            await _arm_one(change, Reminder(reminder), 1, now + wait)
        change.record(Kind.SNOOZED, reminder=reminder, minutes=minutes)
        incident = await change.finish()
        data = {"reminder": reminder, "minutes": minutes} if wait else {"reminder": reminder}
        return Answer("snoozed" if wait else "stopped", incident, data=data)

    return await bot.write(work)
