"""The status callbacks of one message or call: one after another, and late, doubled or shuffled where switched."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from sandbox.background import Background
from sandbox.callbacks import Callbacks
from sandbox.clock import Clock
from sandbox.phones import PhoneSwitches


class Receipts:
    """Sends what it is told in the background, so that a slow bot never holds up a delivery or a call."""

    def __init__(
        self, url: str, callbacks: Callbacks, clock: Clock, switches: PhoneSwitches, background: Background
    ) -> None:
        self._url = url
        self._callbacks = callbacks
        self._clock = clock
        self._switches = switches
        self._waiting: asyncio.Queue[Mapping[str, str] | None] = asyncio.Queue()
        if url:
            background.spawn(self._send())

    def tell(self, form: Mapping[str, str]) -> None:
        """One more state to report."""
        self._waiting.put_nowait(form)

    def finish(self) -> None:
        """No more states will come."""
        self._waiting.put_nowait(None)

    async def _send(self) -> None:
        held: list[Mapping[str, str]] = []
        while (form := await self._waiting.get()) is not None:
            match self._switches.callbacks:
                case "in_order":
                    await self._callbacks.fetch(self._url, form)
                case "twice":
                    await self._callbacks.fetch(self._url, form)
                    await self._callbacks.fetch(self._url, form)
                case "late" | "out_of_order":
                    held.append(form)
                case _:
                    continue
        await self._send_held(held)

    async def _send_held(self, held: list[Mapping[str, str]]) -> None:
        if not held:
            return
        if self._switches.callbacks == "late":
            delay = timedelta(seconds=self._switches.callback_delay_seconds)
            await self._clock.sleep_until(self._clock.now() + delay)
        else:
            held.reverse()
        for form in held:
            await self._callbacks.fetch(self._url, form)
