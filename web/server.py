"""The web server: its routes, one place where errors become answers, and the headers every answer carries."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.domain.refusals import Refusal
from bot.ports import DatabaseUnavailable, Overloaded
from bot.views.refusals import refusal_text
from web import alertmanager, answer, calendar, canary, health, incidents, metrics, pagerduty, twilio, voice
from web.parts import PARTS, Parts
from web.pressure import UNDER_WAY, bounded
from web.reading import BODY_LIMIT, Rejected

log = logging.getLogger(__name__)

RETRY_AFTER = "5"  # seconds
RETRY_AFTER_LOAD = "1"  # by then what waits now was taken

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

#: Every route: method, path, handler. A test walks it: no GET changes anything, every POST has a credential.
ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("POST", "/webhooks/incidents", bounded(incidents.receive)),
    ("POST", "/webhooks/alertmanager", bounded(alertmanager.receive)),
    ("POST", "/webhooks/canary", bounded(canary.receive)),
    ("POST", pagerduty.PATH, pagerduty.receive),
    ("POST", twilio.SMS_PATH, twilio.sms),
    ("POST", twilio.STATUS_PATH, twilio.status),
    ("POST", voice.VOICE_PATH, voice.key),
    ("POST", twilio.CALL_STATUS_PATH, twilio.call_status),
    ("GET", answer.ROUTE, answer.show),
    ("POST", answer.ROUTE, answer.press),
    ("GET", calendar.ROUTE, calendar.show),
    ("GET", "/healthz", health.alive),
    ("GET", "/readyz", health.ready),
    ("GET", "/metrics", metrics.metrics),
)

_POLICY = "Content-Security-Policy"
_HEADERS = {
    "Cache-Control": "no-store",
    _POLICY: "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Server": "tocsin",
    "X-Content-Type-Options": "nosniff",
}


def build(parts: Parts) -> web.Application:
    """The application, ready for a runner."""
    app = web.Application(client_max_size=BODY_LIMIT, middlewares=[_answers])
    app[PARTS], app[UNDER_WAY] = parts, [0]
    for method, path, handler in ROUTES:
        app.router.add_route(method, path, handler)
        if method == "GET":
            app.router.add_route("HEAD", path, handler)
    app.on_response_prepare.append(_headers)
    return app


async def _headers(_: web.Request, response: web.StreamResponse) -> None:
    """A page may bring a policy of its own: one that lets in its style sheet."""
    own = response.headers.get(_POLICY)
    response.headers.update(_HEADERS if own is None else {**_HEADERS, _POLICY: own})


def _where(request: web.Request) -> str:
    """The path for the log: of a link that is a credential, only its shape."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else request.path


@web.middleware
async def _answers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns whatever a handler raises into JSON with a reason."""
    try:
        return await handler(request)
    except Rejected as no:
        headers = {"WWW-Authenticate": "Bearer"} if no.status == 401 else None
        return _no(no.status, no.code, no.message, headers, **no.data)
    except Refusal as no:
        return _no(422, no.code, refusal_text(no))
    except DatabaseUnavailable as problem:
        log.warning("not taken: %s", problem, extra={"path": _where(request)})
        return _unavailable(unknown=problem.unknown)
    except Overloaded:
        message = "Too much waits to be taken. Nothing of this was; send it again."
        return _no(503, "overloaded", message, {"Retry-After": RETRY_AFTER_LOAD})
    except web.HTTPException as problem:
        return _http(problem, request)
    except Exception:
        # The boundary of the web: whoever sent this gets a reference, the log gets the rest.
        reference = secrets.token_hex(4)
        log.exception("bug %s at %s %s", reference, request.method, _where(request))
        return _no(500, "bug", f"Something is wrong with the bot. Its log tells more under {reference}.")


def _http(problem: web.HTTPException, request: web.Request) -> web.StreamResponse:
    if problem.status == 413:
        return _no(413, "too_large", f"The body may have {BODY_LIMIT:,} bytes at most. Nothing was saved.")
    if problem.status == 404:
        return _no(404, "not_found", f"There is nothing at {request.path[:200]}.")
    if isinstance(problem, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(problem.allowed_methods))
        return _no(405, "wrong_method", f"Use {allowed} here.", {"Allow": allowed})
    return _no(problem.status, "http", problem.reason or "The request cannot be taken.")


def _unavailable(*, unknown: bool) -> web.Response:
    """The sender should come again: with its key a repeat is harmless."""
    message = "It is not known whether this was saved." if unknown else "Nothing was saved."
    headers = {"Retry-After": RETRY_AFTER}
    return _no(503, "unavailable", f"The database cannot be used now. {message} Send it again.", headers)


def _no(status: int, code: str, message: str, headers: dict[str, str] | None = None, **data: object) -> web.Response:
    return web.json_response({"error": code, "message": message, **data}, status=status, headers=headers)
