"""People brought into the war room: all at once, or one by one where Slack refuses somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.delivery import Later, Never, Outcome, Sent, Unknown
from bot.domain.picture import Job
from clients.slack import Slack
from integrations.jobs import room_of


class Invites:
    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    async def invite(self, job: Job, _now: datetime) -> Outcome:
        """Sent.ref: invited, and failed with Slack's reason for each. Never where nobody could be invited."""
        channel, users = room_of(job), _slack_ids(job)
        if not users:
            return Sent({"invited": [], "failed": {}})
        outcome = await self._slack.rooms.invite(channel, users)
        if isinstance(outcome, Sent):
            return Sent({"invited": users, "failed": {}})
        if isinstance(outcome, Later | Unknown):
            return outcome
        return await self._one_by_one(channel, users)

    async def _one_by_one(self, channel: str, users: Sequence[str]) -> Outcome:
        """Inviting twice is harmless, so that a pause in the middle starts over."""
        invited: list[str] = []
        failed: dict[str, str] = {}
        for user in users:
            outcome = await self._slack.rooms.invite(channel, [user])
            match outcome:
                case Sent():
                    invited.append(user)
                case Never(reason=reason):
                    failed[user] = reason
                case _:
                    return outcome
        if not invited:
            return Never(", ".join(sorted(set(failed.values()))))
        return Sent({"invited": invited, "failed": failed})


def _slack_ids(job: Job) -> list[str]:
    found = job.data["slack_ids"]
    if not isinstance(found, list):
        raise TypeError("slack_ids is a list")
    return [str(user) for user in found]
