"""Health: alive (the loop turns), ready (the parts work), and Prometheus metrics."""

from __future__ import annotations

import asyncio
from functools import partial

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from bot.bot import Bot
from bot.domain.delivery import Lane
from bot.domain.incident import State
from bot.ports import DatabaseUnavailable
from bot.usecases.figures import Figures, figures
from web.parts import PARTS, Probe

PROBE_SECONDS = 2.0


async def alive(_: web.Request) -> web.Response:
    """200 while the event loop turns."""
    return web.json_response({"status": "ok"})


async def ready(request: web.Request) -> web.Response:
    """200 when every part works, else 503; each part with "ok" or why it does not work."""
    given = request.app[PARTS]
    probes: dict[str, Probe] = {"database": partial(_database, given.bot), **given.probes}
    answers = await asyncio.gather(*(_ask(probe) for probe in probes.values()))
    parts = {name: answer or "ok" for name, answer in zip(probes, answers, strict=True)}
    works = not any(answers)
    return web.json_response({"ready": works, "parts": parts}, status=200 if works else 503)


async def _database(bot: Bot) -> str:
    await figures(bot)
    return ""


async def _ask(probe: Probe) -> str:
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            return await probe()
    except TimeoutError:
        return f"no answer within {PROBE_SECONDS:g} seconds"
    except DatabaseUnavailable as problem:
        return str(problem)


async def metrics(request: web.Request) -> web.Response:
    """Prometheus text format."""
    page = render(await figures(request.app[PARTS].bot))
    return web.Response(body=page, headers={"Content-Type": CONTENT_TYPE_LATEST})


def render(found: Figures) -> bytes:
    """The figures as Prometheus reads them; a registry of its own, so that nothing of other libraries shows."""
    registry = CollectorRegistry()
    incidents = Gauge("tocsin_incidents", "Incidents by state.", ["state"], registry=registry)
    for state in State:
        incidents.labels(state.value).set(found.incidents.get(state.value, 0))
    outbox = Gauge("tocsin_outbox_rows", "Rows of the outbox by lane and state.", ["lane", "state"], registry=registry)
    for (lane, waiting), count in found.outbox.items():
        outbox.labels(Lane(lane).name.lower(), waiting).set(count)
    return generate_latest(registry)
