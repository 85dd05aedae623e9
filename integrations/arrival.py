"""The first words with Slack at a start. Where it is away, a bot that has met its people begins without it.

SMS, calls and mails need no Slack, and an outage of it is when a restart must not lose them.
"""

from __future__ import annotations

from bot.bot import Bot
from bot.ports import Tx
from clients.slack import Slack, SlackFailed


async def away(slack: Slack, app_token: str) -> SlackFailed | None:
    """None where Slack lets us in, else why it cannot be asked.

    Raises SlackFailed where it refuses us, which only an operator can mend.
    """
    try:
        await slack.people.me()
        await slack.people.prove_socket(app_token)
    except SlackFailed as failed:
        if not failed.away:
            raise
        return failed
    return None


async def have_met(bot: Bot) -> bool:
    """Whether Slack's directory was read before: then people can be told by whom they are paged, and where."""

    async def work(tx: Tx) -> bool:
        return any(person.dm_channel for person in await tx.people.all())

    return await bot.db.read(work)
