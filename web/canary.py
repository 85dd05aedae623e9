"""`POST /webhooks/canary`: a deployment says how its canary fares; a failed one declares an incident (SPEC §10).

application/json    {service, status: failed|passed, version?, summary?, link?}

The posture's `canary` (the service's own, else the general one) says with which severity: SEV2 unless it is set.
A canary that fails again while its incident is open joins it. One that passed changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from bot.domain.incident import TEXT_LIMIT, TITLE_LIMIT
from bot.domain.people import Actor, Source
from bot.domain.posture import Posture
from bot.usecases.incidents import Declaration, declare
from bot.views import canary
from web.doors import admit
from web.parts import PARTS
from web.reading import Rejected, clipped, json_object, web_address, words

SOURCE = "canary"
LABEL = "Canary"

_TEXTS = ("service", "status", "version", "summary", "link")
FAILED, PASSED = "failed", "passed"


async def receive(request: web.Request) -> web.Response:
    """201 with the n of `INC-n` once a failure is committed, 200 where there is nothing to do; 4xx with a reason."""
    admit(request, SOURCE)
    bot = request.app[PARTS].bot
    form = read(await json_object(request), bot.posture())
    if form is None:
        return web.json_response({"incident_id": None})
    answer = await declare(bot, form, Actor(None, Source.ALERT, LABEL), bot.clock.now())
    return web.json_response({"incident_id": str(answer.incident.id)}, status=201)


def read(payload: Mapping[str, object], posture: Posture) -> Declaration | None:
    """What a failed canary declares; None for one that passed. Raises Rejected."""
    given = {name: _text(payload, name) for name in _TEXTS}
    if not given["service"]:
        raise Rejected(400, "bad_field", "service must name a service of the posture.", field="service")
    if given["status"] not in (FAILED, PASSED):
        raise Rejected(400, "bad_field", "status must be failed or passed.", field="status")
    if given["link"] and not web_address(given["link"]):
        raise Rejected(400, "bad_field", "link must be an address that begins with https://.", field="link")
    return _failed(given, posture) if given["status"] == FAILED else None


def _text(payload: Mapping[str, object], name: str) -> str:
    value = payload.get(name)
    found = "" if value is None else words(value)
    if found is None:
        raise Rejected(400, "bad_field", f"{name} must be text.", field=name)
    return found.strip()


def _failed(given: Mapping[str, str], posture: Posture) -> Declaration:
    name = given["service"]
    service = posture.services.get(name)
    rules = (service.canary if service else None) or posture.canary
    said = canary.description(given["summary"], service.remediation if service else ())
    return Declaration(
        title=clipped(" ".join(canary.title(name, given["version"]).split()), TITLE_LIMIT),
        description=clipped(said, TEXT_LIMIT),
        severity=rules.severity,
        service=name,
        source_link=given["link"],
        detected_by=LABEL,
        dedup_key=(SOURCE, f"{name}/{given['version']}"),
    )
