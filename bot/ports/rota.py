"""What the mind needs of the rows that say who is on call, as Protocols; `ports.Tx` has them all."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.absences import Absence
from bot.domain.feeds import Feed
from bot.domain.oncall import Slot
from bot.domain.people import PersonId
from bot.domain.readiness import Gap
from bot.domain.rota import Entry, Rota
from bot.domain.standing import StandingPost
from bot.domain.swaps import Swap


class Slots(Protocol):
    async def at(self, schedule: str, moment: datetime) -> Slot | None:
        """Who covers: an override first (the later made wins), then the highest layer."""

    async def between(self, schedule: str, start: datetime, end: datetime) -> list[Slot]:
        """Every slot that overlaps, by start then layer."""

    async def of_all(
        self, start: datetime, end: datetime, schedules: Collection[str] | None = None
    ) -> dict[str, list[Slot]]:
        """The same for many schedules in one statement, by name; of all of them, where none are named."""

    async def after(self, schedule: str, moment: datetime, limit: int) -> list[Slot]:
        """Slots that start later than `moment`, by start."""

    async def get(self, slot_id: int) -> Slot | None: ...
    async def hold(self, schedule: str) -> None:
        """One transaction at a time changes this schedule from here on; one that began before is done again."""

    async def add(self, slot: Slot, placed_by: PersonId | None = None) -> Slot:
        """An override; `id` is given by storage, and later ones are greater."""

    async def placed_by(self, slot_id: int) -> PersonId | None:
        """Who placed an override by themselves; None where it came of several, as a swap does."""

    async def cut(self, slot_id: int, end: datetime) -> None:
        """A slot ends there; one that had not begun is removed."""

    async def replace(self, schedule: str, since: datetime, slots: Sequence[Slot]) -> None:
        """From `since` on, slots that are no overrides give way to these; one that spans `since` ends there."""

    async def clear(self, schedule: str, since: datetime) -> int:
        """From `since` on nobody is on call by it, overrides too; answers how many of those went."""

    async def schedules(self, since: datetime) -> set[str]:
        """Those that have slots which end later."""

    async def horizon(self, schedule: str) -> datetime | None:
        """The end of the last slot that is no override."""

    async def of_person(self, person_id: PersonId, start: datetime, end: datetime) -> list[Slot]: ...


class Rotas(Protocol):
    """What is known of a schedule beside its slots; one that was never changed has no row."""

    async def get(self, schedule: str) -> Rota: ...
    async def all(self) -> dict[str, Rota]: ...
    async def kept(self) -> dict[str, Rota]:
        """Those with a definition."""

    async def set_off(self, schedule: str, off: bool) -> None: ...
    async def define(self, schedule: str, definition: Mapping[str, object] | None) -> None: ...


class Swaps(Protocol):
    async def add(self, swap: Swap) -> Swap:
        """`id` is given by storage."""

    async def get(self, swap_id: int) -> Swap | None: ...
    async def save(self, swap: Swap) -> None: ...
    async def open(self, schedules: Collection[str] | None = None) -> list[Swap]:
        """Those that wait, oldest first; of these schedules, or of all."""


class Absences(Protocol):
    async def add(self, absence: Absence) -> Absence:
        """`id` is given by storage."""

    async def get(self, absence_id: int) -> Absence | None: ...
    async def end(self, absence_id: int, at: datetime) -> None:
        """It is over then; one that had not begun is removed."""

    async def coming(self, now: datetime, person_id: PersonId | None = None) -> list[Absence]:
        """Those that end later, by begin; of one person, or of everybody."""


class Administration(Protocol):
    """The append-only journal of what people changed."""

    async def add(self, entry: Entry) -> None: ...
    async def of(self, subject: str, limit: int = 50) -> list[Entry]:
        """Newest first."""

    async def newest(self, limit: int = 50) -> list[Entry]: ...


class Gaps(Protocol):
    """Gaps that were told; those not mended yet are looked at again."""

    async def told(self) -> list[Gap]:
        """Not mended and not over."""

    async def add(self, gaps: Sequence[Gap], at: datetime) -> None: ...
    async def close(self, gaps: Sequence[Gap], at: datetime) -> None: ...


class Feeds(Protocol):
    """Links of calendar feeds that were not revoked, by the hash of their token."""

    async def add(self, new: Feed) -> None: ...
    async def get(self, digest: str) -> Feed | None: ...
    async def of(self, person_id: PersonId) -> list[Feed]:
        """Oldest first."""

    async def revoke(self, feeds: Sequence[Feed], at: datetime) -> None: ...


class StandingPosts(Protocol):
    """Messages that show who is on call now and next, until they end."""

    async def put(self, new: StandingPost) -> StandingPost | None:
        """`id` is given by storage; None where its channel has one about the same."""

    async def get(self, post_id: int) -> StandingPost | None: ...
    async def all(self) -> list[StandingPost]:
        """Oldest first."""

    async def keep(self, post_id: int, ts: str, shown: str) -> bool:
        """Where it was posted, and what it shows by now; False once it has ended."""

    async def end(self, post_id: int) -> bool:
        """False if it had."""
