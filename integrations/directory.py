"""Slack's directory, read into person rows and user groups; and a direct message opened with all who may be paged."""

from __future__ import annotations

import structlog

from bot.bot import Bot
from bot.domain.people import Person
from bot.ports import Tx
from bot.usecases import groups
from bot.usecases.inspections import tell
from bot.usecases.people import keep_dm
from bot.usecases.schedules import sync_directory
from clients.slack import Slack, SlackFailed
from clients.slack_seen import look

log = structlog.get_logger("directory")


class Directory:
    """Reads what changed since; Slack being away is logged, and the last copy stays in force."""

    def __init__(self, bot: Bot, slack: Slack) -> None:
        self.bot, self.slack = bot, slack

    async def read(self) -> None:
        """Everybody, page by page; then the user groups, and the direct messages that a page will need."""
        try:
            async for entries in self.slack.people.everybody():
                await sync_directory(self.bot, entries, self.bot.clock.now())
            await self._read_groups()
            for person in await self._without_dm():
                await self._open(person)
        except SlackFailed as failed:
            log.warning("not read", reason=failed.code)

    async def tell_lacks(self) -> None:
        """What the posture names and Slack does not have, told to admins once."""
        try:
            new, mended = await tell(self.bot, await look(self.slack), self.bot.clock.now())
        except SlackFailed as failed:
            log.warning("the posture was not held against Slack", reason=failed.code)
        else:
            log.info("the posture was held against Slack", new=new, mended=mended)

    async def _read_groups(self) -> None:
        """Workspaces without user groups refuse the question; everything else goes on."""
        try:
            await groups.sync(self.bot, await self.slack.people.user_groups())
        except SlackFailed as failed:
            log.warning("user groups not read", reason=failed.code)

    async def _without_dm(self) -> list[Person]:
        async def work(tx: Tx) -> list[Person]:
            return [p for p in await tx.people.all() if p.handle and p.slack_id and p.active and not p.dm_channel]

        return await self.bot.db.read(work)

    async def _open(self, person: Person) -> None:
        assert person.slack_id is not None
        channel = await self.slack.people.open_dm(person.slack_id)
        if isinstance(channel, str):
            await keep_dm(self.bot, person, channel)
        else:
            log.warning("no direct message", person=person.handle, reason=channel.reason)
