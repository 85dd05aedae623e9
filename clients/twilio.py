"""SMS by Twilio's REST API, with our own transport: its time-out holds and its host can be a local one.

The library is heavy, so it is imported with the first message.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit, urlunsplit

import aiohttp

from bot.domain.delivery import Later, Never, Outcome, Row, Sent, Unknown
from clients.faults import TIMEOUT, WIRE_ERRORS, Failure, may_begin, outcome_of
from clients.twilio_outcomes import failure, mendable

if TYPE_CHECKING:
    from twilio.rest import Client

log = logging.getLogger(__name__)

BODY_LIMIT: Final = 1600
LOOKED_THROUGH: Final = 100  # newest messages to one number
MARGIN: Final = timedelta(minutes=2)  # our clock and Twilio's may differ


_GARBAGE: Final = Unknown("an answer that is not Twilio's")


class _Answered(Exception):
    """Twilio, or something before it, did not do what was asked."""

    def __init__(self, outcome: Failure) -> None:
        self.outcome = outcome


class Twilio:
    """Build it inside the running loop, and close it. `api_url` replaces scheme and host of Twilio's addresses."""

    def __init__(self, account_sid: str, auth_token: str, number: str, api_url: str = "") -> None:
        self.number = number
        self._account = (account_sid, auth_token)
        self._rewrite = rewriter(api_url)
        self._session = aiohttp.ClientSession(timeout=TIMEOUT)
        self._client: Client | None = None
        self._building = asyncio.Lock()

    async def close(self) -> None:
        await self._session.close()

    async def send_sms(self, to: str, body: str, status_callback: str | None = None) -> Outcome:
        """Sent.ref: sid, status (`queued`, as a rule: receipts tell the rest)."""
        extra = {"status_callback": status_callback} if status_callback else {}
        message = await self.ask(
            lambda client: client.messages.create_async(to=to, from_=self.number, body=body[:BODY_LIMIT], **extra)
        )
        if isinstance(message, Later | Never | Unknown):
            return message
        if not message.sid:
            return Unknown("an answer without a sid")
        return Sent({"sid": message.sid, "status": str(message.status)})

    async def text_once(
        self,
        row: Row,
        to: str,
        body: str,
        *,
        start: str = "",
        taken: Collection[str] = (),
        rivals: int = 0,
        under_way: int = 0,
        status_callback: str | None = None,
    ) -> Outcome:
        """Sends, unless an earlier try that was in doubt is found to have done so (`find_sms`)."""
        if row.doubt:
            if "sid" in row.result:  # a receipt came for it
                return Sent({"sid": row.result["sid"], "status": "sent"}, found=True)
            earlier = await self.find_sms(to, start or body, row.created_at, taken, rivals, under_way)
            if isinstance(earlier, Sent):
                return earlier
            # A list we may never read proves nothing and never will: better a marked repeat than silence.
            if isinstance(earlier, Later | Unknown):
                return Unknown(f"not looked up: {earlier.reason}")
        return await self.send_sms(to, body, status_callback)

    async def find_sms(
        self, to: str, start: str, since: datetime, taken: Collection[str] = (), rivals: int = 0, under_way: int = 0
    ) -> Sent | Failure | None:
        """A message of ours to this number since then that begins so; None when there is none that is surely this one.

        Twilio keeps no mark of the sender's, so `taken` holds the sids that are known to be of other rows, and
        `rivals` counts rows of the same words that are in doubt as well: with as many of them as messages, this
        one may be nobody's, and a marked repeat is better than silence. `under_way` counts those that are going out
        at this moment: what was found may be theirs, which is known as soon as they are done. Until then, Unknown.
        """
        found = await self.ask(
            lambda client: client.messages.list_async(to=to, limit=LOOKED_THROUGH, page_size=LOOKED_THROUGH)
        )
        if isinstance(found, Later | Never | Unknown):
            return found
        wanted = _squeezed(start[:BODY_LIMIT])
        # A trial account puts words of its own before ours.
        free = [
            message
            for message in found
            if recent_of_ours(message, message.from_, self.number, since)
            and message.sid not in taken
            and wanted in _squeezed(message.body or "")
        ]
        return found_one(free, rivals, under_way)

    async def ask(self, work: Callable[[Client], Awaitable[Any]]) -> Any:
        """What Twilio gave, or the failure that its answer or the wire stands for."""
        client = await self._rest()
        from twilio.base.exceptions import TwilioException

        try:
            return await work(client)
        except _Answered as answered:
            return answered.outcome
        except TwilioException:  # JSON, but not a list of messages
            return _GARBAGE
        except WIRE_ERRORS as error:
            return outcome_of(error)

    async def _rest(self) -> Client:
        async with self._building:
            if self._client is None:
                # In a thread: the import takes a tenth of a second in which nobody else would be answered.
                self._client = await asyncio.to_thread(self._build)
            return self._client

    def _build(self) -> Client:
        from twilio.rest import Client

        make: Callable[..., Client] = Client  # its constructor is not typed
        client = make(*self._account, http_client=_transport(self._session, self._rewrite))
        _ = client.messages, client.calls  # imports the rest
        return client


