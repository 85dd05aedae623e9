"""What a fault of the network says about whether the call happened, for every client."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
from typing import Final

import aiohttp

from bot.domain.delivery import Later, Never, Outcome, Unknown

Failure = Later | Never | Unknown

CALL_SECONDS: Final = 5.0
CONNECT_SECONDS: Final = 3.0  # shorter than a call, so that a dead address is known from a silent one
WORK_SECONDS: Final = 12.0  # all calls of one row together; shorter than the lease of 15 s (DESIGN §5)

TIMEOUT: Final = aiohttp.ClientTimeout(total=CALL_SECONDS, connect=CONNECT_SECONDS, sock_connect=CONNECT_SECONDS)

#: Of a request that was not begun.
TOO_LATE: Final = "it was too late to begin"
_begin_until: ContextVar[float] = ContextVar("begin_until", default=math.inf)


class TooLate(OSError):
    """We stood still until the row's lease was over: by now another makes this call."""


@contextmanager
def begun_before(moment: float) -> Iterator[None]:
    """No request is begun within it after this moment (monotonic seconds)."""
    token = _begin_until.set(moment)
    try:
        yield
    finally:
        _begin_until.reset(token)


def may_begin() -> None:
    """Asked right before a request leaves us. Raises TooLate."""
    if monotonic() > _begin_until.get():
        raise TooLate(TOO_LATE)


#: Everything aiohttp and the sockets below it raise.
WIRE_ERRORS: Final = (aiohttp.ClientError, TimeoutError, OSError)

#: Raised before a byte of the request was sent: nothing can have happened.
_BEFORE_SENDING: Final = (
    aiohttp.ClientConnectorError,  # refused, no route, DNS, TLS handshake
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
)


def outcome_of(error: BaseException) -> Later | Unknown:
    """Later where the call surely did nothing, else Unknown (time-out, reset, half an answer)."""
    name = type(error).__name__
    if isinstance(error, TooLate):
        return Later(reason=TOO_LATE)
    if isinstance(error, _BEFORE_SENDING):
        return Later(reason=f"no connection ({name})")
    if isinstance(error, TimeoutError):
        return Unknown("no answer in time", under_way=True)
    return Unknown(f"connection lost ({name})")


def harmless(outcome: Failure) -> Later | Never:
    """The outcome of a step that may be done twice without harm: there is nothing to be in doubt about."""
    return Later(reason=outcome.reason) if isinstance(outcome, Unknown) else outcome


async def bounded(work: Awaitable[Outcome], seconds: float = WORK_SECONDS) -> Outcome:
    """The outcome of several calls made for one row; Unknown when they take longer than its lease allows."""
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError:
        return Unknown("no answer in time", under_way=True)
