"""People in Slack: the directory, direct messages, forms and App Home."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.domain.delivery import Outcome, Unknown
from bot.domain.groups import UserGroup
from bot.domain.people import Standing
from bot.usecases.schedules import DirectoryEntry
from clients.faults import Failure
from clients.slack_messages import done, next_cursor
from clients.slack_wire import Reply, Wire

SLACKBOT: Final = "USLACKBOT"
QUICK_SECONDS: Final = 1.0  # within the 3 s that Slack gives a listener
DIRECTORY_PAGE: Final = 200
DIRECTORY_PAGES: Final = 250


@dataclass(frozen=True, slots=True)
class Me:
    """Who the bot's token belongs to."""

    user_id: str
    bot_id: str
    team_id: str
    team: str
    url: str


class Directory:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._me: Me | None = None

    async def me(self) -> Me:
        """Asked once. Raises SlackFailed."""
        if self._me is None:
            data = await self._wire.ask("auth.test")
            names = ("user_id", "bot_id", "team_id", "team", "url")
            self._me = Me(*(str(data.get(name, "")) for name in names))
        return self._me

    async def prove_socket(self, app_token: str) -> None:
        """Raises SlackFailed where Socket Mode would not open: Bolt's own client tries for ever and says nothing."""
        await self._wire.ask("apps.connections.open", app_token=app_token)

    async def entry(self, slack_id: str) -> DirectoryEntry:
        """One person, within a second. Raises SlackFailed."""
        team = (await self.me()).team_id
        data = await self._wire.ask("users.info", seconds=QUICK_SECONDS, user=slack_id)
        return entry_of(data["user"], team)

    async def everybody(self) -> AsyncIterator[list[DirectoryEntry]]:
        """The workspace's people, page by page; bots left out. Raises SlackFailed."""
        team = (await self.me()).team_id
        cursor: str | None = None
        for _ in range(DIRECTORY_PAGES):
            data = await self._wire.ask("users.list", limit=DIRECTORY_PAGE, cursor=cursor)
            yield [entry_of(user, team) for user in data.get("members", ()) if is_human(user)]
            cursor = next_cursor(data)
            if cursor is None:
                return

    async def user_groups(self) -> list[UserGroup]:
        """Every user group there is, with its members; disabled ones too. Raises SlackFailed."""
        data = await self._wire.ask("usergroups.list", include_users=True, include_disabled=True)
        return [group_of(group) for group in data.get("usergroups", ())]

    async def open_dm(self, slack_id: str) -> str | Failure:
        """The id of our direct message with somebody; opening it again gives the same one."""
        answer = await self._wire.call("conversations.open", users=slack_id)
        if not isinstance(answer, Reply):
            return answer
        channel = (answer.data.get("channel") or {}).get("id")
        return channel if isinstance(channel, str) else Unknown("an answer without a channel")

    async def open_view(self, trigger_id: str, view: Mapping[str, Any]) -> str:
        """Opens a form within 3 s of the trigger; answers its view id. Raises SlackFailed."""
        data = await self._wire.ask("views.open", seconds=2.5, trigger_id=trigger_id, view=view)
        return str((data.get("view") or {}).get("id", ""))

    async def publish_home(self, slack_id: str, view: Mapping[str, Any]) -> Outcome:
        """Replaces somebody's App Home."""
        return done(await self._wire.call("views.publish", user_id=slack_id, view=view), {"user": slack_id})


def is_human(user: Mapping[str, Any]) -> bool:
    return not user.get("is_bot") and user.get("id") != SLACKBOT


def entry_of(user: Mapping[str, Any], team: str) -> DirectoryEntry:
    """A `user` object of Slack's, as in users.info, users.list and the event `user_change`."""
    profile = user.get("profile") or {}
    name = profile.get("real_name") or user.get("real_name") or profile.get("display_name") or user.get("name")
    return DirectoryEntry(
        slack_id=str(user["id"]),
        name=str(name or user["id"]),
        email=profile.get("email") or None,
        zone=user.get("tz") or None,
        standing=_standing(user, team),
        active=not user.get("deleted", False),
    )


def group_of(group: Mapping[str, Any]) -> UserGroup:
    """A `usergroup` object of Slack's, as in usergroups.list and the `subteam_*` events."""
    return UserGroup(
        slack_id=str(group["id"]),
        handle=str(group.get("handle") or ""),
        name=str(group.get("name") or ""),
        members=tuple(str(user) for user in group.get("users") or ()),
        active=not group.get("date_delete"),
        changed=int(group.get("date_update") or 0),
    )


def _standing(user: Mapping[str, Any], team: str) -> Standing:
    elsewhere = user.get("team_id") not in (None, "", team)
    grid = (user.get("enterprise_user") or {}).get("teams") or ()
    if user.get("is_stranger") or (elsewhere and team not in grid):
        return Standing.OUTSIDER
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Standing.GUEST
    if user.get("is_admin") or user.get("is_owner"):
        return Standing.ADMIN
    return Standing.MEMBER
