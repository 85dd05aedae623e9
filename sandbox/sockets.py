"""Socket Mode: one-time tickets, connections, envelopes with their acks, and the ways a connection fails.

An envelope goes to one connection, in turn. Acks have three seconds of real time: that deadline does not move with
the sandbox's clock.
"""

import asyncio
import itertools
import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from sandbox.model import Json

if TYPE_CHECKING:
    from sandbox.world import World

ACK_SECONDS = 3.0
MOST_CONNECTIONS = 10
TICKET_SECONDS = 60.0
GRACE_SECONDS = 10.0
"""Between the disconnect message and the close; Slack warns about ten seconds ahead."""

HOST = "applink-sandbox-1"


@dataclass
class Ack:
    payload: Json | None
    ms: float


@dataclass
class Connection:
    """`deaf`: looks connected, and all that is sent to it is lost. `draining`: told to go."""

    id: str
    request: web.Request
    socket: web.WebSocketResponse
    deaf: bool = False
    draining: bool = False
    sent: int = 0
    acked: int = 0
    queue: asyncio.Queue[str | None] = field(default_factory=asyncio.Queue)


@dataclass
class _Waiting:
    future: asyncio.Future[Ack]
    started: float
    entry: int
    connection: Connection


class Sockets:
    """The app's connections. `ack_seconds` is Slack's three; tests shorten it."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.ack_seconds = ACK_SECONDS
        self.enabled = True
        self.connections: list[Connection] = []
        self._tickets: dict[str, float] = {}
        self._waiting: dict[str, _Waiting] = {}
        self._turn: Iterator[int] = itertools.count()
        self._tasks: set[asyncio.Task[Any]] = set()

    # --- handing out

    def open_url(self) -> str:
        """A one-time address for a new connection (apps.connections.open)."""
        now = time.monotonic()
        self._tickets = {t: until for t, until in self._tickets.items() if until > now}
        ticket = str(uuid.uuid4())
        self._tickets[ticket] = now + TICKET_SECONDS
        base = self._world.base_url.replace("http", "ws", 1)
        return f"{base}/link/?ticket={ticket}&app_id={self._world.app.id}"

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends. A ticket that is unknown, old or used gets 401."""
        until = self._tickets.pop(request.query.get("ticket", ""), 0.0)
        if until < time.monotonic() or not self.enabled:
            return web.Response(status=401, text="invalid ticket")
        socket = web.WebSocketResponse(heartbeat=30.0, max_msg_size=1 << 20)
        await socket.prepare(request)
        if len(self.connections) >= MOST_CONNECTIONS:
            await socket.send_json(_disconnect("too_many_websockets"))
            await socket.close()
            return socket
        await self._serve(Connection(self._world.new_id("S"), request, socket))
        return socket

    async def _serve(self, connection: Connection) -> None:
        self.connections.append(connection)
        self._world.changed("state")
        writer = self.spawn(_write(connection))
        connection.queue.put_nowait(json.dumps(self._hello()))
        try:
            async for message in connection.socket:
                if message.type is WSMsgType.TEXT:
                    self._heard(message.data)
        finally:
            self.connections.remove(connection)
            writer.cancel()
            self._world.changed("state")

    def _hello(self) -> Json:
        debug = {"host": HOST, "build_number": 1, "approximate_connection_time": 18060}
        about = {"app_id": self._world.app.id}
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": debug,
            "connection_info": about,
        }

    # --- envelopes

    async def ask(
        self, kind: str, payload: Json, *, accepts_payload: bool = True, attempt: int = 0, reason: str = ""
    ) -> Ack | None:
        """Send one envelope and wait for its ack; None when there is no connection or no ack in time."""
        sent = self.send(kind, payload, accepts_payload=accepts_payload, attempt=attempt, reason=reason)
        if sent is None:
            return None
        envelope_id, future = sent
        try:
            return await asyncio.wait_for(future, self.ack_seconds)
        except TimeoutError:
            return None
        finally:
            self._waiting.pop(envelope_id, None)

    def send(
        self, kind: str, payload: Json, *, accepts_payload: bool, attempt: int = 0, reason: str = ""
    ) -> tuple[str, asyncio.Future[Ack]] | None:
        """Put an envelope on the wire now, in order; None when no connection is open."""
        connection = self._next()
        if connection is None:
            return None
        envelope_id = str(uuid.uuid4())
        envelope: Json = {"envelope_id": envelope_id, "payload": payload, "type": kind}
        envelope["accepts_response_payload"] = accepts_payload
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        entry = self._world.log.envelope(
            envelope_id, _what(kind, payload), payload, connection=connection.id, attempt=attempt
        )
        future: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = _Waiting(future, time.monotonic(), entry, connection)
        connection.sent += 1
        if not connection.deaf:
            connection.queue.put_nowait(json.dumps(envelope))
        return envelope_id, future

    def _next(self) -> Connection | None:
        live = [c for c in self.connections if not c.draining and not c.socket.closed]
        live = live or [c for c in self.connections if not c.socket.closed]
        return live[next(self._turn) % len(live)] if live else None

    def _heard(self, text: str) -> None:
        try:
            said = json.loads(text)
        except ValueError:
            return
        waiting = self._waiting.pop(said.get("envelope_id", ""), None) if isinstance(said, dict) else None
        if waiting is None:
            return
        ms = (time.monotonic() - waiting.started) * 1000
        payload = said.get("payload")
        waiting.connection.acked += 1
        self._world.log.acked(waiting.entry, payload, ms)
        if not waiting.future.done():
            waiting.future.set_result(Ack(payload if isinstance(payload, dict) else None, ms))

    # --- what the sandbox's owner may do to connections

    def chosen(self, connection_id: str = "") -> list[Connection]:
        """The connection of this id, or all of them."""
        return [c for c in self.connections if connection_id in ("", c.id)]

    def deafen(self, connection_id: str = "", *, deaf: bool = True) -> None:
        for connection in self.chosen(connection_id):
            connection.deaf = deaf
        self._world.changed("state")

    def abort(self, connection_id: str = "") -> None:
        """Cut the connection without a close frame, as a lost network does."""
        for connection in self.chosen(connection_id):
            if isinstance(connection.request.transport, asyncio.Transport):
                connection.request.transport.abort()

    def disconnect(self, reason: str = "refresh_requested", connection_id: str = "") -> None:
        """Tell the app to reconnect (`warning`, `refresh_requested`) or that its link is off (`link_disabled`)."""
        for connection in self.chosen(connection_id):
            connection.queue.put_nowait(json.dumps(_disconnect(reason)))
            connection.draining = reason != "warning"
            grace = 0.0 if reason == "link_disabled" else GRACE_SECONDS
            self.spawn(_close_after(connection, grace))
        self._world.changed("state")

    def disable(self, *, disabled: bool = True) -> None:
        """Turn Socket Mode off for the app: no connection, and none can be opened."""
        self.enabled = not disabled
        if disabled:
            self.disconnect("link_disabled")

    def recover(self) -> None:
        """End what was done to the connections: Socket Mode is on, and none is deaf."""
        self.enabled = True
        for connection in self.connections:
            connection.deaf = False

    def spawn(self, work: Any) -> "asyncio.Task[Any]":
        task: asyncio.Task[Any] = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def close(self) -> None:
        """End every connection and everything still waiting; for the end of the process."""
        for connection in list(self.connections):
            await connection.socket.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _disconnect(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": HOST}}


def _what(kind: str, payload: Json) -> str:
    if kind == "events_api":
        return f"event {payload['event']['type']}"
    if kind == "slash_commands":
        return f"command {payload['command']}"
    return str(payload["type"])


async def _write(connection: Connection) -> None:
    while True:
        text = await connection.queue.get()
        if text is None or connection.socket.closed:
            return
        try:
            await connection.socket.send_str(text)
        except ConnectionError:
            return


async def _close_after(connection: Connection, seconds: float) -> None:
    await asyncio.sleep(seconds)
    connection.queue.put_nowait(None)
    await connection.socket.close()


def routes(world: "World") -> list[web.RouteDef]:
    return [web.get("/link/", world.sockets.accept), web.get("/link", world.sockets.accept)]
