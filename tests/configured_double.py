"""PagerDuty and Opsgenie as `apply` calls them: what is kept there, by kind, and every request that changed it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Json = dict[str, Any]
KINDS = {"users": "user", "schedules": "schedule", "escalation_policies": "escalation_policy", "services": "service"}
_STEP = 2  # a page is short, so that pages are met


@dataclass
class Provider:
    """`kept` by plural kind. `fail` is the status of the next change; `limit`, how many requests are told to wait."""

    kept: dict[str, list[Json]] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    url: str = ""
    fail: int = 0
    limit: int = 0
    numbers: Any = field(default_factory=lambda: count(1))

    def put(self, plural: str, **one: Any) -> str:
        number = f"P{next(self.numbers):03}"
        self.kept.setdefault(plural, []).append({"id": number, **one})
        return number

    def names(self, plural: str) -> list[str]:
        return [one["name"] for one in self.kept.get(plural, [])]

    @web.middleware
    async def guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.headers["Authorization"] not in ("Token token=pd-token", "GenieKey og-key"):
            return web.json_response({"message": "Unauthorized"}, status=401)
        if self.limit:
            self.limit -= 1
            return web.json_response({"message": "Rate Limit Exceeded"}, status=429, headers={"Retry-After": "0"})
        if request.method != "GET" and self.fail:
            status, self.fail = self.fail, 0
            return web.json_response({"error": {"message": "Invalid Input Provided"}}, status=status)
        response: web.StreamResponse = await handler(request)
        return response

    async def pagerduty_list(self, request: web.Request) -> web.Response:
        plural, offset = request.match_info["plural"], int(request.query["offset"])
        found = self.kept.get(plural, [])
        more = len(found) > offset + _STEP
        return web.json_response({plural: found[offset : offset + _STEP], "offset": offset, "more": more})

    async def opsgenie_list(self, request: web.Request) -> web.Response:
        plural = request.match_info["plural"]
        found = self.kept.get(plural, [])
        if plural != "users":
            return web.json_response({"data": found})
        offset = int(request.query["offset"])
        return web.json_response({"data": found[offset : offset + _STEP], "totalCount": len(found)})

    async def pagerduty_create(self, request: web.Request) -> web.Response:
        plural = request.match_info["plural"]
        kind = KINDS[plural]
        return web.json_response({kind: {"id": self._made(plural, (await request.json())[kind])}}, status=201)

    async def opsgenie_create(self, request: web.Request) -> web.Response:
        number = self._made(request.match_info["plural"], await request.json())
        return web.json_response({"result": "Created", "data": {"id": number}}, status=201)

    def _made(self, plural: str, body: Json) -> str:
        self.changed.append(f"create {body['name']}")
        return self.put(plural, **body)

    async def update(self, request: web.Request) -> web.Response:
        plural, number = request.match_info["plural"], request.match_info["id"]
        body = await request.json()
        body = body[KINDS[plural]] if request.method == "PUT" else body
        [one] = [one for one in self.kept[plural] if one["id"] == number]
        one.update(body)
        self.changed.append(f"update {one['name']}")
        return web.json_response({"result": "Updated"})

    async def delete(self, request: web.Request) -> web.Response:
        plural, number = request.match_info["plural"], request.match_info["id"]
        [one] = [one for one in self.kept[plural] if one["id"] == number]
        self.kept[plural].remove(one)
        self.changed.append(f"delete {one['name']}")
        return web.Response(status=204)


@asynccontextmanager
async def provider() -> AsyncIterator[Provider]:
    """Both APIs over one store: PagerDuty's at `url`, Opsgenie's below `url`/v2."""
    kept = Provider()
    app = web.Application(middlewares=[kept.guard])
    app.add_routes(
        [
            web.get("/v2/{plural}", kept.opsgenie_list),
            web.post("/v2/{plural}", kept.opsgenie_create),
            web.patch("/v2/{plural}/{id}", kept.update),
            web.delete("/v2/{plural}/{id}", kept.delete),
            web.get("/{plural}", kept.pagerduty_list),
            web.post("/{plural}", kept.pagerduty_create),
            web.put("/{plural}/{id}", kept.update),
            web.delete("/{plural}/{id}", kept.delete),
        ]
    )
    async with TestServer(app, host="127.0.0.1") as server:
        kept.url = str(server.make_url("")).rstrip("/")
        yield kept
