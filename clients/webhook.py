"""The outgoing webhook: one signed request a page, and what each answer means.

X-Tocsin-Timestamp   seconds since 1970, of real time: a receiver refuses what is older than five minutes
X-Tocsin-Signature   v1= and the HMAC-SHA256, in hex, of `<timestamp>.<body>` under the secret
Idempotency-Key      the same for every try of one page: a receiver acts on it once
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import time
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

from bot.domain.delivery import Later, Never, Outcome, Sent, Unknown
from clients.faults import Failure
from clients.http import Answer, Guarded, retry_after

log = logging.getLogger(__name__)

#: Statuses that surely did nothing and pass: too slow in sending, too early, too many, overloaded.
_PASSING: Final = frozenset({408, 425, 429, 503})


class Webhook:
    """Build it inside the running loop, and close it. `allow_private`: the URL's own host may be a private one."""

    def __init__(
        self, url: str, secret: str, *, allow_private: bool = False, clock: Callable[[], float] = time.time
    ) -> None:
        self._url, self._secret, self._clock = url, secret.encode(), clock
        self._http = Guarded(allowed(url) if allow_private else frozenset())

    async def close(self) -> None:
        await self._http.close()

    async def send(self, key: str, kind: str, payload: Mapping[str, object]) -> Outcome:
        """Sent.ref: status."""
        body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        stamp = str(int(self._clock()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "tocsin",
            "Idempotency-Key": key,
            "X-Tocsin-Event": kind,
            "X-Tocsin-Timestamp": stamp,
            "X-Tocsin-Signature": f"v1={signature(self._secret, stamp, body)}",
        }
        return _outcome(await self._http.post(self._url, body, headers))


def allowed(url: str) -> frozenset[str]:
    """The host that a setting names."""
    return frozenset({urlsplit(url).hostname or ""})


def signature(secret: bytes, stamp: str, body: bytes) -> str:
    return hmac.new(secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _outcome(answer: Answer | Failure) -> Outcome:
    """500, 502 and 504 may come after the act; the key makes a repeat harmless where the receiver keeps it."""
    if not isinstance(answer, Answer):
        return answer
    reason = f"the webhook answered {answer.status}"
    if answer.status < 300:
        return Sent({"status": answer.status})
    if answer.status in _PASSING:
        return Later(retry_after(answer.headers), reason)
    if answer.status >= 500:
        return Unknown(reason)
    if answer.status < 400:
        reason += ", a redirect, which is not followed"
    log.error("A page could not be sent: %s. Check PAGE_WEBHOOK_URL and PAGE_WEBHOOK_SECRET.", reason)
    return Never(reason)
