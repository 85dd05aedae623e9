"""The outbound heartbeat: a sign of life to a dead man's switch, sent only while pages would really go.

Before each, the database must take a write and every part that pages need must say that it is well, the hearing of
Slack too. Where one does not, nothing is sent: the silence is what wakes somebody.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress

import structlog

from bot.bot import Bot
from bot.domain.condition import Condition, Level, Probe, impaired, ok
from bot.ports import DatabaseUnavailable
from clients.heartbeat import Switch

MARK = "heartbeat"
#: All questions to the parts together.
ASK_SECONDS = 15.0

log = structlog.get_logger("heartbeat")


class Heartbeat:
    """`ping` answers "" where it was heard, else why not. Of `vital` parts it is enough that they are not well."""

    def __init__(
        self,
        bot: Bot,
        ping: Callable[[], Awaitable[str]],
        seconds: float,
        probes: Mapping[str, Probe],
        vital: frozenset[str] = frozenset({"socket", "hearing"}),
    ) -> None:
        self.bot, self._ping, self._seconds = bot, ping, seconds
        self._probes, self._vital = probes, vital
        self._problem: str | None = None  # None before the first, "" where all is well
        self.sent = 0

    async def run(self) -> None:
        """Until cancelled; whatever fails is logged and tried again."""
        while True:
            try:
                self._note(await self.beat())
            except Exception as bug:  # the boundary of this loop
                log.exception("beat")
                self._note(f"a bug, see the log: {type(bug).__name__}")
            await asyncio.sleep(self._seconds)

    async def beat(self) -> str:
        """One sign of life where all is well; answers why there was none."""
        ill = await self._ill()
        if ill:
            return f"held back: {ill}"
        problem = await self._ping()
        self.sent += not problem
        return f"not heard: {problem}" if problem else ""

    def _note(self, problem: str) -> None:
        """Said once, and once when it is over."""
        if problem and problem != self._problem:
            log.warning("no sign of life was sent to HEARTBEAT_URL", reason=problem)
        elif not problem and self._problem:
            log.info("signs of life are heard again")
        self._problem = problem

    async def _ill(self) -> str:
        """What is not well; empty where pages would go."""
        try:
            async with asyncio.timeout(ASK_SECONDS):
                await self.bot.db.write(lambda tx: tx.marks.set(MARK, self.bot.clock.now()))
                found = {name: await probe() for name, probe in self._probes.items()}
        except TimeoutError:
            return "the parts do not answer"
        except DatabaseUnavailable as problem:
            return str(problem)
        ill = [f"{name}: {one.sentence}" for name, one in found.items() if self._bad(name, one)]
        return "; ".join(ill)

    def _bad(self, name: str, found: Condition) -> bool:
        return found.level is Level.DOWN or (name in self._vital and not found.well)

    async def probe(self) -> Condition:
        """For readiness: pages go without it."""
        if self._problem:
            return impaired(self._problem)
        return ok("heard" if self._problem == "" else "none was sent yet")


@asynccontextmanager
async def beating(
    bot: Bot, given: tuple[str, bool, float] | None, probes: Mapping[str, Probe]
) -> AsyncIterator[Mapping[str, Probe]]:
    """Beats until the end; gives its own probe. `given`: address, whether its host may be private, seconds between."""
    if given is None:
        yield {}
        return
    url, private, seconds = given
    switch = Switch(url, allow_private=private)
    heart = Heartbeat(bot, switch.ping, seconds, probes)
    task = asyncio.create_task(heart.run())
    try:
        yield {"heartbeat": heart.probe}
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await switch.close()
