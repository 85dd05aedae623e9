"""The live card: posted in the war room, pinned, and kept up to date."""

from __future__ import annotations

from datetime import datetime

from bot.domain.delivery import Outcome
from bot.domain.picture import Job
from bot.views import cards
from clients.slack import Slack
from integrations.jobs import picture_of, place_of, room_of


class Card:
    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    async def post(self, job: Job, now: datetime) -> Outcome:
        """Sent.ref: channel, ts."""
        card = cards.card(picture_of(job), now)
        return await self._slack.messages.post_once(job.row, room_of(job), card.text, card.blocks)

    async def pin(self, job: Job, _now: datetime) -> Outcome:
        return await self._slack.messages.pin(*place_of(job))

    async def update(self, job: Job, now: datetime) -> Outcome:
        card = cards.card(picture_of(job), now)
        return await self._slack.messages.update(*place_of(job), card.text, card.blocks)
