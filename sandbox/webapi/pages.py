"""Pages of long lists, with Slack's cursors."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from sandbox.model import Json
from sandbox.webapi.call import ApiError, Args

Item = TypeVar("Item")


def page(args: Args, found: Sequence[Item], *, default: int, most: int) -> tuple[list[Item], Json]:
    """The page that `cursor` and `limit` ask for, and the response_metadata that leads to the next."""
    limit = args.number("limit", default) or default
    if limit < 0:
        raise ApiError("invalid_limit")
    start, size = _start(args.text("cursor")), min(limit, most)
    if start > len(found):
        raise ApiError("invalid_cursor")
    end = start + size
    following = base64.b64encode(f"next:{end}".encode()).decode() if end < len(found) else ""
    return list(found[start:end]), {"next_cursor": following}


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word == "next":
            return int(number)
    except (binascii.Error, ValueError):
        pass
    raise ApiError("invalid_cursor")
