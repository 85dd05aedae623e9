"""The web server, started and stopped."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from web.parts import Parts
from web.server import build

#: What is being answered may go on this long after a stop was asked for.
SHUTDOWN_SECONDS = 2.0


@asynccontextmanager
async def serving(parts: Parts, host: str, port: int) -> AsyncIterator[int]:
    """Serves until the end; gives the port. Raises OSError with a sentence where the address is taken."""
    runner = web.AppRunner(build(parts), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as taken:
            sentence = f"{host}:{port} cannot be listened on. Stop what uses it, or set HTTP_PORT"
            raise OSError(taken.errno, sentence) from taken
        found: int = runner.addresses[0][1]
        yield found
    finally:
        await runner.cleanup()
