"""The notifiers there are, by name.

Adding one means: a file here with a class whose call takes a job and answers an outcome; a line in NOTIFIERS;
an effect `page.<name>` in `bot.domain.delivery` (with its line in NOTIFIER_OF); a view in `bot/views` that makes
its text; and a client that knows how to look a send up, or a mark by which receivers drop a repeat.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.delivery import EFFECT_OF, Effect, Never, Outcome
from bot.domain.picture import Job
from clients.faults import bounded
from clients.pagerduty import PagerDuty
from clients.slack import Slack
from clients.smtp import Mailer
from clients.twilio import Twilio
from clients.twilio_voice import Calls
from clients.webhook import Webhook
from notify.email import EmailPage
from notify.pagerduty import PagerDutyPage
from notify.slack import SlackPage
from notify.sms import SmsPage
from notify.voice import VoicePage
from notify.webhook import WebhookPage

Handler = Callable[[Job, datetime], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Clients:
    """What notifiers send with; None where it is not configured. `public_url` is where Twilio reaches us, if it can."""

    slack: Slack
    twilio: Twilio | None = None
    mailer: Mailer | None = None
    public_url: str = ""
    webhook: Webhook | None = None
    pagerduty: PagerDuty | None = None


#: Each makes its handler, or None where it is not configured.
NOTIFIERS: Final[Mapping[str, Callable[[Clients], Handler | None]]] = {
    "slack": lambda clients: SlackPage(clients.slack),
    "sms": lambda clients: SmsPage(clients.twilio, clients.public_url) if clients.twilio else None,
    "voice": lambda clients: VoicePage(Calls(clients.twilio), clients.public_url) if clients.twilio else None,
    "email": lambda clients: EmailPage(clients.mailer) if clients.mailer else None,
    "webhook": lambda clients: WebhookPage(clients.webhook) if clients.webhook else None,
    "pagerduty": lambda clients: PagerDutyPage(clients.pagerduty) if clients.pagerduty else None,
}


def configured(clients: Clients) -> frozenset[str]:
    """The names of the notifiers that can be used."""
    return frozenset(name for name, make in NOTIFIERS.items() if make(clients) is not None)


def handlers(clients: Clients) -> dict[Effect, Handler]:
    """A handler for each notifier's effect; one that is not configured refuses, so that the next is tried."""
    return {EFFECT_OF[name]: _bounded(make(clients) or not_configured) for name, make in NOTIFIERS.items()}


async def not_configured(_job: Job, _now: datetime) -> Outcome:
    """For a row written while the notifier was still configured."""
    return Never("not configured")


def _bounded(handler: Handler) -> Handler:
    return lambda job, now: bounded(handler(job, now))