def _transport(session: aiohttp.ClientSession, rewrite: Callable[[str], str]) -> Any:
    from twilio.http import AsyncHttpClient
    from twilio.http.response import Response

    class Transport(AsyncHttpClient):
        """The library's own ignores its time-out and sends a POST again on a 5xx."""

        # The library declares its asynchronous clients as if they were not.
        async def request(  # type: ignore[override]
            self, method: str, uri: str, params: Any = None, data: Any = None, headers: Any = None,
            auth: tuple[str, str] | None = None, **_: Any,
        ) -> Response:  # fmt: skip
            sent = dict(headers or {})
            if auth:
                sent["Authorization"] = aiohttp.encode_basic_auth(*auth)
            may_begin()
            async with session.request(
                method, rewrite(uri), params=params, data=data, headers=sent, allow_redirects=False
            ) as answer:
                text = (await answer.read()).decode("utf-8", "replace")
                _check(answer.status, text)
                return Response(answer.status, text, answer.headers)

    return Transport(log, True)


def rewriter(api_url: str) -> Callable[[str], str]:
    """Gives Twilio's addresses the scheme and host of `api_url`; leaves them alone where it is empty."""
    if not api_url:
        return lambda uri: uri
    base = urlsplit(api_url)
    return lambda uri: urlunsplit((base.scheme, base.netloc, *urlsplit(uri)[2:]))


def _check(status: int, text: str) -> None:
    """Lets a success pass. The library raises for lists and for messages differently, and drops the status."""
    try:
        body = json.loads(text)
    except ValueError:
        body = None
    if status < 300:
        if not isinstance(body, dict):
            raise _Answered(_GARBAGE)
        return
    code = body.get("code") if isinstance(body, dict) else None
    code = code if isinstance(code, int) else status
    outcome = failure(status, code)
    if mendable(status, code):
        log.error("Twilio refuses us: %s", outcome.reason)
    raise _Answered(outcome)


def recent_of_ours(thing: Any, sender: str, ours: str, since: datetime) -> bool:
    """Whether we sent this message or placed this call since then."""
    created = thing.date_created
    return sender == ours and isinstance(created, datetime) and utc(created) >= since - MARGIN


def found_one(free: list[Any], rivals: int, under_way: int) -> Sent | Unknown | None:
    """The oldest of what was found, where there is more of it than rows that may claim it."""
    if len(free) <= rivals:
        return None
    if len(free) <= rivals + under_way:
        return Unknown("another to this phone is on its way")
    oldest = min(free, key=lambda thing: utc(thing.date_created))
    return Sent({"sid": oldest.sid, "status": str(oldest.status)}, found=True)


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def utc(moment: datetime) -> datetime:
    """Twilio's dates are UTC, whether they say so or not."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
