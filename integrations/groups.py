"""A user group that holds whoever is on call: filled, disabled while that is nobody, and enabled again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.domain.delivery import Later, Never, Outcome, Sent
from bot.domain.groups import UserGroup, Wish, fulfils
from bot.domain.picture import Job
from clients.faults import Failure, harmless
from clients.slack import Slack

#: What an operator or owner has to mend: asking again soon is no use, and the schedule says what to do.
FORBIDDEN: Final = frozenset(
    {"missing_scope", "no_permission", "access_denied", "not_allowed_token_type", "team_access_not_granted"}
)


class GroupMembers:
    def __init__(self, slack: Slack) -> None:
        self._groups = slack.groups

    async def fill(self, job: Job, _now: datetime) -> Outcome:
        """Sent.ref: the group as Slack has it then."""
        if job.wish is None:
            raise ValueError(f"{job.row.effect} needs a wish")
        known = job.wish.known or await self._groups.named(job.wish.name)
        if known is None:
            return Never("no_such_subteam")
        done = await self._fulfil(job.wish, known) if isinstance(known, UserGroup) else known
        return _refused(done) if not isinstance(done, UserGroup) else Sent(_ref(done))

    async def _fulfil(self, wish: Wish, known: UserGroup) -> UserGroup | Failure:
        if fulfils(known, wish.members):
            return known
        if not wish.members:
            disabled = await self._groups.disable(known.slack_id)
            return replace(disabled, members=()) if isinstance(disabled, UserGroup) else disabled
        if not known.active:
            enabled = await self._groups.enable(known.slack_id)
            if not isinstance(enabled, UserGroup):
                return enabled
        filled = await self._groups.fill(known.slack_id, wish.members)
        if isinstance(filled, UserGroup) and not filled.active:  # somebody disabled it, and we had not heard of it
            enabled = await self._groups.enable(known.slack_id)
            return replace(enabled, members=wish.members) if isinstance(enabled, UserGroup) else enabled
        return filled


def _refused(failure: Failure) -> Later | Never:
    """To fill a group twice does no harm, so there is never a doubt; what is forbidden stays so."""
    return Never(failure.reason) if failure.reason in FORBIDDEN else harmless(failure)


def _ref(group: UserGroup) -> dict[str, object]:
    names = {"group": group.slack_id, "handle": group.handle, "name": group.name}
    return {**names, "members": list(group.members), "active": group.active, "changed": group.changed}
