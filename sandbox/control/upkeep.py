"""The control calls that run the sandbox itself: clock, log, faults, switches, sockets, reset, the bot's process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict, fields
from typing import Any

from aiohttp import web

from sandbox.control.boundary import Refusal, query_number, read_body
from sandbox.faults import BadFault
from sandbox.parts import Parts
from sandbox.phones import CALLBACK_MODES

LONGEST_WAIT = 30.0
SOCKET_ACTIONS = ("disconnect", "refresh", "abort", "deaf", "hear", "duplicate", "disable", "enable")


class Upkeep:
    """Handlers over the sandbox's parts."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def routes(self) -> list[web.RouteDef]:
        """The addresses."""
        return [
            web.get("/clock", self.clock),
            web.post("/control/clock", self.move_clock),
            web.get("/control/log", self.log),
            web.get("/control/faults", self.faults),
            web.post("/control/faults", self.add_fault),
            web.delete("/control/faults", self.remove_faults),
            web.delete("/control/faults/{id}", self.remove_fault),
            web.post("/control/switches", self.switch),
            web.post("/control/sockets", self.sockets),
            web.post("/control/reset", self.reset),
            web.post("/control/bot", self.bot),
        ]

    # --- clock

    async def clock(self, request: web.Request) -> web.Response:
        """The offset and its version; with `after`, once the version is past it or after `wait` seconds."""
        clock = self._parts.clock
        if "after" in request.query:
            wait = min(LONGEST_WAIT, max(0.0, query_number(request, "wait", 25.0)))
            await clock.wait_past(int(query_number(request, "after", 0)), wait)
        return web.json_response(self._clock())

    async def move_clock(self, request: web.Request) -> web.Response:
        """Move the clock by `advance` seconds, or back to the machine's time."""
        body = await read_body(request)
        if body.flag("reset"):
            self._parts.clock.reset()
        else:
            try:
                self._parts.clock.advance(body.number("advance"))
            except ValueError as error:
                raise Refusal("invalid_arguments", str(error)) from error
        return web.json_response(self._clock())

    def _clock(self) -> dict[str, Any]:
        clock = self._parts.clock
        return {"offset_seconds": clock.offset_seconds, "version": clock.version}

    # --- log and faults

    async def log(self, request: web.Request) -> web.Response:
        """The entries numbered above `after`."""
        journal = self._parts.journal
        entries = journal.after(int(query_number(request, "after", 0)))
        return web.json_response({"entries": entries, "last": journal.last})

    async def faults(self, _request: web.Request) -> web.Response:
        """The faults in force."""
        return web.json_response({"faults": self._parts.faults.all()})

    async def add_fault(self, request: web.Request) -> web.Response:
        """Put a fault in force."""
        body = await read_body(request)
        try:
            fault = self._parts.faults.add(body.fields)
        except BadFault as error:
            raise Refusal("invalid_fault", str(error)) from error
        self._parts.world.changed("faults")
        return web.json_response(asdict(fault), status=201)

    async def remove_faults(self, _request: web.Request) -> web.Response:
        """Take all faults out."""
        self._parts.faults.clear()
        self._parts.world.changed("faults")
        return web.json_response({"faults": []})

    async def remove_fault(self, request: web.Request) -> web.Response:
        """Take one fault out."""
        if not self._parts.faults.remove(request.match_info["id"]):
            raise Refusal("not_found", "There is no fault of this id.", 404)
        self._parts.world.changed("faults")
        return web.json_response({"faults": self._parts.faults.all()})

    # --- switches and sockets

    async def switch(self, request: web.Request) -> web.Response:
        """Set the named switches; all of them or none."""
        body = await read_body(request)
        parts = self._parts
        known: dict[str, Any] = {}
        for owner in (parts.world.switches, parts.phones.switches):
            known |= dict.fromkeys((one.name for one in fields(owner)), owner)
        for name, value in body.fields.items():
            if name not in known:
                raise Refusal("unknown_switch", f"There is no {name!r}: known are {', '.join(known)}.")
            _check_switch(name, value, getattr(known[name], name))
        for name, value in body.fields.items():
            setattr(known[name], name, value)
        parts.world.changed("state")
        return web.json_response({"switches": switches(parts)})

    async def sockets(self, request: web.Request) -> web.Response:
        """Trouble for the app's connections: one by `id`, or all."""
        body = await read_body(request)
        action, one = body.text("action"), body.text("id", "")
        sockets = self._parts.world.sockets
        acts: dict[str, Callable[[], Any]] = {
            "disconnect": lambda: sockets.disconnect("warning", one),
            "refresh": lambda: sockets.disconnect("refresh_requested", one),
            "abort": lambda: sockets.abort(one),
            "deaf": lambda: sockets.deafen(one),
            "hear": lambda: sockets.deafen(one, deaf=False),
            "duplicate": lambda: self._parts.world.app_events.duplicate(),
            "disable": lambda: sockets.disable(),
            "enable": lambda: sockets.disable(disabled=False),
        }
        if action not in acts:
            raise Refusal("invalid_arguments", f"'action' must be one of {', '.join(SOCKET_ACTIONS)}.")
        if one and not sockets.chosen(one):
            raise Refusal("not_found", "There is no connection of this id.", 404)
        acts[action]()
        await asyncio.sleep(0)
        return web.json_response({"sockets": socket_list(self._parts)})

    # --- all of it

    async def reset(self, request: web.Request) -> web.Response:
        """The seeded world again; a bot that the launcher started begins again too, with an empty database."""
        await read_body(request)
        process = self._parts.options.process
        if process is not None:
            await process.act("stop")
            process.forget()
        self._parts.reset()
        if process is not None:
            await process.act("start")
        return web.json_response({"ok": True})

    async def bot(self, request: web.Request) -> web.Response:
        """Kill, stop or start the bot's process."""
        body = await read_body(request)
        process = self._parts.options.process
        if process is None:
            raise Refusal("no_process", "The bot was not started by this sandbox.", 409)
        try:
            await process.act(body.text("action"))
        except ValueError as error:
            raise Refusal("invalid_arguments", str(error)) from error
        return web.json_response({"process": process.state()})


def _check_switch(name: str, value: Any, now: Any) -> None:
    problem = ""
    if name == "callbacks":
        problem = "" if value in CALLBACK_MODES else f"one of {', '.join(CALLBACK_MODES)}"
    elif name == "restricted":
        texts = isinstance(value, list) and all(isinstance(one, str) for one in value)
        problem = "" if texts else "a list of methods"
    elif name == "max_channels":
        problem = "" if value is None or _count(value) else "a whole number or null"
    elif isinstance(now, bool):
        problem = "" if isinstance(value, bool) else "true or false"
    elif isinstance(now, int | float):
        fits = isinstance(value, float) or _count(value) if isinstance(now, float) else _count(value)
        problem = "" if fits and 0 <= value <= 1_000_000 else "a number from 0 to 1,000,000"
    if problem:
        raise Refusal("invalid_arguments", f"{name!r} must be {problem}.")


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def switches(parts: Parts) -> dict[str, Any]:
    """Every switch and how it stands."""
    return asdict(parts.world.switches) | asdict(parts.phones.switches)


def socket_list(parts: Parts) -> list[dict[str, Any]]:
    """The app's connections."""
    return [
        {"id": c.id, "deaf": c.deaf, "draining": c.draining, "sent": c.sent, "acked": c.acked}
        for c in parts.world.sockets.connections
    ]
