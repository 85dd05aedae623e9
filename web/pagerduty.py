"""`POST /webhooks/pagerduty`: PagerDuty's V3 webhook. Who acks an incident of ours there has it here too.

Let in by its signature over the whole body. Only a person's ack counts: what our own events caused there comes
back as an act of the integration, and is left alone. So is everything that is none of our incidents.

https://developer.pagerduty.com/docs/webhooks/v3-overview
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from aiohttp import web

from bot.usecases.mirror_answers import Heard, heard
from web.parts import PARTS
from web.reading import Rejected, body, json_object, storable

PATH = "/webhooks/pagerduty"
ACKNOWLEDGED = "incident.acknowledged"
_PERSON = "user_reference"


async def receive(request: web.Request) -> web.Response:
    """200 once the ack is committed; 4xx for what PagerDuty did not sign."""
    await _admit(request)
    given = read(await json_object(request))
    bot = request.app[PARTS].bot
    answer = await heard(bot, given, bot.clock.now()) if given else None
    return web.json_response({"result": answer.code if answer else "ignored"})


async def _admit(request: web.Request) -> None:
    secret = request.app[PARTS].pagerduty_secret
    if not secret:
        raise Rejected(403, "closed", "This endpoint is closed: set PAGERDUTY_WEBHOOK_SECRET to open it.")
    right = f"v1={hmac.new(secret.encode(), await body(request), hashlib.sha256).hexdigest()}".encode()
    given = request.headers.get("X-PagerDuty-Signature", "").split(",")  # one for each secret while they rotate
    found = [hmac.compare_digest(one.strip().encode("utf-8", "surrogateescape"), right) for one in given]
    if not any(found):
        raise Rejected(403, "wrong_signature", "The signature is not PagerDuty's for this body.")


def read(payload: Mapping[str, object]) -> Heard | None:
    """The ack that a payload tells of; None for every other event, and for those no person did."""
    event = _part(payload, "event")
    agent, data = _part(event, "agent"), _part(event, "data")
    if event.get("event_type") != ACKNOWLEDGED or agent.get("type") != _PERSON:
        return None
    event_id, key = _text(event, "id"), _text(data, "incident_key")
    if not event_id or not key:
        return None
    return Heard(event_id, key, _text(agent, "summary"), _text(agent, "email"))


def _part(given: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = given.get(name)
    return found if isinstance(found, dict) else {}


def _text(given: Mapping[str, object], name: str) -> str:
    found = given.get(name)
    return storable(found)[:300] if isinstance(found, str) else ""
