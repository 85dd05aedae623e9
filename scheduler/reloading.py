"""Watches the posture: files that change, SIGHUP, and rows that other processes accepted. In real time.

A file is read once it has stood still between two looks, so that none is read half written. What it says is refused
loudly where it has errors, and the posture in force stays.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager, suppress
from typing import Protocol

import structlog

from bot.bot import Bot
from bot.domain.acceptance import Read
from bot.domain.condition import Condition, impaired, ok
from bot.ports import DatabaseUnavailable
from bot.usecases import postures

#: Between two looks.
EVERY_SECONDS = 1.0

log = structlog.get_logger("posture")


class Files(Protocol):
    """Where the posture is written."""

    @property
    def name(self) -> str: ...
    def stamp(self) -> Hashable: ...
    def digest(self) -> str: ...
    def read(self) -> Read: ...
    def again(self, text: str, name: str) -> Read: ...


class Reloading:
    """`digest` is that of the text this process started with. `refresh` reads Slack's directory for new people.

    `older`: at the start the file gave way to a newer row.
    """

    def __init__(
        self, bot: Bot, files: Files, asked: asyncio.Event, refresh: Callable[[], Awaitable[None]], digest: str,
        *, older: bool = False,
    ) -> None:  # fmt: skip
        self.bot, self.files, self._asked, self._refresh = bot, files, asked, refresh
        self._digest, self._older = digest, older
        self._wanted = False  # somebody asked, and it was not done yet
        self._seen: Hashable = None  # at the last look
        self._done: Hashable = None  # what was acted on
        self._refused: tuple[str, ...] = ()
        self._unread = 0  # the version of a row that cannot be read here

    async def run(self) -> None:
        """For ever; whatever fails is logged and tried again."""
        while True:
            try:
                await self.turn()
            except DatabaseUnavailable as problem:  # tried again; others shout
                log.info("the posture could not be looked at", reason=str(problem))
            except Exception:  # the boundary of this loop
                log.exception("turn")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), EVERY_SECONDS)

    async def turn(self) -> None:
        """One look at the files, then at the rows."""
        self._wanted = self._wanted or self._asked.is_set()
        self._asked.clear()
        stamp = await asyncio.to_thread(self.files.stamp)
        still, self._seen = stamp == self._seen, stamp
        if self._wanted or (still and stamp != self._done):
            await self._look(self._wanted)
            self._done, self._wanted = stamp, False
        await self._follow()

    async def _look(self, asked: bool) -> None:
        """The files were touched, or somebody asks for them."""
        if not self.files.name:
            return
        if not asked and await asyncio.to_thread(self.files.digest) == self._digest:
            return
        read = await asyncio.to_thread(self.files.read)
        if read.posture is None:
            await self._refuse(read)
        else:
            await self._take(read, "SIGHUP" if asked else "reload")
        self._digest = read.digest

    async def _take(self, read: Read, by: str) -> None:
        if self._refused:
            log.info("the posture is mended", path=self.files.name)
        await postures.tell_refused(self.bot, (), self.bot.clock.now())
        self._refused, self._older = (), False
        if await postures.take(self.bot, read, by, self.bot.clock.now()):
            log.info("a new posture is in force", path=self.files.name, version=self.bot.posture().version)
            await self._refresh()

    async def _refuse(self, read: Read) -> None:
        if read.errors != self._refused:
            version = self.bot.posture().version
            log.warning("the posture is refused, and the one before stays in force", path=self.files.name,
                        errors=len(read.errors), first=read.errors[0], in_force=version)  # fmt: skip
        self._refused = read.errors
        await postures.tell_refused(self.bot, read.errors, self.bot.clock.now())

    async def _follow(self) -> None:
        """Another process may have accepted a posture since."""
        version = await self.bot.db.read(lambda tx: tx.postures.version())
        if version in (self.bot.posture().version, self._unread, 0):
            return
        row = await self.bot.db.read(lambda tx: tx.postures.newest())
        assert row is not None
        read = await asyncio.to_thread(self.files.again, row.text, postures.name_of(row))
        if read.posture is None:
            self._unread = version
            log.error("the newest posture cannot be read by this version of the program, and the one before stays",
                      version=version, first=read.errors[0])  # fmt: skip
            return
        await postures.follow(self.bot, row, read.posture)
        self._older = bool(self.files.name) and row.digest != self._digest
        log.info("obeys the newest posture", version=version, accepted_by=row.accepted_by)

    async def probe(self) -> Condition:
        """For readiness: pages go all the same, by the posture that is in force."""
        version = self.bot.posture().version
        if self._refused:
            more = f", and {len(self._refused) - 1} more" if len(self._refused) > 1 else ""
            return impaired(f"{self._refused[0]}{more}; posture {version} stays in force")
        if self._unread:
            return impaired(f"posture {self._unread} cannot be read here; posture {version} stays in force")
        if self._older:
            return impaired(
                f"posture {version}, which is in force, is newer than {self.files.name}: bring the file up to date, or"
                " send SIGHUP to put it in force"
            )
        return ok(f"posture {version} is in force")


@asynccontextmanager
async def reloading(watch: Reloading) -> AsyncIterator[None]:
    """Runs until the end."""
    task = asyncio.create_task(watch.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
