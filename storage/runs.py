"""Runs: one climb each, compare-and-set on the version."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import update

from bot.domain.escalation import Policy, Run, RunKind, RunState
from bot.domain.people import PersonId
from bot.ports import Conflict
from storage.scope import Repository, changes_of, query, values_of, word
from storage.tables import run

_GET = query(Run, run, run.c.id)
_OF = query(Run, run, run.c.incident_id, order=[run.c.id])
_CLIMBING = query(Run, run, order=[run.c.id]).where(run.c.state == word(RunState.CLIMBING.value))


class SqlRuns(Repository):
    __slots__ = ()

    async def add(
        self,
        incident_id: int,
        kind: RunKind,
        policy: Policy,
        started_at: datetime,
        *,
        asked_by_id: PersonId | None = None,
    ) -> Run:
        new = Run(0, incident_id, kind, policy, RunState.CLIMBING, started_at, asked_by_id=asked_by_id)
        values = values_of(new)
        del values["id"]
        return replace(new, id=await self.scope.scalar(run.insert().returning(run.c.id), values))

    async def get(self, run_id: int) -> Run:
        found = await self.scope.read_one(_GET, id=run_id)
        if found is None:
            raise LookupError(f"no run {run_id}")
        return found

    async def of(self, incident_id: int) -> list[Run]:
        return await self.scope.read(_OF, incident_id=incident_id)

    async def climbing(self) -> list[Run]:
        return await self.scope.read(_CLIMBING)

    async def save(self, changed: Run) -> Run:
        saved = replace(changed, version=changed.version + 1)
        unchanged = run.c.id == changed.id, run.c.version == changed.version
        if not await self.scope.run(update(run).where(*unchanged), changes_of(saved)):
            raise Conflict(f"run {changed.id} is no longer at version {changed.version}")
        return saved
