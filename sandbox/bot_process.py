"""The bot beside the sandbox: an ordinary child process that is started, watched, and started again when it dies."""

from __future__ import annotations

import asyncio
import shutil
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ACTIONS = ("kill", "stop", "start")
STOP_SECONDS = 15.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
REFUSED = 2
"""The exit code of a bot that cannot run with its settings, posture or database: another start would end the same."""
SETTLED_SECONDS = 10.0
"""A bot that ran this long was fine: the pause before its next start is the shortest again."""


@dataclass(frozen=True)
class Recipe:
    """How to start the bot: nothing of the surroundings reaches it but `environment`. Output goes to `log`."""

    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    log: Path


class ChildBot:
    """Keeps the bot running until `close`; one that refused waits for `start`.

    `changed` is called at each start and end, `ended` with each exit code.
    """

    def __init__(self, recipe: Recipe, changed: Callable[[], None], ended: Callable[[int], None]) -> None:
        self._recipe = recipe
        self._changed = changed
        self._ended = ended
        self._child: asyncio.subprocess.Process | None = None
        self._wanted = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._starts = 0
        self._exit_code: int | None = None

    def state(self) -> dict[str, Any]:
        """What the control API shows of the process."""
        child = self._child
        return {
            "running": child is not None,
            "wanted": self._wanted.is_set(),
            "pid": child.pid if child else None,
            "restarts": max(0, self._starts - 1),
            "exit_code": self._exit_code,
            "log": str(self._recipe.log),
        }

    def begin(self) -> None:
        """Start the bot and keep it running."""
        self._wanted.set()
        self._keeper = asyncio.get_running_loop().create_task(self._keep())

    async def act(self, action: str) -> None:
        """`kill` (SIGKILL; it comes back), `stop` (it ends in order and stays away), `start`."""
        if action not in ACTIONS:
            raise ValueError(f"'action' must be one of {', '.join(ACTIONS)}.")
        if action == "start":
            self._wanted.set()
        elif action == "stop":
            self._wanted.clear()
            await self._stop()
        elif self._child is None:
            raise ValueError("The bot does not run.")
        else:
            self._child.kill()
            await self._child.wait()

    def forget(self) -> None:
        """Remove what a stopped bot has stored; its log stays."""
        for found in self._recipe.folder.iterdir():
            if found.is_dir() and not found.is_symlink():
                shutil.rmtree(found)
            elif found != self._recipe.log:
                found.unlink()

    async def close(self) -> None:
        """End the bot in order, by force after 15 s."""
        self._wanted.clear()
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        await self._stop()

    async def _stop(self) -> None:
        child = self._child
        if child is None or child.returncode is not None:
            return
        child.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(child.wait(), STOP_SECONDS)
        except TimeoutError:
            child.kill()
            await child.wait()

    async def _keep(self) -> None:
        pause = FIRST_PAUSE
        while True:
            await self._wanted.wait()
            started = asyncio.get_running_loop().time()
            self._child = await self._start()
            self._changed()
            self._exit_code = await self._child.wait()
            self._child = None
            self._changed()
            if not self._wanted.is_set():
                continue
            if self._exit_code == REFUSED:
                self._wanted.clear()
                self._changed()
            self._ended(self._exit_code)
            if not self._wanted.is_set():
                continue
            lasted = asyncio.get_running_loop().time() - started
            pause = FIRST_PAUSE if lasted > SETTLED_SECONDS else pause
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)

    async def _start(self) -> asyncio.subprocess.Process:
        """A session of its own keeps Ctrl-C in the terminal from the bot: the launcher ends it in order."""
        self._starts += 1
        with self._recipe.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *self._recipe.command,
                env=dict(self._recipe.environment),
                cwd=self._recipe.folder,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
