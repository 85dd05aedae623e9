"""How a schedule is declared: layers of rotations or of written lines, and what is said of single members."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import chain

DEFAULT_HANDOFF = time(9, 0)


class Origin(StrEnum):
    """Where a schedule is declared; edits anywhere else would be overwritten."""

    POSTURE = "posture"
    SLACK = "slack"
    SHEET = "sheet"
    PAGERDUTY = "pagerduty"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class ActiveHours:
    """When a rotation covers at all, in its zone: [start, end) on the given weekdays (Monday is 0).

    `end` at or before `start` means past midnight; equal means the whole day.
    """

    start: time
    end: time
    weekdays: frozenset[int] = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Away:
    """A member is not there during [start, end). A holiday gives way where nobody else could take it."""

    start: datetime
    end: datetime
    holiday: bool = False
    told: bool = False  # to the bot, and not in the definition


@dataclass(frozen=True, slots=True)
class Term:
    """What is said of one member beyond their place in the order."""

    handle: str
    since: datetime | None = None  # a turn that begins earlier is not theirs
    until: datetime | None = None
    zone: str | None = None  # their turns and active hours stand on this clock
    away: tuple[Away, ...] = ()

    def present(self, at: datetime) -> bool:
        """A member, whether away or not."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)

    def is_away(self, at: datetime, *, holiday: bool) -> bool:
        return any(one.start <= at < one.end and one.holiday is holiday for one in self.away)


@dataclass(frozen=True, slots=True)
class Rotation:
    """Members taking turns. Handles, not ids: the posture knows people by handle."""

    members: tuple[str, ...]
    period: timedelta  # whole days or weeks hand over at wall time; shorter ones at fixed wall times
    handoff_time: time = DEFAULT_HANDOFF
    handoff_weekday: int | None = 0  # Monday; None unless the period is whole weeks
    zone: str = "UTC"
    start: datetime | None = None  # the first shift begins at or after; None: an epoch common to all
    active: ActiveHours | None = None  # None: always
    end: datetime | None = None  # nobody is on call by it from here on
    terms: tuple[Term, ...] = ()  # of members of whom more is to be said
    holidays: frozenset[date] = frozenset()  # active hours do not begin on these days


@dataclass(frozen=True, slots=True)
class Line:
    """[start, end) as somebody wrote it down, with its assignees in order: the first is on call, the others follow."""

    start: datetime
    end: datetime
    assignees: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """Lines of a sheet or a feed: of two that overlap the one that stands first holds (SPEC §9)."""

    lines: tuple[Line, ...]

    @property
    def members(self) -> tuple[str, ...]:
        """Everybody who stands in a line, in the order of the lines."""
        return tuple(dict.fromkeys(chain.from_iterable(line.assignees for line in self.lines)))


Layer = Rotation | Listed


@dataclass(frozen=True, slots=True)
class Source:
    """A rota that is kept elsewhere and read from there; `zone` is that of days and times that name none."""

    origin: Origin  # PAGERDUTY or CALENDAR
    address: str = field(repr=False)  # id or name of a schedule, or a feed's address, which may hold a secret
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Named coverage. The highest layer that covers a moment wins; layers[0] is the lowest."""

    name: str
    layers: tuple[Layer, ...]
    escalation_delay: timedelta | None = None
    escalation_to: str | None = None  # a handle or a position, paged when the assignees are exhausted
    is_active: bool = True
    team: str | None = None
    origin: Origin = Origin.POSTURE
    user_group: str = ""  # a Slack user group that holds whoever is on call: its handle without `@`, or its id
    source: Source | None = None  # its layers are what was last read there; none as long as nothing was

    @property
    def handles(self) -> tuple[str, ...]:
        """Everybody it names, each once."""
        return tuple(dict.fromkeys(chain.from_iterable(layer.members for layer in self.layers)))

    @property
    def assignees(self) -> int:
        """How many there are to go through before somebody comes again."""
        turning = {member for layer in self.layers if isinstance(layer, Rotation) for member in layer.members}
        lines = [len(line.assignees) for layer in self.layers if isinstance(layer, Listed) for line in layer.lines]
        return max([len(turning), *lines])


@dataclass(frozen=True, slots=True)
class Shift:
    """What the calculus makes: a handle covers [start, end) on a layer."""

    schedule: str
    handle: str
    start: datetime
    end: datetime
    layer: int = 0
