"""Where rotas are kept elsewhere: PagerDuty's REST API with schedules, and calendars behind plain addresses."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

TOKEN = "u+pagerduty-api-token"


@dataclass
class Elsewhere:
    """`shifts` by schedule: user, start and end, in ISO 8601. `answers` spoil the next requests, of whichever kind."""

    url: str = ""
    names: dict[str, str] = field(default_factory=dict)  # id: name
    shifts: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    users: dict[str, tuple[str, str]] = field(default_factory=dict)  # id: name and mail address
    feeds: dict[str, str] = field(default_factory=dict)
    answers: list[web.Response] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def schedules(self, request: web.Request) -> web.Response:
        """By pages, of which none is longer than two, so that they are met."""
        offset, wanted = int(request.query["offset"]), request.query["query"].casefold()
        found = [{"id": one, "name": name} for one, name in self.names.items() if wanted.split()[0] in name.casefold()]
        step = 2
        more = len(found) > offset + step
        self.asked.append(f"schedules {offset}")
        return web.json_response({"schedules": found[offset : offset + step], "offset": offset, "more": more})

    async def schedule(self, request: web.Request) -> web.Response:
        number = request.match_info["id"]
        self.asked.append(f"schedule {number}")
        if number not in self.names:
            return web.json_response({"error": {"message": "Not Found", "code": 2100}}, status=404)
        since, until = (datetime.fromisoformat(request.query[name]) for name in ("since", "until"))
        assert request.query["overflow"] == "true"
        entries = [
            {"start": start, "end": end, "user": {"id": user, "type": "user_reference", "summary": self.users[user][0]}}
            for user, start, end in self.shifts.get(number, [])
            if datetime.fromisoformat(start) < until and datetime.fromisoformat(end) > since
        ]
        final = {"name": "Final Schedule", "rendered_schedule_entries": entries, "rendered_coverage_percentage": 100.0}
        return web.json_response({"schedule": {"id": number, "name": self.names[number], "final_schedule": final}})

    async def on_call(self, request: web.Request) -> web.Response:
        number = request.match_info["id"]
        self.asked.append(f"users {number}")
        ids = dict.fromkeys(user for user, _, _ in self.shifts[number])
        users: list[dict[str, Any]] = [
            {"id": one, "name": self.users[one][0], "email": self.users[one][1]} for one in ids
        ]
        return web.json_response({"users": users})

    async def feed(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        text = self.feeds.get(name)
        if text is None:
            return web.Response(status=404)
        mark = f'"{hashlib.md5(text.encode()).hexdigest()}"'
        if request.headers.get("If-None-Match") == mark:
            self.asked.append(f"{name} unchanged")
            return web.Response(status=304, headers={"ETag": mark})
        self.asked.append(name)
        return web.Response(text=text, content_type="text/calendar", headers={"ETag": mark})

    def calendar(self, name: str) -> str:
        """The address of a feed."""
        return f"{self.url}/{name}.ics"


@web.middleware
async def _spoiled(request: web.Request, handler: Any) -> web.StreamResponse:
    double = request.app[_DOUBLE]
    if double.answers:
        return double.answers.pop(0)
    if request.path.startswith("/schedules") and request.headers.get("Authorization") != f"Token token={TOKEN}":
        return web.json_response({"error": {"message": "Access denied"}}, status=401)
    return await handler(request)


_DOUBLE = web.AppKey("double", Elsewhere)


@asynccontextmanager
async def elsewhere() -> AsyncIterator[Elsewhere]:
    double = Elsewhere()
    app = web.Application(middlewares=[_spoiled])
    app[_DOUBLE] = double
    app.router.add_get("/schedules", double.schedules)
    app.router.add_get("/schedules/{id}", double.schedule)
    app.router.add_get("/schedules/{id}/users", double.on_call)
    app.router.add_get("/{name}.ics", double.feed)
    async with TestServer(app, host="127.0.0.1") as server:
        double.url = str(server.make_url("")).rstrip("/")
        yield double
