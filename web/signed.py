"""What Twilio signed: the fields of a callback, let in by its signature alone (never by where it came from).

Twilio signs the address as it called it. That is PUBLIC_URL and the path, whatever a proxy made of host, port and
scheme on the way; so PUBLIC_URL must be exactly what is configured at Twilio.
"""

from __future__ import annotations

import logging

from aiohttp import web

from web.parts import PARTS
from web.reading import Rejected, body, storable

log = logging.getLogger(__name__)


async def signed_form(request: web.Request) -> dict[str, str]:
    """The fields of a callback that Twilio signed; raises Rejected for any other."""
    from twilio.request_validator import RequestValidator  # only where Twilio is configured

    parts = request.app[PARTS]
    if not parts.twilio_auth_token or not parts.public_url:
        raise Rejected(403, "closed", "This endpoint is closed: set TWILIO_… and PUBLIC_URL to open it.")
    if request.content_type != "application/x-www-form-urlencoded":
        raise Rejected(415, "unsupported_type", "Twilio sends application/x-www-form-urlencoded.")
    await body(request)  # within its bounds; the form is read from it
    form = await request.post()
    address = f"{parts.public_url}{request.path_qs}"
    signature = request.headers.get("X-Twilio-Signature", "")
    if not RequestValidator(parts.twilio_auth_token).validate(address, form, signature):
        log.warning("a callback without Twilio's signature was refused", extra={"path": request.path})
        raise Rejected(403, "wrong_signature", "The signature is not Twilio's for this address.")
    return {name: storable(value) for name, value in form.items() if isinstance(value, str)}


def row_of(request: web.Request) -> int:
    """The outbox row that the address names, as it was handed to Twilio."""
    row = whole(request.query.get("row", ""))
    if row is None:
        raise Rejected(400, "bad_field", "The address names no row: it must end in ?row= and a number.")
    return row


def whole(given: str) -> int | None:
    """A whole number; None for anything else."""
    return int(given) if given.isascii() and given.isdecimal() and len(given) <= 18 else None
