"""Twilio's requests to the bot: signed, to loopback only, tried once, and kept in the log."""

from __future__ import annotations

import asyncio
import base64
import hmac
import time
from collections.abc import Mapping
from hashlib import sha1
from urllib.parse import urlencode, urlsplit

import aiohttp
from yarl import URL

from sandbox.journal import Journal

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
SECONDS = 15.0
"""How long Twilio waits for an answer."""
LONGEST_ANSWER = 256_000


def signature(token: str, url: str, form: Mapping[str, str]) -> str:
    """`X-Twilio-Signature` of a request: https://www.twilio.com/docs/usage/security#validating-requests"""
    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), sha1).digest()).decode()


def is_loopback(url: str) -> bool:
    """Whether `url` is an http address of this machine, the only kind the sandbox calls."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and parts.hostname in LOOPBACK and (parts.port or 1) > 0
    except ValueError:
        return False


async def _text(response: aiohttp.ClientResponse) -> str:
    try:
        body = await response.content.readexactly(LONGEST_ANSWER)
    except asyncio.IncompleteReadError as whole:
        body = whole.partial
    return body.decode("utf-8", "replace")


class Callbacks:
    """Makes signed requests to the bot as Twilio does: once, without trying again."""

    def __init__(self, token: str, journal: Journal) -> None:
        self._token = token
        self._journal = journal
        self._session: aiohttp.ClientSession | None = None

    async def fetch(self, url: str, form: Mapping[str, str], method: str = "POST") -> str | None:
        """The body the bot answered with, None when it could not be reached or refused."""
        started = time.monotonic()
        status, answer = await self._request(url, form, method)
        took = (time.monotonic() - started) * 1000
        self._journal.call("callback", f"{method} {url}", dict(form), answer, status=status, ms=took)
        return answer if status is not None and 200 <= status < 300 else None

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def _request(self, url: str, form: Mapping[str, str], method: str) -> tuple[int | None, str]:
        if not is_loopback(url):
            return None, "Not called: the sandbox calls addresses on loopback only."
        target, body = url, dict(form)
        if method == "GET":
            target, body = f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(body)}", {}
        headers = {
            "X-Twilio-Signature": signature(self._token, target, body),
            "User-Agent": "TwilioProxy/1.1",
        }
        try:
            async with self._opened().request(
                method, URL(target, encoded=True), data=body or None, headers=headers, allow_redirects=False
            ) as response:
                return response.status, await _text(response)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            return None, f"No answer: {type(error).__name__} {error}".strip()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS))
        return self._session
