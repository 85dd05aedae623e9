"""The bot as anybody starts it: `python app.py` with settings in its environment, ended in order or by SIGKILL."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from town.waiting import eventually

ROOT = Path(__file__).parents[2]
#: Below the ports that the system hands out by itself, so that nobody takes one before the bot does.
PORTS = range(20_000, 32_000)


def free_port() -> int:
    """A port on which nobody listens."""
    for port in random.sample(PORTS, 50):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no port is free")


@dataclass
class Program:
    """One bot: it may be killed and started again as often as a story needs; its log goes on."""

    folder: Path
    port: int
    settings: Mapping[str, str]
    script: Path = ROOT / "app.py"
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def log_file(self) -> Path:
        return self.folder / "bot.log"

    def start(self) -> None:
        """Returns when it is ready."""
        self.launch()
        eventually(self.ready, seconds=30)

    def launch(self) -> None:
        """Starts the process and does not wait."""
        assert self.process is None
        environment = {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1", **self.settings}
        command = [sys.executable, str(self.script)]
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def ready(self) -> bool:
        """Whether /readyz says so. Raises RuntimeError, with its last words, when the program has ended."""
        if self.process is None or self.process.poll() is not None:
            raise RuntimeError(f"the bot ended: {self.words()[-300:]}")
        try:
            return self.http("GET", "/readyz")[0] == 200
        except (OSError, HTTPException):
            return False

    def kill(self) -> None:
        """SIGKILL: no chance to finish anything."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)
        self.process = None

    def stop(self) -> int:
        """SIGTERM; answers the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.ended()

    def ended(self) -> int:
        """Waits until it ends by itself; answers the exit code."""
        assert self.process is not None
        code = self.process.wait(timeout=30)
        self.process = None
        return code

    def http(
        self, method: str, path: str, body: bytes | str | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """Status and body; JSON is read."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        is_json = answer.headers.get_content_type() == "application/json"
        return answer.status, json.loads(text) if is_json else text

    def words(self) -> str:
        """Everything it printed."""
        return self.log_file.read_text() if self.log_file.exists() else ""

    def errors(self) -> list[str]:
        """Lines of its log that tell of an error, which is a bug or something an operator must mend.

        While it stops, what was heard a moment ago cannot be acked any more: Slack sends it again.
        """
        found: list[str] = []
        stopping = False
        for line in self.words().splitlines():
            stopping = '"event": "stopping"' in line or (stopping and '"event": "ready"' not in line)
            if not stopping and ('"level": "error"' in line or line.startswith("Traceback")):
                found.append(line)
        return found
