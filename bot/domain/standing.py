"""Standing posts: one message in a channel that shows who is on call now and next, edited in place. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.groups import GroupTrouble
from bot.domain.oncall import OnCall, Schedule
from bot.domain.people import Person, PersonId

#: What a post is about: every schedule, one of them by name, or those of a team.
EVERY, SCHEDULE, TEAM = "", "schedule/", "team/"

#: Slack's reasons for which a post can never be edited again: it, its channel or our place there is gone.
GONE = frozenset(
    {"message_not_found", "channel_not_found", "not_in_channel", "is_archived", "is_inactive", "cant_update_message",
     "edit_window_closed"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StandingPost:
    """`ts` is None until it is posted; `shown` tells what it shows from anything else."""

    id: int
    channel: str
    about: str
    asked_by_id: PersonId
    asked_at: datetime
    ts: str | None = None
    shown: str = ""


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One schedule on a post. `mended_at_source`: it is off, and switched on where it is declared."""

    schedule: Schedule
    answer: OnCall
    mended_at_source: bool = False
    trouble: GroupTrouble | None = None  # why its user group does not follow


@dataclass(frozen=True, slots=True)
class Board:
    """A standing post with what it is to show; no lines where there is no such schedule any more."""

    post: StandingPost
    lines: tuple[BoardLine, ...]
    people: Mapping[PersonId, Person]


def name_of(about: str) -> str:
    """The schedule's or team's name; empty for every schedule."""
    return about.partition("/")[2]


def shown_by(about: str, schedules: Mapping[str, Schedule]) -> tuple[str, ...]:
    """The schedules that a post shows, in their order."""
    if about.startswith(SCHEDULE):
        return tuple(name for name in schedules if name == name_of(about))
    if about.startswith(TEAM):
        return tuple(name for name, one in schedules.items() if one.team == name_of(about))
    return tuple(schedules)


def touched(
    posts: Iterable[StandingPost], changed: Collection[str] | None, schedules: Mapping[str, Schedule]
) -> list[StandingPost]:
    """Those that show one of the changed schedules; None: any of them may have changed."""
    return [one for one in posts if changed is None or set(changed) & set(shown_by(one.about, schedules))]
