"""Pages: demands on people, each added once by its key and closed once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update

from bot.domain.delivery import Page, PageState
from bot.domain.escalation import Run
from bot.domain.incident import State
from bot.domain.people import PersonId
from storage.scope import Repository, query, values_of, word
from storage.tables import incident, page

_OPEN = page.c.state == word(PageState.OPEN.value)
_LIVE = select(1).where(incident.c.id == page.c.incident_id, incident.c.state != word(State.RESOLVED.value)).exists()
_GET = query(Page, page, page.c.id)
_OF = query(Page, page, page.c.incident_id, order=[page.c.id])
_OPEN_OF_PERSON = query(Page, page, page.c.person_id, order=[page.c.id.desc()]).where(_OPEN, _LIVE)


class SqlPages(Repository):
    __slots__ = ()

    async def add(self, *, key: str, run: Run, step: int, person_id: PersonId, created_at: datetime) -> Page | None:
        new = Page(0, key, run.incident_id, run.id, run.generation, step, person_id, created_at)
        values = values_of(new)
        del values["id"]
        insert = self.scope.insert(page).on_conflict_do_nothing(index_elements=["key"])
        given = await self.scope.scalar(insert.returning(page.c.id), values)
        return None if given is None else replace(new, id=given)

    async def get(self, page_id: int) -> Page:
        found = await self.scope.read_one(_GET, id=page_id)
        if found is None:
            raise LookupError(f"no page {page_id}")
        return found

    async def of(self, incident_id: int) -> list[Page]:
        return await self.scope.read(_OF, incident_id=incident_id)

    async def open_of_person(self, person_id: PersonId) -> list[Page]:
        return await self.scope.read(_OPEN_OF_PERSON, person_id=person_id)

    async def close(self, ids: Iterable[int], state: PageState, at: datetime, source: str | None) -> None:
        if those := set(ids):
            change = update(page).where(page.c.id.in_(those), _OPEN)
            await self.scope.run(change.values(state=state, answered_at=at, answer_source=source))

    async def reopen(self, page_id: int) -> None:
        fresh = {"state": PageState.OPEN, "answered_at": None, "answer_source": None}
        await self.scope.run(update(page).where(page.c.id == page_id).values(fresh))
