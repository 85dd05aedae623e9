"""What the doctor tries of the systems beside people's own: the page webhook, PagerDuty and the dead man's switch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cli.doctor import Diagnosis, Health

if TYPE_CHECKING:
    from bot.settings import Settings


async def page_webhook(settings: Settings) -> Sequence[Diagnosis]:
    """Whether its host may be connected to; nothing is sent, and the address is not shown: it may hold a secret."""
    from clients.http import resolves
    from clients.webhook import allowed

    if settings.page_webhook is None:
        return [Diagnosis("page webhook", Health.OFF, "PAGE_WEBHOOK_URL is not set: no pages by webhook")]
    url, _, private = settings.page_webhook
    host = urlsplit(url).hostname or ""
    problem = await resolves(url, allowed(url) if private else frozenset())
    if not problem:
        return [Diagnosis("page webhook", Health.OK, f"{host} is found; pages go there signed")]
    fix = "Correct PAGE_WEBHOOK_URL. A host of your own network needs PAGE_WEBHOOK_ALLOW_PRIVATE=true."
    return [Diagnosis("page webhook", Health.BAD, f"{host}: {problem.removeprefix(host).strip()}", fix)]


async def pagerduty(settings: Settings) -> Sequence[Diagnosis]:
    """Whether its Events API is found, and acks can come back. No event is sent: it would wake somebody."""
    from clients.http import resolves
    from clients.webhook import allowed

    if settings.pagerduty is None:
        return [Diagnosis("pagerduty", Health.OFF, "PAGERDUTY_ROUTING_KEY is not set: nothing in PagerDuty")]
    _, url = settings.pagerduty
    problem = await resolves(url, allowed(url))
    if problem:
        return [Diagnosis("pagerduty", Health.BAD, f"{url}: {problem}", "Check the network and PAGERDUTY_EVENTS_URL.")]
    if settings.pagerduty_webhook_secret is None or settings.public_url is None:
        seen = "events go there; acks do not come back"
        fix = (
            "For acks set PUBLIC_URL and PAGERDUTY_WEBHOOK_SECRET, and in PagerDuty add a V3 webhook for"
            " incident.acknowledged to POST /webhooks/pagerduty."
        )
        return [Diagnosis("pagerduty", Health.WARN, seen, fix)]
    return [
        Diagnosis("pagerduty", Health.OK, "events go there, acks come back; the routing key shows at the first page")
    ]


async def heartbeat(settings: Settings) -> Sequence[Diagnosis]:
    """Whether its host may be connected to. Nothing is sent: a sign of life that is none would hide a death."""
    from clients.http import resolves
    from clients.webhook import allowed

    if settings.heartbeat is None:
        seen = "HEARTBEAT_URL is not set: nobody outside notices when this bot is gone"
        fix = "Make a check at healthchecks.io or the like, and set HEARTBEAT_URL to its address."
        return [Diagnosis("heartbeat", Health.OFF, seen, fix)]
    url, private, seconds = settings.heartbeat
    host = urlsplit(url).hostname or ""
    problem = await resolves(url, allowed(url) if private else frozenset())
    if not problem:
        return [Diagnosis("heartbeat", Health.OK, f"{host} is found, and hears from us every {seconds:g} s")]
    fix = "Correct HEARTBEAT_URL. A host of your own network needs HEARTBEAT_ALLOW_PRIVATE=true."
    return [Diagnosis("heartbeat", Health.BAD, f"{host}: {problem.removeprefix(host).strip()}", fix)]
