"""Faults to order: which call goes wrong, how and how often; and the ways an HTTP answer goes wrong."""

from __future__ import annotations

import asyncio
import fnmatch
import itertools
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from aiohttp import web

Target = Literal["slack", "twilio", "smtp", "google"]
Kind = Literal[
    "error",
    "rate_limited",
    "http",
    "timeout_before",
    "timeout_after",
    "reset_before",
    "reset_after",
    "delay",
    "garbage",
]

LONGEST_SECONDS = 600.0
HANG_SECONDS = 60.0
MOST_FAULTS = 200


class BadFault(ValueError):
    """A fault that cannot be made; the text says what to change."""


@dataclass
class Fault:
    """One thing that goes wrong. `times` counts down and is None for always; `hits` counts up."""

    id: str
    target: str
    method: str
    kind: str
    times: int | None = 1
    probability: float = 1.0
    match: Mapping[str, Any] = field(default_factory=dict)
    error: str = "internal_error"
    status: int = 503
    retry_after: int = 1
    seconds: float = 0.0
    hits: int = 0

    def hit_by(self, target: str, method: str, arguments: Mapping[str, Any]) -> bool:
        """Whether a call is of the kind this fault spoils (the draw of `probability` aside)."""
        if self.times == 0 or target != self.target or not fnmatch.fnmatchcase(method, self.method):
            return False
        return all(_same(arguments.get(name), wanted) for name, wanted in self.match.items())


def _same(given: Any, wanted: Any) -> bool:
    if isinstance(given, list) and not isinstance(wanted, list):
        return any(_same(one, wanted) for one in given)
    return bool(given == wanted) or (given is not None and str(given) == str(wanted))


class Faults:
    """The faults in force, in the order they were added; the first that fits a call spoils it."""

    def __init__(self, seed: int | None = None) -> None:
        self._faults: list[Fault] = []
        self._numbers = itertools.count(1)
        self._random = random.Random(seed)  # noqa: S311 - a draw of lots, not a secret

    def add(self, wanted: Mapping[str, Any]) -> Fault:
        """Put a fault in force. BadFault when a field is unknown, missing or out of range."""
        if len(self._faults) >= MOST_FAULTS:
            raise BadFault(f"There are {MOST_FAULTS} faults already: remove some first.")
        fault = Fault(id=f"F{next(self._numbers)}", **_checked(wanted))
        self._faults.append(fault)
        return fault

    def remove(self, fault_id: str) -> bool:
        """Take one fault out; False when there is none of that id."""
        before = len(self._faults)
        self._faults = [fault for fault in self._faults if fault.id != fault_id]
        return len(self._faults) < before

    def clear(self) -> None:
        """Take all faults out."""
        self._faults.clear()

    def all(self) -> list[dict[str, Any]]:
        """The faults as the control API shows them, spent ones (times 0) included."""
        return [asdict(fault) for fault in self._faults]

    def take(self, target: str, method: str, arguments: Mapping[str, Any] | None = None) -> Fault | None:
        """The fault that spoils this call, counted as used; None when the call goes well."""
        for fault in self._faults:
            if not fault.hit_by(target, method, arguments or {}):
                continue
            if fault.probability < 1 and self._random.random() >= fault.probability:
                continue
            fault.hits += 1
            fault.times = None if fault.times is None else fault.times - 1
            return fault
        return None


def _checked(wanted: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: check for name, check in _CHECKS.items() if name in wanted}
    unknown = sorted(set(wanted) - set(_CHECKS))
    if unknown:
        raise BadFault(f"Unknown field {unknown[0]!r}: known are {', '.join(sorted(_CHECKS))}.")
    if missing := [name for name in ("target", "kind") if name not in wanted]:
        raise BadFault(f"A fault needs {missing[0]!r}.")
    for name, (right, expected) in known.items():
        if not right(wanted[name]):
            raise BadFault(f"{name!r} must be {expected}.")
    return {"method": "*", **wanted}


def _number(low: float, high: float) -> Callable[[Any], bool]:
    return lambda v: isinstance(v, int | float) and not isinstance(v, bool) and low <= v <= high


def _whole(low: int, high: int) -> Callable[[Any], bool]:
    return lambda v: isinstance(v, int) and not isinstance(v, bool) and low <= v <= high


_CHECKS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "target": (lambda v: v in get_args(Target), f"one of {', '.join(get_args(Target))}"),
    "kind": (lambda v: v in get_args(Kind), f"one of {', '.join(get_args(Kind))}"),
    "method": (lambda v: isinstance(v, str) and 0 < len(v) <= 100, "a method's name, or a pattern such as *"),
    "times": (lambda v: v is None or _whole(1, 1_000_000)(v), "a whole number from 1, or null for always"),
    "probability": (_number(0, 1), "a number from 0 to 1"),
    "match": (lambda v: isinstance(v, dict), "an object of argument names and values"),
    "error": (lambda v: isinstance(v, str) and 0 < len(v) <= 200, "a text"),
    "status": (_whole(400, 599), "an HTTP status from 400 to 599"),
    "retry_after": (_whole(0, 3600), "whole seconds up to 3600"),
    "seconds": (_number(0, LONGEST_SECONDS), f"seconds from 0 to {LONGEST_SECONDS:.0f}"),
}

Effect = Callable[[], Awaitable[web.StreamResponse]]
Refuse = Callable[[Fault], web.StreamResponse]


async def spoil(fault: Fault | None, request: web.Request, effect: Effect, refuse: Refuse) -> web.StreamResponse:
    """Answer `request` by running `effect`, spoiled by `fault` where there is one.

    `refuse` words `error` and `rate_limited` as the service at hand would. What happens: nothing for `error`,
    `rate_limited`, `http`, `timeout_before` and `reset_before`; everything for the others.
    """
    if fault is None:
        return await effect()
    if fault.kind in ("error", "rate_limited"):
        return refuse(fault)
    if fault.kind == "http":
        return web.Response(status=fault.status, text=f"<html><h1>{fault.status}</h1></html>", content_type="text/html")
    if fault.kind == "delay":
        await asyncio.sleep(fault.seconds)
        return await effect()
    answer = web.Response() if fault.kind.endswith("_before") else await effect()
    if fault.kind == "garbage":
        return web.Response(text="<html>\ufffd{not json", content_type="text/html")
    if fault.kind.startswith("timeout"):
        await _hang(request, fault.seconds or HANG_SECONDS)
    abort(request)
    return answer


async def _hang(request: web.Request, seconds: float) -> None:
    """Say nothing until the caller gives up, at most for `seconds`."""
    deadline = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < deadline:
        if request.transport is None or request.transport.is_closing():
            return
        await asyncio.sleep(0.05)


def abort(request: web.Request) -> None:
    """Drop the caller's connection without a word."""
    if isinstance(request.transport, asyncio.Transport):
        request.transport.abort()
