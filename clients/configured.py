"""Configuration kept at PagerDuty (REST API v2) and Opsgenie (REST API v2): read whole, changed one by one.

https://developer.pagerduty.com/api-reference and https://docs.opsgenie.com/docs/escalation-api
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol

import aiohttp

Json = dict[str, Any]

_TRIES: Final = 5
_LONGEST: Final = 30.0  # seconds that a limit is waited for
_PAGE: Final = 100
_MOST_PAGES: Final = 500
_SAID: Final = 300


class Refusal(Exception):
    """The provider did not do it; its text is a sentence."""


class Configured(Protocol):
    """What is kept at a provider. Every call raises Refusal."""

    name: str

    async def all(self, kind: str) -> list[Json]: ...
    async def create(self, kind: str, body: Json) -> str:
        """Answers the new id."""

    async def update(self, kind: str, number: str, body: Json) -> None: ...
    async def delete(self, kind: str, number: str) -> None: ...


class _Rest:
    def __init__(self, session: aiohttp.ClientSession, provider: str, url: str, headers: Mapping[str, str]) -> None:
        self._session, self._provider = session, provider
        self._url, self._headers = url.rstrip("/"), headers

    async def ask(self, method: str, path: str, body: Json | None = None, **query: str) -> Json:
        """The answer's JSON. A limit is waited for, a few times."""
        for last in (*[False] * (_TRIES - 1), True):
            try:
                async with self._session.request(
                    method, f"{self._url}/{path}", json=body, params=query, headers=self._headers
                ) as answer:
                    text = await answer.text()
                    if answer.status == 429 and not last:
                        await asyncio.sleep(_pause(answer.headers.get("Retry-After", "")))
                        continue
            except (aiohttp.ClientError, TimeoutError) as problem:
                why = str(problem) or type(problem).__name__
                raise Refusal(f"{self._provider} does not answer: {why}.") from problem
            return self._read(method, path, answer.status, text)
        raise AssertionError("the last try answers or raises")

    def _read(self, method: str, path: str, status: int, text: str) -> Json:
        if status >= 300:
            said = " ".join(text.split())[:_SAID]
            raise Refusal(f"{self._provider} answered {status} to {method} {path}: {said}")
        try:
            found = json.loads(text) if text.strip() else {}
        except ValueError:
            raise Refusal(f"{self._provider} answered {method} {path} with something that is no JSON.") from None
        return found if isinstance(found, dict) else {}


def _pause(given: str) -> float:
    return min(float(given), _LONGEST) if given.isdigit() else 2.0


class PagerDutyConfigured:
    """Kinds: user, schedule, escalation_policy, service."""

    name = "PagerDuty"
    _PLURAL: Final = {"user": "users", "schedule": "schedules", "escalation_policy": "escalation_policies",
                      "service": "services"}  # fmt: skip

    def __init__(self, session: aiohttp.ClientSession, token: str, url: str) -> None:
        headers = {
            "Authorization": f"Token token={token}",
            "Accept": "application/vnd.pagerduty+json;version=2",
        }
        self._rest = _Rest(session, self.name, url, headers)

    async def all(self, kind: str) -> list[Json]:
        plural, found = self._PLURAL[kind], list[Json]()
        for _ in range(_MOST_PAGES):
            answer = await self._rest.ask("GET", plural, limit=str(_PAGE), offset=str(len(found)))
            found += answer.get(plural, [])
            if not answer.get("more"):
                break
        return found

    async def create(self, kind: str, body: Json) -> str:
        answer = await self._rest.ask("POST", self._PLURAL[kind], {kind: body})
        return str(answer.get(kind, {}).get("id", ""))

    async def update(self, kind: str, number: str, body: Json) -> None:
        await self._rest.ask("PUT", f"{self._PLURAL[kind]}/{number}", {kind: {"id": number, **body}})

    async def delete(self, kind: str, number: str) -> None:
        await self._rest.ask("DELETE", f"{self._PLURAL[kind]}/{number}")


class OpsgenieConfigured:
    """Kinds: user, schedule, team, escalation."""

    name = "Opsgenie"
    _PLURAL: Final = {"user": "users", "schedule": "schedules", "team": "teams", "escalation": "escalations"}

    def __init__(self, session: aiohttp.ClientSession, key: str, url: str) -> None:
        self._rest = _Rest(session, self.name, f"{url.rstrip('/')}/v2", {"Authorization": f"GenieKey {key}"})

    async def all(self, kind: str) -> list[Json]:
        """Only users come in pages."""
        if kind != "user":
            return list((await self._rest.ask("GET", self._PLURAL[kind])).get("data", []))
        found: list[Json] = []
        for _ in range(_MOST_PAGES):
            answer = await self._rest.ask("GET", "users", limit=str(_PAGE), offset=str(len(found)))
            page = answer.get("data", [])
            found += page
            if not page or len(found) >= int(answer.get("totalCount", 0)):
                break
        return found

    async def create(self, kind: str, body: Json) -> str:
        answer = await self._rest.ask("POST", self._PLURAL[kind], body)
        return str(answer.get("data", {}).get("id", ""))

    async def update(self, kind: str, number: str, body: Json) -> None:
        await self._rest.ask("PATCH", f"{self._PLURAL[kind]}/{number}", body, identifierType="id")

    async def delete(self, kind: str, number: str) -> None:
        await self._rest.ask("DELETE", f"{self._PLURAL[kind]}/{number}", identifierType="id")


@asynccontextmanager
async def pagerduty(token: str, url: str) -> AsyncIterator[Configured]:
    """Until the end of the block."""
    async with _session() as session:
        yield PagerDutyConfigured(session, token, url)


@asynccontextmanager
async def opsgenie(key: str, url: str) -> AsyncIterator[Configured]:
    """Until the end of the block."""
    async with _session() as session:
        yield OpsgenieConfigured(session, key, url)


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20))
