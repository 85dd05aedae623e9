"""Who can be reached by what, for a proof elsewhere: notifiers and rules by handle, and never an address."""

from __future__ import annotations

from collections.abc import Collection

from bot.domain import rules
from bot.domain.reach import Readiness
from bot.domain.rules import Rule
from bot.domain.severity import Urgency
from bot.ports import Tx


async def readiness_of(tx: Tx, configured: Collection[str]) -> Readiness:
    """Everybody the posture in force declares, as pages would reach them now.

    An address counts that its owner proved by a code or that the posture gives; a deactivated account and a phone that
    texted STOP do not.
    """
    people = {person.handle: person for person in await tx.people.all() if person.handle is not None}
    ids = [person.id for person in people.values()]
    own = {urgency: await tx.rules.many(ids, urgency) for urgency in Urgency}
    by_handle: dict[str, dict[Urgency, tuple[Rule, ...]]] = {
        handle: {urgency: by_id[person.id] for urgency, by_id in own.items() if by_id.get(person.id)}
        for handle, person in people.items()
    }
    return Readiness(
        {handle: rules.usable(person, rules.PERSONAL) for handle, person in people.items()},
        {handle: made for handle, made in by_handle.items() if made},
        frozenset(configured),
    )
