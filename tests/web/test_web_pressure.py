"""Back-pressure: overload is told before any work, what was accepted is kept, and nobody's answer is ever refused."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from aiohttp.test_utils import TestClient, TestServer
from web_door import TOKENS, TWILIO_TOKEN, Door

from bot.domain.people import EVERYTHING
from bot.ports import Database, Tx
from bot.usecases import intake, pictures
from web.parts import PARTS, Parts
from web.pressure import MOST
from web.server import build

T = TypeVar("T")


@dataclass
class Slow:
    """A database that writes nothing before it is let go."""

    db: Database
    free: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: int = 0
    more: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def read(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        return await self.db.read(work)

    async def write(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        async with self.more:
            self.waiting += 1
            self.more.notify_all()
        await self.free.wait()
        return await self.db.write(work)

    async def holds(self, count: int) -> None:
        async with self.more:
            await self.more.wait_for(lambda: self.waiting >= count)


Client = TestClient[Any, Any]


async def declare(client: Client, title: str) -> tuple[int, str, Any]:
    """Status, Retry-After and answer."""
    given = {"Authorization": f"Bearer {TOKENS['incidents']}"}
    answer = await client.post("/webhooks/incidents", json={"title": title}, headers=given)
    return answer.status, answer.headers.get("Retry-After", ""), await answer.json()


async def alerts(client: Client, group: str, count: int) -> tuple[int, Any]:
    entries = [{"status": "firing", "labels": {"alertname": f"{group}{n}"}} for n in range(count)]
    body = {"version": "4", "groupKey": group, "alerts": entries}
    given = {"Authorization": f"Bearer {TOKENS['alertmanager']}"}
    answer = await client.post("/webhooks/alertmanager", json=body, headers=given)
    return answer.status, await answer.json()


def client_of(door: Door, db: Database) -> Client:
    parts = Parts(replace(door.night.bot, db=db), TOKENS, TWILIO_TOKEN, door.public_url)
    return TestClient(TestServer(build(parts), host="127.0.0.1"))


async def test_what_is_too_much_is_refused_before_any_work_and_what_was_accepted_is_kept(door: Door) -> None:
    slow = Slow(door.night.bot.db)
    async with client_of(door, slow) as client:
        client.session.connector._limit = 0  # type: ignore[union-attr]  # as many senders as there are
        sent = [asyncio.create_task(declare(client, f"case {n}")) for n in range(MOST)]
        await slow.holds(MOST)
        status, after, answer = await declare(client, "one too many")
        assert (status, after, answer["error"]) == (503, "1", "overloaded")
        assert (await alerts(client, "g", 1))[0] == 503
        assert (await client.post("/twilio/sms", data={})).status == 403  # looked at, and not for being too much
        assert (await client.get("/healthz")).status == 200
        slow.free.set()
        assert {status for status, _, _ in await asyncio.gather(*sent)} == {201}
        assert (await declare(client, "one too many"))[0] == 201
    taken = await pictures.recent(door.night.bot, EVERYTHING, 500)
    assert len(taken) == MOST + 1


async def test_many_alerts_that_wait_are_bounded_by_their_number(door: Door) -> None:
    slow = Slow(door.night.bot.db)
    async with client_of(door, slow) as client:
        first = asyncio.create_task(alerts(client, "first", 1))
        await slow.holds(1)
        large = asyncio.create_task(alerts(client, "large", intake.MOST_WAITING))
        while not intake_of(client).waiting:  # noqa: ASYNC110  (nobody tells of it)
            await asyncio.sleep(0)
        status, answer = await alerts(client, "more", 1)
        assert (status, answer["error"]) == (503, "overloaded")
        slow.free.set()
        assert [(await one)[0] for one in (first, large)] == [200, 200]


def intake_of(client: Client) -> intake.Intake:
    assert client.app is not None
    return client.app[PARTS].intake
