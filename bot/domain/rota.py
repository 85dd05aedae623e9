"""What the database knows of a schedule beside its slots, what was changed about one, and who may change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.oncall import Schedule, Slot
from bot.domain.people import Actor, PersonId, Standing
from bot.domain.permissions import check_member
from bot.domain.refusals import Refusal

#: Nobody plans further ahead by hand, and nobody is on call for longer.
FURTHEST = timedelta(days=366)

#: Every code there is, with the data its sentence may use; times are epoch seconds. A test holds the views to it.
CODES: dict[str, tuple[str, ...]] = {
    "handed_off": ("schedule", "person", "before", "start", "end"),
    "overridden": ("schedule", "person", "start", "end"),
    "override_removed": ("schedule", "person", "start", "end"),
    "extended": ("schedules", "until"),
    "regenerated": ("schedule", "since"),
    "activated": ("schedule",),
    "deactivated": ("schedule", "overrides"),  # overrides: how many coming ones went with it
    "kept": ("schedule", "origin"),
    "swap_asked": ("swap", "schedule", "person"),
    "cover_asked": ("swap", "schedule", "people"),  # people: how many were asked
    "swapped": ("schedule", "person"),
    "covered": ("schedule", "person", "start", "end", "left"),  # left: whether a part still waits
    "swap_declined": ("schedule", "person"),
    "swap_withdrawn": ("schedule",),
    #: own: of oneself; nobody: schedule, start and end of each; listed, placed: schedules where nothing moved
    "away": ("person", "own", "start", "end", "passed", "nobody", "listed", "placed"),
    "back": ("person", "own", "start", "end", "passed", "nobody", "listed", "placed"),
    "posted": ("about", "channel"),  # about: as in `bot.domain.standing`
    "posted_already": ("about", "channel"),
    "posts_ended": ("posts",),  # how many
}


@dataclass(frozen=True, slots=True)
class Changed:
    """What came of a change, as a code with data; `bot.views.rota` words it."""

    code: str
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rota:
    """A schedule's row. `version` rises with every change of its slots."""

    schedule: str
    version: int = 0
    is_off: bool = False  # deactivated by hand
    definition: Mapping[str, object] | None = None  # of one that the posture does not declare


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the administration: who changed what, before and after. Never changed, never removed."""

    at: datetime
    actor_id: PersonId | None
    actor_label: str  # who, when no person
    verb: str
    subject: str  # `schedule/payments`
    before: object = None
    after: object = None
    id: int = 0  # given by storage


def stamp(at: datetime) -> int:
    """A time as data of codes and rows have it: epoch seconds."""
    return int(at.timestamp())


def interval(start: datetime, end: datetime, now: datetime) -> tuple[datetime, datetime]:
    """[start, end) without what is past; refuses what is no interval, over, or too far away."""
    if end <= start:
        raise Refusal("bad_interval", why="backwards")
    if end <= now:
        raise Refusal("bad_interval", why="past")
    if end - now > FURTHEST:
        raise Refusal("bad_interval", why="too_far")
    return max(start, now), end


def may_edit(by: Actor, schedule: Schedule, held: Sequence[Slot], whole: bool, to: PersonId) -> bool:
    """Whether somebody may put `to` in the place of these stretches; `whole` where they cover all of the interval.

    What is one's own is given away by oneself; what nobody covers, a member of the schedule takes. Machines and admins
    do everything. Raises Refusal for those who only read.
    """
    person = by.person
    if person is None:
        return True
    check_member(person)
    if person.standing is Standing.ADMIN:
        return True
    own = all(slot.person_id == person.id for slot in held)
    return own and (whole or (to == person.id and person.named_in(schedule.handles)))


def check_admin(by: Actor) -> None:
    """For what touches everybody's shifts."""
    if by.person is None:
        return
    check_member(by.person)
    if by.person.standing is not Standing.ADMIN:
        raise Refusal("admins_only")
