"""An echo: a reaction put on the bot's own message and taken off again, which Slack must tell us of.

It is how a socket that is connected and hears nothing is found. Nobody is notified of it.
"""

from __future__ import annotations

from bot.bot import Bot
from bot.domain.delivery import Sent, Surface, SurfaceKind
from bot.domain.people import EVERYTHING
from bot.ports import Tx
from clients.slack import Slack

EMOJI = "satellite_antenna"
#: How many incidents back a card is looked for.
RECENT = 5


class Echo:
    """`call` answers whether Slack took it, so that an event must come; False where there is no message yet."""

    def __init__(self, bot: Bot, slack: Slack) -> None:
        self.bot, self.slack = bot, slack

    async def call(self) -> bool:
        """Two events are due when this answers True."""
        for card in await self.bot.db.read(_cards):
            if isinstance(await self.slack.messages.react(card.channel, card.ts, EMOJI), Sent):
                return isinstance(await self.slack.messages.unreact(card.channel, card.ts, EMOJI), Sent)
        return False


async def _cards(tx: Tx) -> list[Surface]:
    cards = []
    for incident in await tx.incidents.recent(EVERYTHING, RECENT):
        cards += await tx.surfaces.of(incident.id, SurfaceKind.CARD)
    return cards
