"""`POST /webhooks/incidents`: somebody's program declares an incident, in plain text or JSON (SPEC §2).

text/plain          first line the title, the rest the description
application/json    {title, description?, severity?, service?, dedup_key?, source_link?, private?, page?}
Idempotency-Key     a repeat with the same key answers the same incident for ever
dedup_key           joins the incident of that key while it is open
"""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from bot.domain.alert import SEVERITY_WORDS
from bot.domain.incident import TEXT_LIMIT, TITLE_LIMIT
from bot.domain.people import Actor, Source
from bot.usecases.incidents import Declaration, declare
from web.doors import admit
from web.parts import PARTS
from web.reading import KEY_LIMIT, Rejected, clipped, json_object, text, web_address, words

SOURCE = "incidents"
LABEL = "Webhook"

_TEXTS = ("title", "description", "severity", "service", "dedup_key", "source_link")
_FLAGS = ("private", "page")


async def receive(request: web.Request) -> web.Response:
    """201 with the n of `INC-n` once it is committed; 4xx with a reason otherwise."""
    admit(request, SOURCE)
    form = await _form(request)
    bot = request.app[PARTS].bot
    answer = await declare(bot, form, Actor(None, Source.WEBHOOK, LABEL), bot.clock.now())
    return web.json_response({"incident_id": str(answer.incident.id)}, status=201)


async def _form(request: web.Request) -> Declaration:
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > KEY_LIMIT:
        raise Rejected(400, "bad_field", f"Idempotency-Key may have {KEY_LIMIT} characters at most.")
    if request.content_type == "application/json":
        return read(await json_object(request), key)
    if request.content_type in ("text/plain", "application/octet-stream"):
        return read_text(await text(request), key)
    raise Rejected(
        415, "unsupported_type", "Send `Content-Type: application/json` or `text/plain` (first line the title)."
    )


def read_text(given: str, key: str = "") -> Declaration:
    """A title, and a description from the second line on."""
    title, _, rest = given.strip().partition("\n")
    return _declaration({"title": title, "description": rest.strip()}, {}, key)


def read(payload: Mapping[str, object], key: str = "") -> Declaration:
    """The declaration in a JSON body; raises Rejected for a field that is not what it must be."""
    texts: dict[str, str] = {}
    for name in _TEXTS:
        value = payload.get(name)
        given = "" if value is None else words(value)
        if given is None:
            raise Rejected(400, "bad_field", f"{name} must be text.", field=name)
        texts[name] = given.strip()
    flags: dict[str, bool] = {}
    for name in _FLAGS:
        value = payload.get(name)
        if not isinstance(value, bool | None):
            raise Rejected(400, "bad_field", f"{name} must be true or false.", field=name)
        if value is not None:
            flags[name] = value
    return _declaration(texts, flags, key)


def _declaration(texts: Mapping[str, str], flags: Mapping[str, bool], key: str) -> Declaration:
    """A machine cannot shorten its words: what is too long is cut, and a cut title stays whole in the description."""
    title, description = " ".join(texts["title"].split()), texts.get("description", "")
    if len(title) > TITLE_LIMIT:
        description = f"{title}\n\n{description}".strip()
    dedup, link, severity = texts.get("dedup_key", ""), texts.get("source_link", ""), texts.get("severity", "")
    if link and not web_address(link):
        raise Rejected(
            400, "bad_field", "source_link must be an address that begins with https://.", field="source_link"
        )
    return Declaration(
        title=clipped(title, TITLE_LIMIT),
        description=clipped(description, TEXT_LIMIT),
        severity=SEVERITY_WORDS.get(severity.casefold(), severity) or None,
        service=texts.get("service") or None,
        source_link=link,
        private=flags.get("private", False),
        page=flags.get("page"),
        key=("webhook", key) if key else None,
        dedup_key=(SOURCE, dedup) if dedup else None,
    )
