"""The whole bot in a process of its own, beside a minimal Slack; and what a person does there."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import IO, Any

from aiohttp import ClientConnectionError, ClientSession

from bench.harness import until
from bench.wire import HOST, TEAM, Wire

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "bench-token-bench-token"  # noqa: S105  (of a process that lives for seconds, on loopback)
ALICE, BOB = "U0ALICE", "U0BOB"

POSTURE = """\
people:
  alice: {name: Alice, slack: U0ALICE, zone: Europe/Berlin}
  bob: {name: Bob, slack: U0BOB}
teams:
  payments: {members: [alice, bob], rotation: {members: [alice]}}
escalation_policies:
  payments:
    tiers:
      - {targets: on-call, timeout: 15m}
      - {targets: [team payments], timeout: 15m}
services:
  payments-api: {owner: payments, policy: payments}
default_service: payments-api
default_severity: SEV2
"""


@dataclass
class Town:
    """One bot and its Slack. Every file is in `folder`, which goes away in the end."""

    folder: Path
    wire: Wire = field(default_factory=lambda: Wire((ALICE, BOB)))
    posture: str = POSTURE
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    _numbers: Any = field(default_factory=lambda: count(1))

    @property
    def database(self) -> str:
        return f"sqlite:///{self.folder / 'tocsin.db'}"

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def settings(self) -> dict[str, str]:
        """The bot's whole environment."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
        return {
            **kept,
            "SLACK_BOT_TOKEN": "xoxb-bench",
            "SLACK_APP_TOKEN": "xapp-bench",
            "SLACK_API_URL": self.wire.address,
            "SLACK_PACE": "false",
            "DATABASE_URL": self.database,
            "POSTURE": str(self.folder / "posture.yaml"),
            "HTTP_PORT": str(self.port),
            "WEBHOOK_TOKEN_ALERTMANAGER": TOKEN,
            "WEBHOOK_TOKEN_INCIDENTS": TOKEN,
        }

    async def start(self) -> float:
        """Starts the bot and waits until it is ready; seconds until both its sockets stood."""
        (self.folder / "posture.yaml").write_text(self.posture, encoding="utf-8")
        self.port = self.port or free_port()
        before, began = len(self.wire.connected), perf_counter()
        with (self.folder / "bot.log").open("ab") as log:
            command = [sys.executable, str(ROOT / "app.py")]
            self.process = _begun(command, self.folder, self.settings(), log)
        try:
            await until(lambda: len(self.wire.connected) >= before + 2, 60)
        except TimeoutError:
            raise RuntimeError((self.folder / "bot.log").read_text()[-2000:]) from None
        connected = self.wire.connected[before + 1] - began
        await self._ready()
        return connected

    async def _ready(self) -> None:
        async with ClientSession() as session:
            for _ in range(2000):
                try:
                    async with session.get(f"{self.url}/readyz") as answer:
                        if answer.status == 200:
                            return
                except ClientConnectionError:
                    pass
                await asyncio.sleep(0.005)
        raise RuntimeError("the bot did not become ready")

    async def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            await asyncio.to_thread(self.process.wait, 30)
            self.process = None

    async def say(self, text: str) -> tuple[float, float]:
        """`/incident …`; when it went and when it was acked."""
        return await self.wire.send("slash_commands", {
            "command": "/incident", "text": text, "user_id": ALICE, "user_name": "alice", "team_id": TEAM,
            "channel_id": "C0GENERAL", "channel_name": "general", "trigger_id": f"trigger-{next(self._numbers)}",
            "response_url": f"http://{HOST}:{self.wire.port}/api/response_url", "api_app_id": "A0BENCH", "token": "x",
        })  # fmt: skip

    async def press(self, action: str, value: str, channel: str, ts: str, user: str = ALICE) -> tuple[float, float]:
        """A button; when it went and when it was acked."""
        number = next(self._numbers)
        chosen = {"action_id": action, "block_id": "b", "type": "button", "value": value, "action_ts": f"{number}.0"}
        return await self.wire.send("interactive", {
            "type": "block_actions", "user": {"id": user, "name": user.lower(), "team_id": TEAM}, "team": {"id": TEAM},
            "channel": {"id": channel, "name": "room"}, "container": {"type": "message", "message_ts": ts},
            "message": {"ts": ts}, "actions": [chosen], "trigger_id": f"trigger-{number}", "api_app_id": "A0BENCH",
            "response_url": f"http://{HOST}:{self.wire.port}/api/response_url", "token": "x",
        })  # fmt: skip


@asynccontextmanager
async def town(**fields: Any) -> AsyncIterator[Town]:
    """A town whose bot is yet to be started."""
    folder = Path(tempfile.mkdtemp(prefix="tocsin-bench-"))
    made = Town(folder, **fields)
    await made.wire.start()
    try:
        yield made
    finally:
        await made.stop()
        await made.wire.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _begun(command: list[str], folder: Path, settings: dict[str, str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, cwd=folder, env=settings, stdout=log, stderr=log)  # noqa: S603  (our own program)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        found: int = probe.getsockname()[1]
        return found
