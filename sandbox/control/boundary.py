"""The edge of the control API: who may ask, how a body is read, and how every refusal looks."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

log = logging.getLogger(__name__)

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
LARGEST_BODY = 1_000_000
PREFIXES = ("/control/", "/clock")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Refusal(Exception):
    """The request cannot be done: a code, a sentence that says what to do, and an HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


def refused(code: str, message: str, status: int) -> web.Response:
    """The answer of a refusal."""
    return web.json_response({"error": code, "message": message}, status=status)


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a Host that is not loopback (DNS rebinding), and answer every refusal of the control API in JSON."""
    if host_of(request.headers.get("Host", "")) not in LOOPBACK:
        message = "Use the sandbox by its loopback address, such as http://127.0.0.1:8900/."
        return refused("bad_host", message, 403)
    if not request.path.startswith(PREFIXES):
        return await handler(request)
    return await _answered(request, handler)


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refusal as refusal:
        return refused(refusal.code, refusal.message, refusal.status)
    except web.HTTPNotFound:
        return refused("not_found", f"There is no {request.path}: see docs/sandbox.md.", 404)
    except web.HTTPMethodNotAllowed as wrong:
        allowed = ", ".join(sorted(wrong.allowed_methods))
        return refused("wrong_method", f"{request.path} takes {allowed}.", 405)
    except web.HTTPRequestEntityTooLarge:
        return refused("too_large", "The body may have 1,000,000 bytes.", 413)
    except (ConnectionError, web.HTTPException):
        raise
    except Exception:
        log.exception("a control call failed: %s %s", request.method, request.path)
        return refused("internal", "The sandbox has a defect; its log has the details.", 500)


def host_of(header: str) -> str:
    """The name in a Host header, without port and brackets."""
    if header.startswith("["):
        return header[1:].partition("]")[0].lower()
    return header.partition(":")[0].lower()


async def read_body(request: web.Request) -> Body:
    """The JSON object of a POST or DELETE. Refusal for anything else; an absent body is an empty object."""
    if request.content_type != "application/json" and request.can_read_body:
        raise Refusal("not_json", "Send the body as application/json.", 415)
    if request.method == "POST" and request.content_type != "application/json":
        raise Refusal("not_json", "Send a POST as application/json.", 415)
    raw = await request.read()
    if len(raw) > LARGEST_BODY:
        raise Refusal("too_large", "The body may have 1,000,000 bytes.", 413)
    return Body(_object(raw) if raw else {})


def _object(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw)
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        raise Refusal("invalid_json", "The body is not valid JSON.") from None
    if not isinstance(found, dict):
        raise Refusal("invalid_json", "The body must be a JSON object.")
    return found


class Body:
    """The fields of a request; each reader refuses a value of the wrong kind by name."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields

    def text(self, name: str, default: str | None = None) -> str:
        """A text; Refusal when it is absent and there is no default."""
        value = self.fields.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or (default is None and not value):
            raise Refusal("invalid_arguments", f"{name!r} must be a text.")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self.fields.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise Refusal("invalid_arguments", f"{name!r} must be true or false.")
        return value

    def number(self, name: str) -> float:
        """A number; Refusal when it is absent."""
        value = self.fields.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e15:
            raise Refusal("invalid_arguments", f"{name!r} must be a number.")
        return float(value)

    def texts(self, name: str) -> list[str]:
        """A list of texts, at least one."""
        value = self.fields.get(name)
        if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
            raise Refusal("invalid_arguments", f"{name!r} must be a list of texts.")
        return value

    def mapping(self, name: str) -> dict[str, Any]:
        """An object; empty when absent."""
        value = self.fields.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise Refusal("invalid_arguments", f"{name!r} must be an object.")
        return value


def query_number(request: web.Request, name: str, default: float) -> float:
    """A number in the query string."""
    given = request.query.get(name)
    if given is None:
        return default
    try:
        value = float(given)
    except ValueError:
        value = float("nan")
    if not abs(value) <= 1e15:
        raise Refusal("invalid_arguments", f"{name!r} must be a number.")
    return value
