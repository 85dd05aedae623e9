"""PagerDuty's Events API v2: one event a call. Its dedup key makes every event harmless to repeat.

https://developer.pagerduty.com/docs/send-alert-event
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from bot.domain.delivery import Later, Never, Outcome, Sent
from clients.faults import Failure, harmless
from clients.http import Answer, Guarded, retry_after
from clients.webhook import allowed

log = logging.getLogger(__name__)

API: Final = "https://events.pagerduty.com"
#: PagerDuty names no time with its 429, and counts by the minute.
_TOO_MANY: Final = timedelta(seconds=30)
_SAID: Final = 200  # characters of its reason


class PagerDuty:
    """Build it inside the running loop, and close it. The host of `api_url` may be private: a setting names it."""

    def __init__(self, routing_key: str, api_url: str = API) -> None:
        self._routing_key = routing_key
        self._url = f"{api_url.rstrip('/')}/v2/enqueue"
        self._http = Guarded(allowed(api_url))

    async def close(self) -> None:
        await self._http.close()

    async def send(self, event: Mapping[str, Any]) -> Outcome:
        """Sent.ref: dedup_key. There is never a doubt: an event sent again joins the one before it."""
        body = json.dumps({"routing_key": self._routing_key, **event}, ensure_ascii=False).encode()
        answer = await self._http.post(self._url, body, {"Content-Type": "application/json", "User-Agent": "tocsin"})
        return _outcome(answer, str(event.get("dedup_key", "")))


def _outcome(answer: Answer | Failure, key: str) -> Outcome:
    if not isinstance(answer, Answer):
        return harmless(answer)
    reason = f"PagerDuty answered {answer.status}{_said(answer.body)}"
    if answer.status == 202:
        return Sent({"dedup_key": key})
    if answer.status == 429:
        return Later(retry_after(answer.headers) or _TOO_MANY, reason)
    if answer.status >= 500 or answer.status == 408 or answer.status < 300:
        return Later(reason=reason)
    log.error("PagerDuty takes no event: %s. Check PAGERDUTY_ROUTING_KEY and PAGERDUTY_EVENTS_URL.", reason)
    return Never(reason)


def _said(body: bytes) -> str:
    """Its reason, where it gives one: `{"status": "invalid event", "message": …, "errors": […]}`."""
    try:
        found = json.loads(body)
    except ValueError:
        return ""
    if not isinstance(found, dict):
        return ""
    errors = found.get("errors")
    said = ", ".join(str(one) for one in errors) if isinstance(errors, list) and errors else found.get("message", "")
    text = " ".join(str(said).split())[:_SAID]
    return f": {text}" if text else ""
