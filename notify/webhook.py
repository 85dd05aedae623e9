"""A page by outgoing webhook: signed JSON to one address, for systems that know what to do with it.

There is no looking it up: every try bears the same Idempotency-Key, by which a receiver drops a repeat.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.delivery import Outcome
from bot.domain.picture import Job
from bot.views.hook import page_hook
from clients.webhook import Webhook


class WebhookPage:
    def __init__(self, webhook: Webhook) -> None:
        self._webhook = webhook

    async def __call__(self, job: Job, now: datetime) -> Outcome:
        """Sent.ref: status."""
        return await self._webhook.send(job.row.key, "page", page_hook(job, now))
