"""Who may send: the token of each webhook source, compared in constant time."""

from __future__ import annotations

import hmac

from aiohttp import web

from web.parts import PARTS
from web.reading import Rejected


def admit(request: web.Request, source: str) -> None:
    """Lets a sender with the source's token in; raises Rejected before anything of the body is read."""
    token = request.app[PARTS].tokens.get(source)
    if token is None:
        setting = f"WEBHOOK_TOKEN_{source.upper()}"
        raise Rejected(403, "closed", f"This endpoint is closed: set {setting} to open it.")
    given = _given(request)
    if given is None:
        raise Rejected(
            401, "no_token", "Send the token as `Authorization: Bearer …` or in the header `X-Tocsin-Token`."
        )
    if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), token.encode()):
        raise Rejected(401, "wrong_token", "The token is not the one of this source.")


def _given(request: web.Request) -> str | None:
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() == "bearer" and rest.strip():
        return rest.strip()
    return request.headers.get("X-Tocsin-Token")
