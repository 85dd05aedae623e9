"""The world outside the bot: a sandbox that serves on free ports, and a client of its control API."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread, local
from typing import Any, TypeVar
from urllib.parse import quote

from sandbox.manifest import read
from sandbox.parts import Options
from sandbox.seed import new_world
from sandbox.server import Running

T = TypeVar("T")

MANIFEST = Path(__file__).parents[2] / "manifest.yaml"


class Refused(Exception):
    """The control API said no: `code` is Slack's where it has one."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Outside:
    """A sandbox in a thread of its own, so that a story reads from top to bottom. Everything goes by HTTP."""

    def __init__(self, inbound_sms: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="sandbox")
        self._thread.start()
        self._running = Running(new_world(manifest=read(MANIFEST)), Options(0, inbound_sms))
        self._do(self._running.start(0))
        self._connections = local()
        self.addresses = self._running.addresses()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def close(self) -> None:
        """Ends the sandbox and its thread."""
        self._http.close()
        self._do(self._running.stop())
        self._do(_cancel_what_is_left())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def _http(self) -> HTTPConnection:
        """One for each thread: people may act at the same moment."""
        if not hasattr(self._connections, "http"):
            self._connections.http = HTTPConnection("127.0.0.1", self._running.port, timeout=30)
        found: HTTPConnection = self._connections.http
        return found

    def at_once(self, *acts: Callable[[], Any]) -> list[Any]:
        """Does all of it at the same moment; answers what each gave."""

        def one(act: Callable[[], Any]) -> Any:
            try:
                return act()
            finally:
                self._http.close()

        with ThreadPoolExecutor(len(acts)) as together:
            return list(together.map(one, acts))

    def get(self, path: str, **query: Any) -> Any:
        asked = "&".join(f"{name}={quote(str(value))}" for name, value in query.items())
        return self._ask("GET", f"{path}?{asked}" if asked else path)

    def post(self, path: str, **body: Any) -> Any:
        """Raises Refused."""
        return self._ask("POST", path, json.dumps(body))

    def delete(self, path: str) -> Any:
        return self._ask("DELETE", path)

    def _ask(self, method: str, path: str, body: str | None = None) -> Any:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        self._http.request(method, f"/control/{path}", body, headers)
        answer = self._http.getresponse()
        found = json.loads(answer.read())
        if answer.status >= 400:
            raise Refused(found["error"], found["message"])
        return found

    def fault(self, method: str, kind: str, target: str = "slack", **more: Any) -> str:
        """Orders calls to go wrong (docs/sandbox.md, Faults); answers the fault's id."""
        return str(self.post("faults", target=target, method=method, kind=kind, **more)["id"])

    def hits(self, fault: str) -> int:
        """How many calls a fault has spoilt."""
        return int(next(one for one in self.get("faults")["faults"] if one["id"] == fault)["hits"])

    def mend(self) -> None:
        """Takes all faults out."""
        self.delete("faults")

    def calls(self, method: str) -> list[dict[str, Any]]:
        """Calls of one method, oldest first, as the log shows them."""
        return [entry for entry in self.log() if entry["kind"] == "call" and entry["method"] == method]

    def log(self) -> list[dict[str, Any]]:
        """Every call and envelope there was, oldest first."""
        found: list[dict[str, Any]] = []
        while True:
            page = self.get("log", after=found[-1]["n"] if found else 0)
            found += page["entries"]
            if not page["entries"] or found[-1]["n"] >= page["last"]:
                return found


async def _cancel_what_is_left() -> None:
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
