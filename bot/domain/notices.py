"""What people are told of their shifts, and when: 24 h and 1 h before, at the start and at the end (SPEC §4). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.oncall import Slot, of_one_person, stretches
from bot.domain.people import PersonId

DAY, HOUR = timedelta(hours=24), timedelta(hours=1)
#: What could not be said within this is not said any more; a beginning, while the shift lasts.
LATE = timedelta(minutes=30)
#: After a longer suspend nobody needs to be told what happened in it.
LATEST = timedelta(hours=12)
#: So far ahead slots are read; nothing is to be said of later ones within the next 24 h.
AHEAD = timedelta(hours=49)


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to say at a moment. `code` is a note's of `bot.views.rota_notes`."""

    code: str
    at: datetime
    schedule: str
    person_id: PersonId
    start: datetime
    end: datetime
    hours: int = 0  # before the start
    next_id: PersonId | None = None  # who has it after an end


def notices(slots: Sequence[Slot], now: datetime, late: timedelta = LATE) -> list[Notice]:
    """Everything to be said of one schedule from `LATE` ago until 24 h from now, by the slots around now.

    `late`: ends that nobody could say for so long (a suspend) are said all the same, and begins while they last.

    The notice of 24 h is left out for somebody who was on call within the day before: they know.
    """
    start, end = now - late - DAY, now + AHEAD
    held = of_one_person(stretches(slots, start, end))
    found: list[Notice] = []
    for number, slot in enumerate(held):
        about = (slot.schedule, slot.person_id, slot.start, slot.end)
        if slot.start > start:
            if not _just_had_it(held[:number], slot):
                found.append(Notice("shift_soon", slot.start - DAY, *about, hours=24))
            found.append(Notice("shift_soon", slot.start - HOUR, *about, hours=1))
            found.append(Notice("shift_begins", slot.start, *about))
        if slot.end < end:
            after = held[number + 1] if number + 1 < len(held) else None
            follows = after.person_id if after is not None and after.start == slot.end else None
            found.append(Notice("shift_ends", slot.end, *about, next_id=follows))
    still = (one for one in found if one.at > now - LATE or (late > LATE and _said_late(one, now, late)))
    return sorted(still, key=lambda one: (one.at, one.person_id, one.code))


def _said_late(one: Notice, now: datetime, late: timedelta) -> bool:
    lasts = one.code == "shift_ends" or (one.code == "shift_begins" and one.end > now)
    return lasts and one.at > now - late


def _just_had_it(before: Sequence[Slot], slot: Slot) -> bool:
    return any(one.person_id == slot.person_id and one.end > slot.start - DAY for one in before)


def next_look(found: Sequence[Notice], now: datetime) -> datetime:
    """When there is something to say next; in a day at the latest, for slots that are not read yet."""
    return min([one.at for one in found if one.at > now] + [now + DAY])
