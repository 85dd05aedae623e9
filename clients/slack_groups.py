"""Slack's user groups: filled, disabled and enabled. Each of these may be done twice without harm."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.delivery import Unknown
from bot.domain.groups import UserGroup
from clients.faults import Failure
from clients.slack_people import group_of
from clients.slack_wire import Reply, Wire


class Groups:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def named(self, name: str) -> UserGroup | Failure | None:
        """By handle or id, as Slack has it now; disabled ones too. None where there is none."""
        answer = await self._wire.call("usergroups.list", include_users=True, include_disabled=True)
        if not isinstance(answer, Reply):
            return answer
        found = [group_of(group) for group in answer.data.get("usergroups", ())]
        fit = [group for group in found if name in (group.slack_id, group.handle)]
        return max(fit, key=lambda group: group.active, default=None)

    async def fill(self, group: str, members: Sequence[str]) -> UserGroup | Failure:
        """These and nobody else; somebody at least, for Slack empties no group."""
        return _group(await self._wire.call("usergroups.users.update", usergroup=group, users=list(members)))

    async def enable(self, group: str) -> UserGroup | Failure:
        return _group(await self._wire.call("usergroups.enable", usergroup=group))

    async def disable(self, group: str) -> UserGroup | Failure:
        """Nobody can mention it then."""
        return _group(await self._wire.call("usergroups.disable", usergroup=group))


def _group(answer: Reply | Failure) -> UserGroup | Failure:
    if not isinstance(answer, Reply):
        return answer
    body = answer.data.get("usergroup")
    return group_of(body) if isinstance(body, dict) and "id" in body else Unknown("an answer without a group")
