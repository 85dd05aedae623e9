"""Notes to admins about rotas that are kept in PagerDuty or in a calendar: why one is not followed, and that it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.views.words import cut, escape, one_line

_MOST = 10
_PLACES = {"pagerduty": "PagerDuty", "calendar": "its calendar"}
_WORDS = {
    "away": "{given}",
    "unreadable": "what it answers cannot be read: {given}",
    "too_long": "it is longer than a rota: {given}",
    "no_schedule": "there is no schedule of the id or name “{given}” that PAGERDUTY_API_TOKEN may read",
    "ambiguous": "several schedules are called “{given}”; write the id of one of them in the posture",
    "no_token": "PAGERDUTY_API_TOKEN is not set",
    "plain_http": (
        "its address begins with http://, by which anybody could change the rota; write https://, or in your own"
        " network set CALENDAR_ALLOW_PRIVATE=true"
    ),
    "nobody": "it names nobody who is known here; invite somebody to it, or write their name",
    "unknown": "nobody here is known as “{given}”; add them to the posture or to Slack",
    "not_a_time": "“{given}” is no time from which to which somebody could be on call",
    "no_zone": "there is no time zone “{given}”",
    "no_rule": "its repetition cannot be followed: {given}",
}


def broken(data: Mapping[str, object], _: datetime) -> str:
    """Every trouble with the shift it is about."""
    found = data.get("troubles")
    troubles = [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
    lines = [f"• {trouble(one)}" for one in troubles[:_MOST]]
    if len(troubles) > _MOST:
        lines.append(f"• and {len(troubles) - _MOST} more")
    head = f"⚠️ {_schedule(data)} does not follow {_place(data)}: what was last read without a fault stays in force."
    return "\n".join([head, *lines])


def trouble(data: Mapping[str, object]) -> str:
    """`“On call, 2026-11-24 09:00 UTC”: nobody here is known as …`."""
    words = _WORDS[str(data["code"])].format(given=_text(data, "given"))
    return f"“{_text(data, 'where')}”: {words}" if data.get("where") else words


def mended(data: Mapping[str, object], _now: datetime) -> str:
    return f"✅ {_schedule(data)} follows {_place(data)} again."


def _text(data: Mapping[str, object], name: str) -> str:
    return escape(cut(one_line(str(data.get(name) or "")), 80))


def _schedule(data: Mapping[str, object]) -> str:
    return f"*{_text(data, 'schedule')}*"


def _place(data: Mapping[str, object]) -> str:
    return _PLACES.get(str(data.get("origin")), "its source")
