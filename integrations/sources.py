"""Where rotas are kept that a posture names a `source` for: PagerDuty's schedules and calendar feeds, read when asked.

Feeds are asked with the ETag of the last answer, never followed to another address, and never in a private network
unless that is allowed; what is read is bounded, and computed in a thread of its own.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from bot.domain.oncall import Origin, Source
from bot.domain.sources import READ_AHEAD, Read, Trouble
from clients.http import Answer, Guarded, retry_after
from integrations.pagerduty_rota import API, PagerDutyRotas

FEED_LIMIT: Final = 2 * 1024 * 1024
LONGEST_PAUSE: Final = timedelta(minutes=10)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Feed:
    """The last good answer of an address, and what asks for a newer one only."""

    body: bytes
    asking: dict[str, str]
    mark: tuple[object, ...] = ()  # of what `read` was computed from
    read: Read = Read()


class Sources:
    """Build it inside the running loop, and close it. `allow_private`: the hosts of feeds may be private ones."""

    def __init__(self, token: str = "", api_url: str = API, *, allow_private: bool = False) -> None:
        self._rotas = PagerDutyRotas(token, api_url)
        self._private = allow_private
        self._feeds: dict[str, _Feed] = {}
        self._public = Guarded()
        self._hosts: dict[str, Guarded] = {}

    async def close(self) -> None:
        await self._rotas.close()
        for one in (self._public, *self._hosts.values()):
            await one.close()

    async def read(self, source: Source, now: datetime) -> Read:
        """Its shifts from midnight (UTC) on, or what is in the way."""
        start = now.replace(hour=0, minute=0, second=0, microsecond=0) - _DAY
        if source.origin is Origin.PAGERDUTY:
            return await self._rotas.read(source.address, start, start + READ_AHEAD)
        return await self._calendar(source, start)

    async def _calendar(self, source: Source, start: datetime) -> Read:
        url, feed = source.address, self._feeds.get(source.address)
        if urlsplit(url).scheme == "http" and not self._private:
            return Read(troubles=(Trouble("plain_http"),))
        asking = {"User-Agent": "tocsin", "Accept": "text/calendar", **(feed.asking if feed else {})}
        answer = await self._http(url).get(url, asking, FEED_LIMIT)
        if not isinstance(answer, Answer):
            return Read(troubles=(Trouble("away", answer.reason),))
        if answer.status == 304 and feed is not None:
            return await self._computed(source, feed, start)
        if answer.status != 200:
            return Read(troubles=(Trouble("away", _refused(answer.status)),), again=_again(answer))
        if len(answer.body) >= FEED_LIMIT:
            return Read(troubles=(Trouble("too_long", f"more than {FEED_LIMIT // 1024} KiB"),))
        return await self._computed(source, _Feed(answer.body, _conditions(answer)), start)

    async def _computed(self, source: Source, feed: _Feed, start: datetime) -> Read:
        """Once for each text, day and zone."""
        from integrations import ical

        mark = (hashlib.sha256(feed.body).digest(), start, source.zone)
        known = self._feeds.get(source.address)
        if known is not None and known.mark == mark:
            read = known.read
        else:
            read = await asyncio.to_thread(ical.read, feed.body, source.zone, start, start + READ_AHEAD)
        self._feeds[source.address] = _Feed(feed.body, feed.asking, mark, read)
        return read

    def _http(self, url: str) -> Guarded:
        """One that may go to the host of this address, if that is allowed, and to no other private one."""
        if not self._private:
            return self._public
        host = urlsplit(url).hostname or ""
        if host not in self._hosts:
            self._hosts[host] = Guarded(frozenset({host}))
        return self._hosts[host]


def _conditions(answer: Answer) -> dict[str, str]:
    told = {"If-None-Match": answer.headers.get("ETag"), "If-Modified-Since": answer.headers.get("Last-Modified")}
    return {name: value for name, value in told.items() if value}


def _refused(status: int) -> str:
    if 300 <= status < 400:
        return f"the calendar answered {status}, a redirect, which is not followed: write the address it leads to"
    if status in (401, 403, 404, 410):
        return f"the calendar answered {status}: its address was changed or revoked, or needs a password"
    return f"the calendar answered {status}"


def _again(answer: Answer) -> timedelta | None:
    return retry_after(answer.headers, LONGEST_PAUSE) if answer.status in (429, 503) else None
