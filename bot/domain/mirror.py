"""The mirror in PagerDuty: which of our facts it is told, and how one of its incidents is known as ours."""

from __future__ import annotations

import re
from enum import StrEnum

from bot.domain.incident import Incident
from bot.domain.timeline import Kind

_KEY = re.compile(r"tocsin/INC-(\d{1,9})/(\d{1,12})", re.ASCII)


class Action(StrEnum):
    """PagerDuty's `event_action`."""

    TRIGGER = "trigger"
    ACKNOWLEDGE = "acknowledge"
    RESOLVE = "resolve"


#: What a fact means to PagerDuty. Giving an ack back, and reopening, trigger it again under the same key.
ACTIONS: dict[Kind, Action] = {
    Kind.ACKED: Action.ACKNOWLEDGE,
    Kind.TAKEN: Action.ACKNOWLEDGE,
    Kind.UNACKED: Action.TRIGGER,
    Kind.REOPENED: Action.TRIGGER,
    Kind.RESOLVED: Action.RESOLVE,
    Kind.CANCELLED: Action.RESOLVE,
}


def dedup_key(incident: Incident) -> str:
    """Ours for ever: another database's incident of the same number has another time."""
    return f"tocsin/{incident.name}/{int(incident.declared_at.timestamp())}"


def number_in(key: str) -> int | None:
    """The incident that a key may be of; `dedup_key` of it must be the same key."""
    found = _KEY.fullmatch(key)
    return int(found[1]) if found else None
