"""The HTTP control API: everything a person at the sandbox can do, for the browser and for other programs."""

from __future__ import annotations

from aiohttp import web

from sandbox.control import people
from sandbox.control.events import Changes
from sandbox.control.phones import PhoneCalls
from sandbox.control.picture import Picture
from sandbox.control.sheets import SheetCalls
from sandbox.control.upkeep import Upkeep
from sandbox.parts import Parts


def add(app: web.Application, parts: Parts) -> Changes:
    """Put the control API into `app`; the stream of changes is to be closed at shutdown."""
    changes = Changes(parts.world)
    app.router.add_get("/control/events", changes.stream)
    for calls in (Picture(parts), PhoneCalls(parts), SheetCalls(parts), Upkeep(parts)):
        app.add_routes(calls.routes())
    app.add_routes(people.routes(parts.world))
    return changes
