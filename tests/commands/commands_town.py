"""The bot's Slack side over real sockets against the sandbox, on a real database; only the clock stands still."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from live_slack import Live, live
from night import Night, night_on

from bot.domain.delivery import Effect, Lane
from bot.usecases.delivery import Drop, settle
from bot.usecases.preparing import prepare
from commands.boundary import Boundary
from commands.registry import build_app
from commands.sockets import Sockets
from integrations import registry as rooms
from notify import registry as notifiers
from sandbox import conduct, interact, modals, seed
from sandbox.world import World
from storage.database import SqlDatabase

USERS = {"alice": seed.ALICE, "bob": seed.BOB, "carol": seed.CAROL, "dave": seed.DAVE, "gina": seed.GINA}


@dataclass
class Town:
    """People act in the sandbox; what the bot owes the outside goes out by `deliver`."""

    night: Night
    live: Live
    edge: Boundary

    @property
    def world(self) -> World:
        return self.live.world

    async def slash(self, who: str, text: str, channel: str = "C0GENERAL", command: str = "/incident") -> str:
        """What the bot answered in its ack; empty where it opened a form."""
        found = await interact.slash(self.world, USERS[who], channel, command, text)
        assert "error" not in found, found
        await self.quiet()
        return str((found["ack"] or {}).get("text", ""))

    async def press(self, who: str, action: str, place: tuple[str, str], value: Any = None) -> None:
        channel, ts = place
        found = await interact.press(self.world, USERS[who], action, channel=channel, ts=ts, value=value)
        assert "error" not in found, found
        await self.quiet()

    async def submit(self, who: str, **values: Any) -> dict[str, str]:
        """Sends the form on top; answers its errors."""
        found = await interact.submit(self.world, USERS[who], modals.stack(self.world, USERS[who])[-1].id, values)
        assert "error" not in found, found
        await self.quiet()
        return dict(found["errors"])

    async def react(self, who: str, name: str, place: tuple[str, str], *, remove: bool = False) -> None:
        channel, ts = place
        heard = len(self.envelopes())
        await conduct.react(self.world, USERS[who], channel, ts, name, remove=remove)
        await self.until(lambda: len(self.envelopes()) > heard and self.envelopes()[-1]["ack"] is not None)
        await self.quiet()

    def envelopes(self) -> list[dict[str, Any]]:
        return [entry for entry in self.world.log.after(0) if entry["kind"] == "envelope"]

    def form(self, who: str) -> str:
        """The callback id of the form on top of somebody's screen."""
        stack = modals.stack(self.world, USERS[who])
        return stack[-1].callback_id if stack else ""

    def whispers(self, who: str) -> list[str]:
        """What the bot said to that person alone, oldest first."""
        found = [m for channel in self.world.channels.values() for m in channel.ephemerals.values()]
        mine = [message for message in found if message.ephemeral_to == USERS[who]]
        return [message.text for message in sorted(mine, key=lambda one: float(one.ts))]

    def direct(self, who: str) -> list[str]:
        """What the bot wrote in that person's direct message, oldest first; pages too."""
        found = self.world.channels.get(f"D{USERS[who][1:]}")
        return [message.text for message in found.messages.values()] if found else []

    async def quiet(self) -> None:
        """Until every task that a listener left behind has ended."""
        for _ in range(400):
            await asyncio.sleep(0.005)
            if not self.edge.tasks.running:
                return
        raise AssertionError("tasks never came to rest")

    async def until(self, holds: Callable[[], Any]) -> None:
        """Events reach the bot by themselves."""
        for _ in range(600):
            if holds():
                return
            await asyncio.sleep(0.005)
        raise AssertionError("it never came true")

    async def until_true(self, holds: Callable[[], Awaitable[bool]], *, wanted: bool = True) -> None:
        for _ in range(1000):
            if await holds() is wanted:
                return
            await asyncio.sleep(0.005)
        raise AssertionError("it never came true")

    async def deliver(self) -> None:
        """Sends what is due, by the real handlers, to the sandbox."""
        handlers = rooms.handlers(rooms.Clients(self.live.slack, self.live.twilio, self.live.mailer))
        handlers |= notifiers.handlers(notifiers.Clients(self.live.slack, self.live.twilio, self.live.mailer))
        for _ in range(30):
            rows = [row for lane in Lane for row in await self._claim(lane)]
            if not rows:
                return
            for row in rows:
                job = await prepare(self.night.bot, row, self.night.now)
                outcome = job if isinstance(job, Drop) else await handlers[Effect(row.effect)](job, self.night.now)
                await settle(self.night.bot, row, outcome, self.night.now)
        raise AssertionError("the outbox never came to rest")

    async def _claim(self, lane: Lane) -> list[Any]:
        return await self.night.bot.db.write(lambda tx: tx.outbox.claim("test", lane, self.night.now, 50))

    async def card(self, number: int = 1) -> tuple[str, str]:
        """Channel and ts of the live card."""
        picture = await self.night.picture(number)
        card = next(surface for surface in picture.surfaces if surface.kind.value == "card")
        return card.channel, card.ts

    async def page(self, number: int = 1) -> tuple[str, str]:
        """Channel and ts of the newest page in a direct message."""
        picture = await self.night.picture(number)
        found = [surface for surface in picture.surfaces if surface.kind.value == "page"]
        return found[-1].channel, found[-1].ts


@asynccontextmanager
async def town(db: SqlDatabase) -> AsyncIterator[Town]:
    night = await night_on(db)
    async with live() as outside:
        edge = Boundary(night.bot, outside.slack)
        sockets = Sockets(build_app(edge), seed.APP_TOKEN)
        await sockets.connect()
        try:
            yield Town(night, outside, edge)
        finally:
            await sockets.close()
            await edge.tasks.drain(2)
