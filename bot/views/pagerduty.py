"""Events for PagerDuty: what it is to show of an incident of ours. Its dedup key is ours, so that both stay one.

https://developer.pagerduty.com/docs/events-api-v2/trigger-events
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.domain.incident import Incident
from bot.domain.mirror import dedup_key
from bot.domain.picture import Picture
from bot.views import links, situation
from bot.views.words import clip, one_line, safe

_SUMMARY = 1024  # characters, PagerDuty's limit
_DETAILS = 2000  # of the description; an event may have 512 KiB
#: PagerDuty knows four severities.
_SEVERITIES = {1: "critical", 2: "error", 3: "warning"}


def event(action: str, picture: Picture, now: datetime) -> dict[str, Any]:
    """`trigger`, `acknowledge` or `resolve`; without the routing key, which the client adds."""
    base = {"event_action": action, "dedup_key": dedup_key(picture.incident), "client": "Tocsin"}
    return {**base, **_trigger(picture, now)} if action == "trigger" else base


def _trigger(picture: Picture, now: datetime) -> dict[str, Any]:
    incident = picture.incident
    shown = [("Open it in Slack", links.address(picture)), ("Runbook", links.runbook(picture))]
    return {
        "payload": {
            "summary": clip(_summary(incident), _SUMMARY),
            "source": situation.services(incident),
            "severity": "info" if incident.drill else _SEVERITIES.get(picture.severity.rank, "info"),
            "timestamp": now.astimezone(UTC).isoformat(timespec="seconds"),
            "component": incident.service or "not named",
            "class": incident.severity,
            "custom_details": _details(picture),
        },
        "links": [{"href": url, "text": text} for text, url in shown if url],
    }


def _summary(incident: Incident) -> str:
    drill = "DRILL " if incident.drill else ""
    title = "a private incident" if incident.private else one_line(incident.title)
    return f"{drill}{incident.severity} {incident.name} {title}"


def _details(picture: Picture) -> dict[str, str]:
    """A private incident's words stay in its war room."""
    incident = picture.incident
    found = {
        "incident": incident.name,
        "severity": situation.meaning(picture.severity),
        "service": situation.services(incident),
    }
    if not incident.private:
        found |= {
            "detected by": one_line(incident.detected_by),
            "description": clip(safe(incident.description).strip(), _DETAILS),
        }
    return {name: text for name, text in found.items() if text}
