"""`GET /control/events`: what changed, as server-sent events, joined where much happens at once."""

from __future__ import annotations

import asyncio
import json

from aiohttp import web

from sandbox.world import World

JOIN_SECONDS = 0.03
"""Changes this close together travel in one event."""

KEEP_ALIVE_SECONDS = 15.0
MOST_READERS = 100


class Changes:
    """Everyone who listens; `close` lets them go."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._readers: set[Reader] = set()

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Serve one listener until it leaves or the sandbox ends."""
        if len(self._readers) >= MOST_READERS:
            return web.json_response({"error": "too_many", "message": "100 listeners at most."}, status=429)
        response = web.StreamResponse(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        response.content_type = "text/event-stream"
        reader = Reader()
        unsubscribe = self._world.subscribe(reader.hear)
        self._readers.add(reader)
        try:
            await response.prepare(request)
            await response.write(b": listening\n\n")
            while (chunk := await reader.next()) is not None:
                await response.write(chunk)
        except ConnectionError:
            return response
        finally:
            self._readers.discard(reader)
            unsubscribe()
        return response

    def close(self) -> None:
        """Let every listener go."""
        for reader in self._readers:
            reader.close()


class Reader:
    """One listener: the keys that changed since its last event."""

    def __init__(self) -> None:
        self._keys: dict[str, None] = {}
        self._news = asyncio.Event()
        self._closed = False

    def hear(self, keys: list[str]) -> None:
        """Take note of what changed."""
        self._keys.update(dict.fromkeys(keys))
        self._news.set()

    def close(self) -> None:
        """No more events."""
        self._closed = True
        self._news.set()

    async def next(self) -> bytes | None:
        """The next thing to send: an event, or a comment that keeps the line open; None at the end."""
        try:
            await asyncio.wait_for(self._news.wait(), KEEP_ALIVE_SECONDS)
        except TimeoutError:
            return b": still here\n\n"
        if self._closed:
            return None
        await asyncio.sleep(JOIN_SECONDS)
        self._news.clear()
        keys, self._keys = list(self._keys), {}
        return f"data: {json.dumps({'changed': keys})}\n\n".encode()
