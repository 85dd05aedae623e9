"""The database as it stands, read beside the bots: what was due, what was tried, and what still waits."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, or_, select, update

from bot.domain.delivery import Effect, Lane, RowState
from bot.domain.timers import TimerState
from storage.engine import read_url
from storage.tables import alert, incident, page, person, run, timeline_event
from storage.work_tables import attempt, outbox, timer

_PAST = timedelta(seconds=1)


@dataclass(frozen=True)
class Ledger:
    """Rows of the tables, as mappings."""

    incidents: list[Any]
    runs: list[Any]
    pages: list[Any]
    rows: list[Any]
    people: dict[int, Any]
    attempts: list[Any]
    timers: list[Any]
    facts: list[Any]
    alerts: list[Any]


class Books:
    """A database that others write to. Reads are short, so that nobody waits for us."""

    def __init__(self, url: str) -> None:
        where = read_url(url)
        self._postgres = where.drivername.startswith("postgresql")
        self._engine = create_engine(where if self._postgres else where.set(drivername="sqlite"))
        if not self._postgres:
            _patient(self._engine)

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._engine.connect() as conn:
            yield conn

    def ledger(self) -> Ledger:
        """All of it, in one snapshot on SQLite; on PostgreSQL while nobody writes."""
        with self.reading() as conn:

            def every(table: Any) -> list[Any]:
                return list(conn.execute(select(table)).mappings())

            return Ledger(
                incidents=every(incident), runs=every(run), pages=every(page), rows=every(outbox),
                people={row["id"]: row for row in every(person)}, attempts=every(attempt), timers=every(timer),
                facts=every(timeline_event), alerts=every(alert),
            )  # fmt: skip

    def waiting(self, now: datetime) -> int:
        """Rows and timers that are due, claimed or not."""
        rows = select(func.count()).where(outbox.c.state == RowState.PENDING, outbox.c.not_before <= now)
        timers = select(func.count()).where(timer.c.state == TimerState.PENDING, timer.c.due_at <= now)
        with self.reading() as conn:
            return int(conn.execute(rows).scalar_one()) + int(conn.execute(timers).scalar_one())

    def pages_waiting(self, now: datetime, without: Collection[str] = ()) -> int:
        """Deliveries of pages that are due, but for those of these effects; and due timers, which make pages."""
        rows = outbox.c.state == RowState.PENDING, outbox.c.not_before <= now
        rows = *rows, outbox.c.lane.in_([Lane.SEV1, Lane.PAGES])
        left = [Effect(one) for one in without]
        due = select(func.count()).where(*rows, outbox.c.effect.not_in(left))
        timers = select(func.count()).where(timer.c.state == TimerState.PENDING, timer.c.due_at <= now)
        with self.reading() as conn:
            return int(conn.execute(due).scalar_one()) + int(conn.execute(timers).scalar_one())

    def timers_waiting(self, due: datetime) -> int:
        """Timers that were due at this moment and have not fired."""
        asked = select(func.count()).where(timer.c.state == TimerState.PENDING, timer.c.due_at <= due)
        with self.reading() as conn:
            return int(conn.execute(asked).scalar_one())

    def open_incidents(self) -> list[int]:
        """The n of those that still page somebody."""
        with self.reading() as conn:
            climbing = select(run.c.incident_id).where(run.c.state == "climbing").distinct()
            return sorted(conn.execute(climbing).scalars())

    def age_leases(self, pid: int) -> None:
        """What fifteen seconds of real time do for the leases of a process that is dead: they end."""
        past = datetime.now(UTC) - _PAST
        with self._engine.begin() as conn:
            for table in (outbox, timer):
                dead = table.c.owner.like(f"%/{pid}/%")
                conn.execute(update(table).where(dead, or_(table.c.lease_until > past)).values(lease_until=past))


def _patient(engine: Engine) -> None:
    """Waits for the bot's own writes, and flushes nothing: the bot's next commit does."""

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout=10000")
        connection.execute("PRAGMA synchronous=OFF")
