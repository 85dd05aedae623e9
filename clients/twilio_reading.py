"""What Twilio knows: messages to our number, and what became of ours and of our calls.

For installations that nothing can reach from outside: what a callback would tell is asked for instead. Twilio
lists the newest first, so reading stops at the first that is too old.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from bot.domain.delivery import Later, Never, Unknown
from bot.domain.receipts import Report
from clients.faults import Failure
from clients.twilio import MARGIN, Twilio, utc
from clients.twilio_outcomes import trouble_of

if TYPE_CHECKING:
    from twilio.rest import Client

PAGE: Final = 100
MOST: Final = 2000  # of one reading; more than that within its time is not a pager's number


@dataclass(frozen=True, slots=True)
class Inbound:
    """A message to our number."""

    sid: str
    sender: str
    body: str
    at: datetime


class Reading:
    def __init__(self, twilio: Twilio) -> None:
        self._twilio = twilio

    async def inbound(self, since: datetime) -> list[Inbound] | Failure:
        """Messages that came since then and a little before; oldest first."""
        day = (since - MARGIN).date().isoformat()  # the filter knows days only
        found = await self._read(
            lambda client: client.messages.stream_async(
                to=self._twilio.number, date_sent_after=day, page_size=PAGE, limit=MOST
            ),
            since,
        )
        if isinstance(found, Later | Never | Unknown):
            return found
        came = [one for one in found if one.direction == "inbound" and one.status != "receiving"]
        return [Inbound(one.sid, one.from_, one.body or "", _made(one) or since) for one in reversed(came)]

    async def messages(self, since: datetime) -> list[Report] | Failure:
        """What became of the messages that we sent since then."""
        found = await self._read(
            lambda client: client.messages.stream_async(from_=self._twilio.number, page_size=PAGE, limit=MOST), since
        )
        if isinstance(found, Later | Never | Unknown):
            return found
        return [Report(one.sid, str(one.status), trouble_of(one.error_code)) for one in found]

    async def calls(self, since: datetime) -> list[Report] | Failure:
        """What became of the calls that we placed since then."""
        found = await self._read(
            lambda client: client.calls.stream_async(from_=self._twilio.number, page_size=PAGE, limit=MOST), since
        )
        if isinstance(found, Later | Never | Unknown):
            return found
        return [Report(one.sid, str(one.status), "", one.answered_by or "", _seconds(one)) for one in found]

    async def _read(
        self, stream: Callable[[Client], Awaitable[AsyncIterator[Any]]], since: datetime
    ) -> list[Any] | Failure:
        """Things that were made since then, newest first, or the failure that kept them from being read."""

        async def work(client: Client) -> list[Any]:
            found: list[Any] = []
            async for one in await stream(client):
                made = _made(one)
                if made is not None and made < since - MARGIN:
                    break
                found.append(one)
            return found

        answer: list[Any] | Failure = await self._twilio.ask(work)
        return answer


def _made(one: Any) -> datetime | None:
    return utc(one.date_created) if isinstance(one.date_created, datetime) else None


def _seconds(call: Any) -> int | None:
    given = str(call.duration or "")
    return int(given) if given.isascii() and given.isdecimal() else None
