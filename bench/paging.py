"""An alert is posted: how long until the first page is on the wire, with nothing else going on."""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import Any

from aiohttp import ClientSession

from bench.harness import Figure, Scale, p50_p99, until
from bench.town import TOKEN, Town, town
from bench.wire import Call


async def run(scale: Scale) -> list[Figure]:
    async with town() as here:
        await here.start()
        async with ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as session:
            await _one(here, session, 0)
            times = [await _one(here, session, number) for number in range(1, scale.of(100, 5) + 1)]
    paged = p50_p99("alert POST → first page request on the wire, idle", [page for page, _ in times], (15, 60))
    answered = p50_p99("alert POST → 2xx, idle", [answer for _, answer in times], (None, None))
    return [*paged, *answered]


async def _one(here: Town, session: ClientSession, number: int) -> tuple[float, float]:
    """Seconds to the page and to the 2xx, for an alert that makes an incident of its own."""
    await here.wire.settle()
    began = perf_counter()
    async with session.post(f"{here.url}/webhooks/alertmanager", json=alert(number)) as answer:
        assert answer.status == 200, await answer.text()
        answered = perf_counter()
    await until(lambda: bool(here.wire.since(began, "chat.postMessage", _is_page)))
    await asyncio.sleep(0)
    return here.wire.since(began, "chat.postMessage", _is_page)[0].came - began, answered - began


def _is_page(call: Call) -> bool:
    return str(call.arguments.get("channel", "")).startswith("D")


def alert(number: int, group: int | None = None) -> dict[str, Any]:
    """One firing alert as Alertmanager sends it; each its own group unless one is named."""
    labels = {
        "alertname": "HighLatency",
        "service": "payments-api",
        "severity": "critical",
        "instance": f"node-{number}",
    }
    entry = {
        "status": "firing", "labels": labels, "annotations": {"summary": f"p99 latency is high on node-{number}"},
        "startsAt": "2026-11-20T12:00:00Z", "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "https://prometheus.example/graph", "fingerprint": f"{number:016x}",
    }  # fmt: skip
    key = f"{{}}:{{group={number if group is None else group}}}"
    return {"version": "4", "groupKey": key, "status": "firing", "receiver": "tocsin", "alerts": [entry]}
