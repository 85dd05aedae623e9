"""HTTP to addresses that people configure: it never reaches into the private network, unless that very host is allowed.

The address is judged where the connection is made: the resolver hands out public addresses only, so that a name
that changes its mind between a check and the connection (DNS rebinding) gains nothing. No redirect is followed, no
proxy and no cookie is used, and what is read is bounded.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.domain.delivery import Never
from clients.faults import TIMEOUT, WIRE_ERRORS, Failure, may_begin, outcome_of

BODY_LIMIT: Final = 64 * 1024  # bytes of an answer that are read

#: What the internet routes at all (RFC 4291, 2.4).
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
#: IPv6 that carries an IPv4 address in its last 32 bits (RFC 6052), which a gateway would deliver to.
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")


class Refused(OSError):
    """No connection is made: the address is not a public one."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes  # at most as many as were asked for


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether the internet can route there: not private, loopback, link-local, shared, multicast or reserved."""
    if isinstance(address, IPv6Address):
        inner = _inner(address)
        if inner is not None:
            return is_public(inner)
        if address not in _GLOBAL_UNICAST:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _inner(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for."""
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


class PublicOnly(AbstractResolver):
    """Names become public addresses, or nothing; those of `allowed` hosts become whatever they are."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self._allowed = allowed
        self._inner = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Raises Refused where only other addresses are found."""
        found = await self._inner.resolve(host, port, family)
        if host.casefold() in self._allowed:
            return found
        public = [one for one in found if is_public(ip_address(one["host"].partition("%")[0]))]
        if not public:
            raise Refused(f"{host} is not a public address")
        return public

    async def close(self) -> None:
        await self._inner.close()


class Guarded:
    """Build it inside the running loop, and close it. `allowed` names hosts that may be private."""

    def __init__(self, allowed: frozenset[str] = frozenset()) -> None:
        self._allowed = frozenset(host.casefold() for host in allowed)
        connector = aiohttp.TCPConnector(resolver=PublicOnly(self._allowed), use_dns_cache=False)
        self._session = aiohttp.ClientSession(
            connector=connector, timeout=TIMEOUT, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False,
            auto_decompress=False,
        )  # fmt: skip

    async def close(self) -> None:
        await self._session.close()

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer | Failure:
        """One request, five seconds at most. Never: the address is refused; else as the wire's faults say."""
        return await self._ask("POST", url, headers, body, BODY_LIMIT)

    async def get(self, url: str, headers: Mapping[str, str], limit: int = BODY_LIMIT) -> Answer | Failure:
        """The same, with nothing in it; at most `limit` bytes of the answer are read."""
        return await self._ask("GET", url, headers, None, limit)

    async def _ask(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, limit: int
    ) -> Answer | Failure:
        plain = {"Accept-Encoding": "identity", **headers}
        try:
            address = URL(url)
            self._check(address)
            may_begin()
            async with self._session.request(
                method, address, data=body, headers=plain, allow_redirects=False
            ) as answer:
                return Answer(answer.status, answer.headers, await _read(answer, limit))
        except (Refused, ValueError) as no:
            return Never(str(no))
        except WIRE_ERRORS as error:
            refused = _refusal(error)
            return Never(str(refused)) if refused else outcome_of(error)

    def _check(self, address: URL) -> None:
        """A host that is an address already is never asked of the resolver."""
        host = address.host or ""
        if address.scheme not in ("http", "https") or not host:
            raise Refused("the address must begin with https:// or http:// and name a host")
        try:
            literal = ip_address(host.partition("%")[0])
        except ValueError:
            return
        if host.casefold() not in self._allowed and not is_public(literal):
            raise Refused(f"{host} is not a public address")


async def _read(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    """The beginning of the body; the rest is left on the wire, and the connection with it."""
    body = b""
    while len(body) < limit:
        part = await answer.content.read(limit - len(body))
        if not part:
            return body
        body += part
    answer.close()
    return body


def _refusal(error: BaseException | None) -> Refused | None:
    """The refusal that aiohttp wrapped into an error of its own."""
    for _ in range(5):
        if error is None or isinstance(error, Refused):
            return error
        error = error.__cause__ or error.__context__
    return None


def retry_after(headers: Mapping[str, str], longest: timedelta = timedelta(minutes=5)) -> timedelta | None:
    """What a server wishes: seconds or a date (RFC 9110, 10.2.3), bounded; None where it says nothing readable."""
    given = headers.get("Retry-After", "").strip()
    try:
        wish = timedelta(seconds=int(given)) if given.isdecimal() else parsedate_to_datetime(given) - datetime.now(UTC)
    except (ValueError, OverflowError, TypeError):
        return None
    return min(max(wish, timedelta(0)), longest)


async def resolves(url: str, allowed: frozenset[str] = frozenset()) -> str:
    """For the doctor: empty where the address may be connected to, else why not. Sends nothing."""
    client = Guarded(allowed)
    try:
        address = URL(url)
        client._check(address)
        async with asyncio.timeout(5):
            await PublicOnly(client._allowed).resolve(address.host or "", address.port or 443)
    except (OSError, ValueError, TimeoutError) as error:
        return str(error) or type(error).__name__
    finally:
        await client.close()
    return ""
