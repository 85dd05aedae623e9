"""A load of POSTs over keep-alive connections, each sending its next request as soon as the last was answered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from bench.harness import quiet
from bench.wire import HOST


@dataclass(slots=True)
class Loaded:
    """What came of a load: seconds in all, and of each answer."""

    seconds: float = 0.0
    answers: list[float] = field(default_factory=list)
    refused: int = 0  # anything but 2xx

    @property
    def rate(self) -> float:
        """Requests taken a second."""
        return len(self.answers) / self.seconds


async def post_all(
    port: int, path: str, bodies: Sequence[bytes], headers: Mapping[str, str], connections: int
) -> Loaded:
    """Sends every body once, `connections` at a time."""
    loop, found = asyncio.get_running_loop(), Loaded()
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    start = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\n{head}Content-Length: "
    waiting = iter([f"{start}{len(body)}\r\n\r\n".encode() + body for body in bodies])
    senders = [_Sender(waiting, found, loop.create_future()) for _ in range(connections)]
    for sender in senders:
        await loop.create_connection(lambda one=sender: one, HOST, port)  # type: ignore[misc]  # mypy and a default
    with quiet():
        began = perf_counter()
        for sender in senders:
            sender.next()
        await asyncio.gather(*(sender.done for sender in senders))
        found.seconds = perf_counter() - began
    return found


class _Sender(asyncio.Protocol):
    """One connection. Answers are read just far enough to know where they end."""

    def __init__(self, waiting: Any, found: Loaded, done: asyncio.Future[None]) -> None:
        self._waiting, self._found, self.done = waiting, found, done
        self._buffer, self._began = b"", 0.0
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def next(self) -> None:
        request = next(self._waiting, None)
        if request is None:
            self._transport.close()
            self.done.set_result(None)
            return
        self._began = perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, ended, rest = self._buffer.partition(b"\r\n\r\n")
        if not ended or len(rest) < _length(head):
            return
        self._buffer = b""
        if head.startswith(b"HTTP/1.1 2"):
            self._found.answers.append(perf_counter() - self._began)
        else:
            self._found.refused += 1
        self.next()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(ConnectionError("the server closed a connection"))


def _length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0])


def encoded(payloads: Sequence[Mapping[str, object]]) -> list[bytes]:
    return [json.dumps(payload).encode() for payload in payloads]
