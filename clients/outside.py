"""Everything beside Slack that is called, as far as it is configured; closed with the stack that it is given."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass

from clients.pagerduty import PagerDuty
from clients.smtp import Mailer
from clients.twilio import Twilio
from clients.webhook import Webhook


@dataclass(frozen=True, slots=True)
class Outside:
    """None where it is not configured."""

    twilio: Twilio | None = None
    mailer: Mailer | None = None
    webhook: Webhook | None = None
    pagerduty: PagerDuty | None = None


def outside(
    stack: AsyncExitStack,
    twilio: tuple[str, str, str, str] | None,
    mail: tuple[str, str] | None,
    webhook: tuple[str, str, bool] | None,
    pagerduty: tuple[str, str] | None,
) -> Outside:
    """Each from what its constructor takes: account, token, number, address · address, sender · address, secret,
    whether its host may be private · routing key, address. Call it inside the running loop."""
    made = Outside(
        Twilio(*twilio) if twilio else None,
        Mailer(*mail) if mail else None,
        Webhook(webhook[0], webhook[1], allow_private=webhook[2]) if webhook else None,
        PagerDuty(*pagerduty) if pagerduty else None,
    )
    for client in (made.twilio, made.webhook, made.pagerduty):
        if client is not None:
            stack.push_async_callback(client.close)
    return made
