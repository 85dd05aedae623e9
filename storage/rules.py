"""Personal rules: who wants to be paged by what, after how long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import delete, select

from bot.domain.people import PersonId
from bot.domain.rules import Rule
from bot.domain.severity import Urgency
from storage.scope import Repository
from storage.tables import rule


class SqlRules(Repository):
    __slots__ = ()

    async def of(self, person_id: PersonId) -> dict[Urgency, tuple[Rule, ...]]:
        query = select(rule).where(rule.c.person_id == person_id).order_by(rule.c.urgency, rule.c.position)
        found: dict[Urgency, tuple[Rule, ...]] = {}
        for row in await self.scope.all(query):
            one = Rule(row["notifier"], timedelta(seconds=row["delay"]))
            found[row["urgency"]] = (*found.get(row["urgency"], ()), one)
        return found

    async def many(self, ids: Iterable[PersonId], urgency: Urgency) -> dict[PersonId, tuple[Rule, ...]]:
        wanted = rule.c.person_id.in_(set(ids)), rule.c.urgency == urgency
        found: dict[PersonId, tuple[Rule, ...]] = {}
        for row in await self.scope.all(select(rule).where(*wanted).order_by(rule.c.person_id, rule.c.position)):
            one = Rule(row["notifier"], timedelta(seconds=row["delay"]))
            found[row["person_id"]] = (*found.get(row["person_id"], ()), one)
        return found

    async def put(self, person_id: PersonId, urgency: Urgency, rules: Sequence[Rule]) -> None:
        await self.scope.run(delete(rule).where(rule.c.person_id == person_id, rule.c.urgency == urgency))
        if rules:
            rows = [
                {"person_id": person_id, "urgency": urgency, "position": number, "notifier": one.notifier,
                 "delay": int(one.delay.total_seconds())}
                for number, one in enumerate(rules)
            ]  # fmt: skip
            await self.scope.run(rule.insert(), rows)
