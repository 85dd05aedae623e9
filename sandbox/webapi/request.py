"""How Slack reads an HTTP request: the token, the arguments by content type, and what it warns about."""

from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from sandbox.webapi.call import ApiError, parsed

FORM = "application/x-www-form-urlencoded"


@dataclass
class Read:
    """What a request carries. `is_json` bodies are ignored by methods that only read."""

    token: str = ""
    query: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    is_json: bool = False
    warnings: list[str] = field(default_factory=list)


async def read(request: web.Request) -> Read:
    """The token and the arguments of a request. ApiError when the body is not what its type says."""
    found = Read(query=dict(request.query))
    if request.method == "POST" and request.can_read_body:
        await _body(request, found)
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    given = {**found.query, **({} if found.is_json else found.body)}
    found.token = value.strip() if scheme.lower() == "bearer" else str(given.get("token") or "")
    for part in (found.query, found.body):
        part.pop("token", None)
    return found


async def _body(request: web.Request, found: Read) -> None:
    kind = request.content_type
    if "Content-Type" not in request.headers:
        raise ApiError("missing_post_type")
    if kind == "application/json":
        found.is_json = True
        found.body = _json(await request.read())
        if request.charset is None:
            found.warnings.append("missing_charset")
    elif kind in (FORM, "multipart/form-data"):
        form = await request.post()
        found.body = {k: v if isinstance(v, str) else "" for k, v in form.items()}
        if kind == FORM and request.charset is not None:
            found.warnings.append("superfluous_charset")
    elif kind != "text/plain":
        raise ApiError("invalid_post_type")


def _json(raw: bytes) -> dict[str, Any]:
    try:
        given = parsed(raw)
    except ValueError:
        raise ApiError("invalid_json") from None
    if not isinstance(given, dict):
        raise ApiError("json_not_object")
    return given
