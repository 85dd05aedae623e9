"""Budgets: how many messages a person gets by one notifier within a window; what is more goes as bundles (SPEC §8).

The last message of a window is kept for a bundle, so that whatever comes then need not wait for the next window. A
bundle waits a moment for others, and until a message may go again; never for longer than the bundles before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.delivery import Effect, Lane, Row
from bot.domain.people import PersonId

#: A person is asked again by policies after minutes: nothing may wait for as long as that.
WINDOW = timedelta(minutes=2)
#: How long a bundle waits for more of the same.
GATHER = timedelta(seconds=10)
#: Pages in one bundle at most: all that follows from one message is one transaction.
LARGEST = 50

#: Messages to one person within WINDOW. A phone rings for most of a minute; what can be read at a glance may be more.
#: Those that everybody shares (webhook, PagerDuty) have none: systems do not sleep.
MOST: dict[Effect, int] = {Effect.PAGE_SLACK: 10, Effect.PAGE_SMS: 5, Effect.PAGE_EMAIL: 5, Effect.PAGE_VOICE: 3}


@dataclass(frozen=True, slots=True)
class Paid:
    """A message: when it goes, and by which row. Trying a row again within the window costs no more."""

    at: datetime
    row_id: int


#: Whose budget, by what, and whether of drills.
Subject = tuple[PersonId, Effect, bool]


@dataclass(frozen=True, slots=True)
class Spent:
    """What one person was sent lately by one notifier. Drills count by themselves."""

    person_id: PersonId
    effect: Effect
    drill: bool
    paid: tuple[Paid, ...] = ()  # single messages, and bundles at the time they are meant to go
    bundle_id: int | None = None  # the newest bundle
    bundled: int = 0  # pages that were put into it

    @property
    def subject(self) -> Subject:
        return self.person_id, self.effect, self.drill


def limited(row: Row) -> bool:
    """Whether a budget may hold a delivery back.

    Never SEV1, nor the first page of a service; nor one that may have gone out, which must be looked up by itself.
    """
    return row.lane is Lane.PAGES and row.effect in MOST and row.page_id is not None and not (row.ahead or row.doubt)


def is_bundle(row: Row) -> bool:
    """Whether it carries others."""
    return row.payload.get("bundle") is True


def is_drill(row: Row) -> bool:
    return row.payload.get("drill") is True


def lately(paid: Sequence[Paid], now: datetime) -> tuple[Paid, ...]:
    """Those that still count, and those to come."""
    return tuple(sorted((one for one in paid if one.at > now - WINDOW), key=lambda one: one.at))


def may_go_alone(row: Row, paid: Sequence[Paid], now: datetime) -> bool:
    """Whether it is paid for, or one more message leaves room for a bundle."""
    counted = lately(paid, now)
    return is_paid(row, counted) or len(counted) < MOST[row.effect] - 1


def is_paid(row: Row, counted: Sequence[Paid]) -> bool:
    return any(one.row_id == row.id for one in counted)


def bundle_at(effect: Effect, paid: Sequence[Paid], now: datetime) -> datetime:
    """When the next bundle may go: soon, and with no window that would hold too many."""
    due, times = now + GATHER, [one.at for one in lately(paid, now)]
    while len(within := [one for one in times if due - WINDOW < one <= due]) >= MOST[effect]:
        due = within[0] + WINDOW
    return due
