"""Who is on call: slots kept ahead of time, and the posture that says so. `finding` finds people by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.bot import Bot
from bot.domain.oncall import OnCall, Schedule, Slot, on_call, shifts
from bot.domain.people import PersonId
from bot.domain.posture import Posture
from bot.ports import Tx
from bot.usecases.roster import DirectoryEntry, declare_people, sync_directory

__all__ = [
    "DirectoryEntry", "accept_posture", "extend_slots", "on_call_now", "sync_directory",
]  # fmt: skip

#: How far ahead slots are rows (SPEC §9). Beyond, the same calculus is asked directly.
AHEAD = timedelta(weeks=8)


async def accept_posture(bot: Bot, posture: Posture, *, text: str, digest: str, by: str, now: datetime) -> Posture:
    """Puts a posture in force: its row, the people it declares and their slots. Answers it with its version.

    One transaction: nobody sees the new people with the old slots. Accepting the same text again changes
    nothing but what has drifted since.
    """

    async def work(tx: Tx) -> Posture:
        row = await tx.postures.accept(digest, text, by, now)
        ids = await declare_people(tx, posture)
        for schedule in posture.schedules.values():
            await _materialise(tx, schedule, ids, now)
        return replace(posture, version=row.version)

    return await bot.write(work)


async def extend_slots(bot: Bot, posture: Posture, now: datetime) -> None:
    """Materialises every schedule eight weeks ahead of `now`, one unit of work each: pages go between."""
    for schedule in posture.schedules.values():

        async def work(tx: Tx, schedule: Schedule = schedule) -> None:
            handles = {member for layer in schedule.layers for member in layer.members}
            people = await tx.people.by_handles(handles)
            await _materialise(tx, schedule, {handle: person.id for handle, person in people.items()}, now)

        await bot.db.write(work)


async def on_call_now(tx: Tx, posture: Posture, now: datetime) -> list[OnCall]:
    """For every schedule of the posture, in its order."""
    return [on_call(name, await tx.slots.between(name, now, now + AHEAD), now) for name in posture.schedules]


async def _materialise(tx: Tx, schedule: Schedule, ids: Mapping[str, PersonId], now: datetime) -> None:
    """Makes the rows from `now` on what the schedule says. Rows that are right already are left alone.

    The horizon moves by whole days, so that a second time on the same day finds nothing to do.
    """
    end = (now + AHEAD + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    wanted = [
        Slot(0, schedule.name, ids[shift.handle], shift.start, shift.end, shift.layer)
        for shift in shifts(schedule, now, end)
        if shift.handle in ids
    ]
    rows = [row for row in await tx.slots.between(schedule.name, now, end + AHEAD) if not row.is_override]
    since = _first_difference(_stretches(rows, now), wanted)
    if since is None:
        return
    # a coming slot that grows or shrinks is written anew as one; the running one is only cut or added to
    since = next((row.start for row in rows if now < row.start < since <= row.end), since)
    later = [replace(slot, start=max(slot.start, since)) for slot in wanted if slot.end > since]
    await tx.slots.replace(schedule.name, since, later)


def _stretches(rows: Sequence[Slot], now: datetime) -> list[Slot]:
    """Rows from `now` on, joined where one follows another of the same person and layer."""
    joined: list[Slot] = []
    for row in rows:
        last = joined[-1] if joined else None
        if last and (last.end, last.person_id, last.layer) == (row.start, row.person_id, row.layer):
            joined[-1] = replace(last, end=row.end)
        else:
            joined.append(replace(row, id=0, start=max(row.start, now)))
    return joined


def _first_difference(held: Sequence[Slot], wanted: Sequence[Slot]) -> datetime | None:
    """The first moment at which two ordered plans differ; None where they are the same."""
    for one, other in zip(held, wanted, strict=False):
        if one == other:
            continue
        if replace(one, end=other.end) == other:
            return min(one.end, other.end)
        return min(one.start, other.start)
    rest = [*held[len(wanted) :], *wanted[len(held) :]]
    return rest[0].start if rest else None
