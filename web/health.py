"""Health: alive (the loop turns) and ready (pages would go), part by part, in words."""

from __future__ import annotations

import asyncio
from functools import partial

from aiohttp import web

from bot.bot import Bot
from bot.domain.condition import Condition, Level, Probe, down, ok
from bot.ports import DatabaseUnavailable, PostureRow, Tx
from web.parts import PARTS

PROBE_SECONDS = 2.0


async def alive(_: web.Request) -> web.Response:
    """200 while the event loop turns."""
    return web.json_response({"status": "ok"})


async def ready(request: web.Request) -> web.Response:
    """503 where pages would not go: a part is down. Each part with its state and what is seen of it."""
    given = request.app[PARTS]
    probes: dict[str, Probe] = {"database": partial(_database, given.bot), **given.probes}
    found = dict(zip(probes, await asyncio.gather(*(ask(probe) for probe in probes.values())), strict=True))
    parts = {name: {"state": one.level.value, "says": one.sentence} for name, one in found.items()}
    works = all(one.level is not Level.DOWN for one in found.values())
    return web.json_response({"ready": works, "parts": parts}, status=200 if works else 503)


async def _database(bot: Bot) -> Condition:
    newest: PostureRow | None = await bot.db.read(_newest)
    if newest is None:
        return ok("it answers; no posture was accepted yet")
    return ok(f"it answers; posture {newest.version} is in force since {newest.accepted_at:%Y-%m-%dT%H:%M:%SZ}")


async def _newest(tx: Tx) -> PostureRow | None:
    return await tx.postures.newest()


async def ask(probe: Probe) -> Condition:
    """How a part is; one that cannot say so in time is down."""
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            return await probe()
    except TimeoutError:
        return down(f"no answer within {PROBE_SECONDS:g} seconds")
    except DatabaseUnavailable as problem:
        return down(str(problem))
