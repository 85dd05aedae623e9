"""Reading what strangers send: the body within its bounds, JSON that is what it must be, text that can be stored."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping

from aiohttp import web

BODY_LIMIT = 1024 * 1024  # bytes
BODY_SECONDS = 10.0
KEY_LIMIT = 255  # characters of a key that a sender makes up

#: Lone surrogates cannot be encoded, and PostgreSQL stores no NUL.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Rejected(Exception):
    """The request cannot be taken: status, a code for machines, a sentence for people. Nothing was changed."""

    def __init__(self, status: int, code: str, message: str, **data: object) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.data = data


async def body(request: web.Request) -> bytes:
    """The whole body; refuses one that is too long or too slow."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await request.read()
    except TimeoutError:
        raise Rejected(408, "too_slow", f"The body did not arrive within {BODY_SECONDS:g} seconds.") from None
    except web.RequestPayloadError:
        raise Rejected(400, "not_encoded", "The body is not in the Content-Encoding that it claims.") from None


async def text(request: web.Request) -> str:
    """The body as text; UTF-8 unless it says otherwise."""
    try:
        return storable((await body(request)).decode(request.charset or "utf-8"))
    except (UnicodeError, LookupError):
        raise Rejected(400, "not_text", "The body is not text in the charset it claims (UTF-8 by default).") from None


async def json_object(request: web.Request) -> Mapping[str, object]:
    """The body as a JSON object; says where it stops being JSON."""
    given = await text(request)
    try:
        found = json.loads(given)
    except json.JSONDecodeError as problem:
        where = f"line {problem.lineno}, column {problem.colno}"
        raise Rejected(400, "not_json", f"The body is not JSON: {problem.msg} at {where}.") from None
    except (RecursionError, ValueError):
        raise Rejected(400, "not_json", "The body is nested too deeply, or holds a number that is too long.") from None
    if not isinstance(found, dict):
        raise Rejected(400, "not_an_object", "The body must be a JSON object: { … }.")
    return found


def storable(given: str) -> str:
    """Without the few characters that no database or wire takes."""
    return _UNSTORABLE.sub("\ufffd", given)


def words(value: object) -> str | None:
    """A text or a plain number as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return storable(str(value))


def clipped(given: str, limit: int) -> str:
    """At most `limit` characters, an ellipsis where something was cut."""
    return given if len(given) <= limit else given[: limit - 1] + "…"


def web_address(given: str) -> str:
    """The text if it is an http(s) address, else nothing."""
    return given if re.fullmatch(r"https?://[^\s<>|\"]{1,2000}", given) else ""
