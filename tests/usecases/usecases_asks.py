"""Questions that the use cases' tests ask of a night: refusals, rows, what the room was told, statements spent."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest
from night import Night
from sqlalchemy import Engine, event

from bot.domain.delivery import Effect, Row, RowState
from bot.domain.refusals import Refusal
from bot.domain.timeline import Event, Kind
from bot.domain.timers import Timer
from storage.database import SqlDatabase

T = TypeVar("T")


async def refused(act: Awaitable[object]) -> tuple[str, dict[str, object]]:
    """The refusal that an act ends with, as its code and data."""
    with pytest.raises(Refusal) as no:
        await act
    return no.value.code, no.value.data


async def rows(night: Night, *effects: Effect, number: int = 1) -> list[Row]:
    """The outbox of an incident, oldest first."""
    return await night.bot.db.read(lambda tx: tx.outbox.of_incident(number, effects))


async def waiting(night: Night, *effects: Effect, number: int = 1) -> list[Row]:
    return [row for row in await rows(night, *effects, number=number) if row.state is RowState.PENDING]


async def timers(night: Night, prefix: str = "", number: int = 1) -> list[Timer]:
    """What is armed, by due time."""
    armed = await night.bot.db.read(lambda tx: tx.timers.pending(number))
    return [timer for timer in armed if timer.key.startswith(prefix)]


def said(night: Night) -> list[Kind]:
    """What the room was told, in order."""
    return [job.event.kind for job in night.outside.jobs if job.row.effect is Effect.ROOM_SAY and job.event]


def told(night: Night, message: str) -> list[str]:
    """First names of the people who got a direct message of this kind."""
    jobs = [job for job in night.outside.jobs if job.row.effect is Effect.DM_SAY and job.data["message"] == message]
    return [job.person.name.split()[0] for job in jobs if job.person]


async def facts(night: Night, kind: Kind, number: int = 1) -> list[dict[str, Any]]:
    """The data of every fact of a kind."""
    return [dict(event.data) for event in await night.events(number) if event.kind is kind]


async def last_fact(night: Night, kind: Kind, number: int = 1) -> Event:
    return [event for event in await night.events(number) if event.kind is kind][-1]


def forget(night: Night) -> None:
    """What went out so far is of no interest any more."""
    night.outside.jobs.clear()


@contextmanager
def statements(night: Night) -> Iterator[list[str]]:
    """Every SQL statement that is run meanwhile."""
    database = night.bot.db
    assert isinstance(database, SqlDatabase)
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    engines: list[Engine] = [database.engines.writer, database.engines.reader]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
