"""Places where the program can be told to die, so that tests prove that nothing is lost there; else they do nothing.

Only `tests/crash` sets CRASH_AT, which is no setting of the bot: `CRASH_AT=settle.before_commit` dies by SIGKILL at the
first passage of that place, `CRASH_AT=settle.before_commit:3` at the third. docs/reliability.md lists the places.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from typing import Any, Final

#: Every place, and what has happened there.
POINTS: Final[Mapping[str, str]] = {
    "migrate.before_commit": "the tables are made, and not yet committed",
    "declare.before_commit": "a declaration is written, and not yet committed",
    "declare.after_commit": "it is committed, and nobody was told",
    "alert.after_commit": "alerts are committed, and their sender has no 2xx yet",
    "slack.before_ack": "what somebody did in Slack is committed, and Slack has no ack yet",
    "ack.before_commit": "an ack is written, and not yet committed",
    "ack.after_commit": "it is committed, and nobody was told",
    "claim.after_commit": "a row is claimed, and its call not yet made",
    "call.after": "a call was made, and its outcome is not yet written",
    "room.created": "Slack made the war room, and we have not written its id",
    "dm.accepted": "Slack took a page, and we have not written it",
    "sms.accepted": "Twilio took a page, and we have not written it",
    "mail.accepted": "the mail server took a page, and we have not written it",
    "settle.before_commit": "an outcome is written, and not yet committed",
    "settle.after_commit": "an outcome is committed, and what follows from it not yet claimed",
    "timer.claimed": "due timers are claimed, and none has fired",
    "timer.before_commit": "a run's step is written, and not yet committed",
    "timer.after_commit": "it is committed, and none of its pages claimed",
    "stop.draining": "a stop was asked for, and calls are under way",
}

#: What the units of work are called here, by the use case they belong to.
UNITS: Final[Mapping[str, str]] = {
    "bot.usecases.declare.declare": "declare",
    "bot.usecases.alerts.take": "alert",
    "bot.usecases.acks.ack": "ack",
    "bot.usecases.delivery.settle": "settle",
    "scheduler.timers.fire": "timer",
}
#: What the calls are called whose success is a place of its own, by their effect.
_CALLS: Final[Mapping[str, str]] = {
    "room.create": "room.created",
    "page.slack": "dm.accepted",
    "page.sms": "sms.accepted",
    "page.email": "mail.accepted",
}


class _Armed:
    """The place to die at, and how often it is still passed before."""

    def __init__(self, wanted: str) -> None:
        self.point, _, passages = wanted.partition(":")
        if self.point not in POINTS or not (passages or "1").isdigit():
            raise SystemExit(f"CRASH_AT={wanted} names no place to die at: {', '.join(POINTS)}.")
        self.left = int(passages or "1")

    def pass_by(self, point: str) -> None:
        if point == self.point:
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


_armed: Final = _Armed(os.environ["CRASH_AT"]) if os.environ.get("CRASH_AT") else None


def hit(point: str) -> None:
    """Dies here if it was told to."""
    if _armed is not None:
        _armed.pass_by(point)


def committing(work: Callable[..., Any]) -> None:
    """The unit of work is about to commit."""
    if _armed is not None:
        _armed.pass_by(f"{_unit(work)}.before_commit")


def committed(work: Callable[..., Any]) -> None:
    """The unit of work is committed; nothing else has happened since."""
    if _armed is not None:
        _armed.pass_by(f"{_unit(work)}.after_commit")


def called(effect: str, *, sent: bool) -> None:
    """A call for a row was answered; `sent` where it did what was wanted."""
    if _armed is not None:
        if sent:
            _armed.pass_by(_CALLS.get(effect, ""))
        _armed.pass_by("call.after")


def _unit(work: Callable[..., Any]) -> str:
    """By the function in which the work was written down."""
    name = getattr(work, "__qualname__", "").partition(".")[0]
    return UNITS.get(f"{getattr(work, '__module__', '')}.{name}", "")
