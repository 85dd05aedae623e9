"""Which posture is in force: what a file says, or what was accepted last by any process over this database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.posture import Posture


@dataclass(frozen=True, slots=True)
class Read:
    """What files, or an accepted row, say. `posture` is None where there are errors, each a line with its place."""

    posture: Posture | None
    text: str
    digest: str  # of the text
    errors: tuple[str, ...] = ()
    changed_at: datetime | None = None  # when the newest of the files was written; None where that is not known


@dataclass(frozen=True, slots=True)
class InForce:
    """The newest accepted row, and whether the text that a file holds was ever accepted."""

    digest: str
    accepted_at: datetime
    known: bool


def goes_before(read: Read, newest: InForce | None) -> bool:
    """Whether, at a start, the file goes before the newest row.

    A text that was never in force is new. One that was, and gave way to another, is old: another process accepted the
    other one while this file stood still. Unless the file was written since: then somebody went back on purpose.
    """
    if newest is None or read.digest == newest.digest or not newest.known:
        return True
    return read.changed_at is not None and read.changed_at > newest.accepted_at
