"""Twilio's book of messages and calls, as its lists show it; it can be away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from aiohttp import web

OUR_NUMBER, ALICE, BOB = "+15550100000", "+15550100001", "+15550100002"


@dataclass
class Book:
    """`asked` counts the lists that were read."""

    url: str = ""
    messages: list[dict[str, Any]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    away: bool = False
    asked: list[str] = field(default_factory=list)

    def text(self, body: str, sender: str = ALICE) -> str:
        """Somebody texts us; answers the sid."""
        return self._keep(self.messages, "SM", sender, OUR_NUMBER, body=body, direction="inbound", status="received")

    def sent(self, status: str, error_code: int | None = None) -> str:
        """We texted Alice."""
        fate = {"status": status, "error_code": error_code}
        return self._keep(self.messages, "SM", OUR_NUMBER, ALICE, direction="outbound-api", **fate)

    def placed(self, status: str, answered_by: str | None = None, seconds: int | None = None) -> str:
        """We called Alice."""
        duration = None if seconds is None else str(seconds)
        fate = {"status": status, "answered_by": answered_by, "duration": duration}
        return self._keep(self.calls, "CA", OUR_NUMBER, ALICE, direction="outbound-api", **fate)

    def becomes(self, sid: str, **fate: Any) -> None:
        next(one for one in self.messages + self.calls if one["sid"] == sid).update(fate)

    def _keep(self, book: list[dict[str, Any]], prefix: str, sender: str, to: str, **more: Any) -> str:
        sid = f"{prefix}{len(book) + 1}"
        made = format_datetime(datetime.now(UTC))
        book.append({"sid": sid, "from": sender, "to": to, "date_created": made, "error_code": None, **more})
        return sid

    async def take(self, request: web.Request) -> web.Response:
        name = request.path.rsplit("/", 1)[-1].removesuffix(".json").lower()
        self.asked.append(name)
        if self.away:
            return web.Response(status=503)
        wanted = request.query
        book = self.messages if name == "messages" else self.calls
        rows = [
            one
            for one in book
            if wanted.get("To", one["to"]) == one["to"] and wanted.get("From", one["from"]) == one["from"]
        ]
        return web.json_response({name: rows[::-1], "next_page_uri": None, "page": 0, "page_size": 100})


@asynccontextmanager
async def a_book() -> AsyncIterator[Book]:
    book = Book()
    app = web.Application()
    app.router.add_get("/{rest:.*}", book.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    book.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield book
    finally:
        await runner.cleanup()
