"""Shifts that near, begin and end: told to their people by a timer that stands at the next such moment of any schedule.

The timer knows nothing: what is to be said is derived from the rows when it fires, so nothing is said that is no longer
true, and each thing is said once, for its outbox key is its identity.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.bot import Bot
from bot.domain.delivery import NewRow
from bot.domain.notices import AHEAD, DAY, LATE, LATEST, Notice, next_look, notices
from bot.domain.people import Person, PersonId
from bot.domain.rota import stamp
from bot.domain.timers import NewTimer, Timer, TimerKind
from bot.ports import Tx
from bot.usecases.following import follow
from bot.usecases.notices import home_row, note_row

_TURNS = ("shift_begins", "shift_ends")


async def on_timer(bot: Bot, timer: Timer, now: datetime) -> str:
    """Says what is due, of every schedule, and stands at the next moment."""

    async def work(tx: Tx) -> str:
        held_up = min(max(now - timer.due_at, timedelta(0)) + LATE, LATEST)
        due = [one for one in await look(tx, now, late=held_up) if one.at <= now]
        if not await tx.timers.finish(timer, f"{len(due)} told" if due else "nothing to tell"):
            return "taken over"
        people = await tx.people.many({who for one in due for who in (one.person_id, one.next_id) if who is not None})
        rows = [row for one in due if (row := _row(one, people, now)) is not None]
        late = timer.due_at <= now - LATE  # what changed meanwhile is in no notice
        schedules = bot.posture().schedules
        shown = await follow(tx, schedules, None if late else _turned(due), now)
        await tx.outbox.put([*rows, *_homes(due, people, now), *shown])
        return "told" if due else "nothing to tell"

    return await bot.write(work)


async def look(tx: Tx, now: datetime, schedules: Collection[str] | None = None, late: timedelta = LATE) -> list[Notice]:
    """What is to be said around now, of these schedules or of all; a timer is armed for what comes next."""
    slots = await tx.slots.of_all(now - late - DAY, now + AHEAD, schedules)
    found = [one for some in slots.values() for one in notices(some, now, late)]
    if slots:
        due = next_look(found, now)
        await tx.timers.arm(NewTimer(f"turn/{due.isoformat()}", TimerKind.TURN, due))
    return found


def _turned(due: Collection[Notice]) -> set[str]:
    """The schedules by which somebody else is on call since just now."""
    return {one.schedule for one in due if one.code in _TURNS}


def _homes(due: Collection[Notice], people: Mapping[PersonId, Person], now: datetime) -> list[NewRow]:
    touched = {one.person_id for one in due if one.code in _TURNS}
    return [home_row(people[who], now) for who in sorted(touched) if who in people and people[who].slack_id]


def _row(one: Notice, people: Mapping[PersonId, Person], now: datetime) -> NewRow | None:
    person = people.get(one.person_id)
    if person is None or not person.active:
        return None
    following = people.get(one.next_id) if one.next_id is not None else None
    data = {
        "schedule": one.schedule,
        "start": stamp(one.start),
        "end": stamp(one.end),
        "hours": one.hours,
        "person": following.name if following else "",
    }
    mark = f"{one.schedule}/{stamp(one.at)}"
    row = note_row(person, one.code, mark, data, now)
    return replace(row, expires_at=max(one.at, now) + LATE) if row is not None else None
