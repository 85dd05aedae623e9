"""Slack's addresses: /api/, uploads and downloads of files, response_urls, and Socket Mode."""

import asyncio
import time
from typing import Any

from aiohttp import web

from sandbox import faults, sockets
from sandbox.faults import Fault
from sandbox.model import Json, SlackFile
from sandbox.responses import ResponseRefused, answer
from sandbox.webapi.call import ApiError, parsed
from sandbox.webapi.dispatch import call, limited
from sandbox.webapi.methods import METHODS
from sandbox.webapi.request import Read, read
from sandbox.world import World


class SlackHttp:
    """Handlers over one workspace."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/api/{method}", self.api),
            web.get("/api/{method}", self.api),
            web.post("/files-upload/v1/{id}", self.upload),
            web.get("/files/{id}/{name}", self.download),
            web.get("/files/{id}/download/{name}", self.download),
            web.get("/control/files/{id}", self.shown),
            web.post("/response/{key}", self.respond),
            *sockets.routes(self._world),
        ]

    async def api(self, request: web.Request) -> web.StreamResponse:
        """One Web API call, with the faults and the slowness that were ordered."""
        method, began = request.match_info["method"], time.monotonic()
        if self._world.switches.latency_ms:
            await asyncio.sleep(self._world.switches.latency_ms / 1000)
        try:
            given = await read(request)
        except ApiError as refusal:
            body = {"ok": False, "error": refusal.code}
            self._log(method, {}, body, 200, began)
            return _json(body)
        args = _args(method, given)
        fault = self._world.faults.take("slack", method, args)
        if fault and fault.kind in ("timeout_before", "reset_before"):
            self._log(method, args, {"fault": fault.kind}, None, began)

        async def effect() -> web.StreamResponse:
            status, headers, body = await call(self._world, given.token, method, args, given.warnings)
            unheard = fault is not None and fault.kind.endswith("_after")
            self._log(method, args, body, None if unheard else status, began)
            return _json(body, status, headers)

        def refuse(ordered: Fault) -> web.StreamResponse:
            status, headers, body = limited(ordered.retry_after)
            if ordered.kind == "error":
                status, headers, body = 200, {}, {"ok": False, "error": ordered.error}
            self._log(method, args, body, status, began)
            return _json(body, status, headers)

        if fault and fault.kind == "http":
            self._log(method, args, {"fault": fault.kind}, fault.status, began)
        return await faults.spoil(fault, request, effect, refuse)

    def _log(self, method: str, args: Json, body: Json, status: int | None, began: float) -> None:
        ms = (time.monotonic() - began) * 1000
        self._world.log.call("slack", method, args, body, status=status, ms=ms)

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Take a file's bytes: the body itself, or the one file of a multipart form."""
        found, began = self._world.files.get(request.match_info["id"]), time.monotonic()
        if found is None or found.complete:
            return web.Response(status=404, text="not found")
        content = await _content(request)
        fault = self._world.faults.take("slack", "files.upload", {"file": found.id})

        async def effect() -> web.StreamResponse:
            right = len(content) == found.size
            if right:
                found.content = content
            said = f"OK - {len(content)}" if right else f"expected {found.size} bytes, got {len(content)}"
            status = 200 if right else 400
            self._log("files.upload", {"file": found.id}, {"answer": said}, status, began)
            return web.Response(text=said, status=status)

        return await faults.spoil(fault, request, effect, _no_such_refusal)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """A file's bytes for the app's token with files:read; without it Slack shows its sign-in page."""
        found = self._world.files.get(request.match_info["id"])
        token = self._world.tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        if token is None or "files:read" not in self._world.manifest.bot_scopes:
            return web.Response(text="<html>Sign in to Slack</html>", content_type="text/html")
        return _bytes(found)

    async def shown(self, request: web.Request) -> web.StreamResponse:
        """A file's bytes for the sandbox's own page."""
        return _bytes(self._world.files.get(request.match_info["id"]))

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """An answer to an interaction, by its response_url."""
        key, began = request.match_info["key"], time.monotonic()
        body = await _posted(request)
        fault = self._world.faults.take("slack", "response_url", body or {})

        async def effect() -> web.StreamResponse:
            status, said = self._answered(key, body)
            self._log("response_url", body or {}, said, status, began)
            return _json(said, status)

        return await faults.spoil(fault, request, effect, _no_such_refusal)

    def _answered(self, key: str, body: Json | None) -> tuple[int, Json]:
        if body is None:
            return 400, {"ok": False, "error": "invalid_payload"}
        try:
            answer(self._world, key, body)
        except ResponseRefused as refusal:
            return refusal.status, {"ok": False, "error": refusal.code}
        return 200, {"ok": True}


def _args(method: str, given: Read) -> Json:
    known = METHODS.get(method)
    ignored = given.is_json and known is not None and known.reads
    return {**given.query, **({} if ignored else given.body)}


async def _content(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    form = await request.post()
    for part in form.values():
        if isinstance(part, web.FileField):
            return part.file.read()
    return b""


async def _posted(request: web.Request) -> Json | None:
    try:
        if request.content_type == "application/json":
            given: Any = parsed(await request.read())
        else:
            given = parsed(str((await request.post()).get("payload", "")))
    except ValueError:
        return None
    return given if isinstance(given, dict) else None


def _bytes(found: SlackFile | None) -> web.Response:
    if found is None or not found.complete:
        return web.Response(status=404, text="not found")
    safe = {"Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff"}
    kind = "text/plain" if found.mimetype in ("text/html", "image/svg+xml") else found.mimetype
    return web.Response(body=found.content, content_type=kind, headers=safe)


def _no_such_refusal(fault: Fault) -> web.Response:
    if fault.kind == "rate_limited":
        return web.Response(status=429, headers={"Retry-After": str(fault.retry_after)}, text="ratelimited")
    return web.Response(status=500, text=fault.error)


def _json(body: Json, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response(body, status=status, headers=headers)


def routes(world: World) -> list[web.RouteDef]:
    return SlackHttp(world).routes()
