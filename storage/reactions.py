"""Reactions: the newest event for each person, message and emoji wins, in whatever order they come."""

from __future__ import annotations

from sqlalchemy import select

from storage.scope import Repository
from storage.work_tables import reaction

_KEY = ["channel", "ts", "slack_user", "emoji"]


class SqlReactions(Repository):
    __slots__ = ()

    async def newest(self, channel: str, ts: str, slack_user: str, emoji: str, present: bool, event_ts: str) -> bool:
        """A reaction that we never saw counts as absent: its removal changes nothing, but is remembered."""
        await self.scope.alone(f"reaction/{channel}/{ts}/{slack_user}/{emoji}")
        key = {"channel": channel, "ts": ts, "slack_user": slack_user, "emoji": emoji}
        known = await self.scope.first(select(reaction).filter_by(**key))
        if known is not None and known["event_ts"] >= event_ts:
            return False
        told = {"present": present, "event_ts": event_ts}
        insert = self.scope.insert(reaction).values(key | told)
        await self.scope.run(insert.on_conflict_do_update(index_elements=_KEY, set_=told))
        return present != (known is not None and known["present"])
