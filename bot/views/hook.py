"""The page as JSON, for the outgoing webhook. docs/paging.md describes every field; a test holds the two together.

A private incident's words stay in its war room: what receives this is a system, and nobody knows who reads there.
"""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.escalation import BESIDE, step_at
from bot.domain.picture import Job, Picture
from bot.views import links, situation
from bot.views.mail import plain_text
from bot.views.words import one_line, safe

VERSION = 1

Fields = dict[str, object]


def page_hook(job: Job, now: datetime) -> Fields:
    """Every field is always there; what is unknown or withheld is null."""
    if job.picture is None or job.page is None or job.person is None:
        raise ValueError("a page needs its picture, its page row and its person")
    person = job.person
    return {
        "version": VERSION,
        "type": "page",
        "key": job.row.key,
        "sent_at": _time(now),
        "repeat": job.row.doubt,
        "drill": job.picture.incident.drill,
        "person": {
            "name": one_line(person.name), "handle": person.handle, "slack_id": person.slack_id, "email": person.email,
        },
        "incident": _incident(job.picture, job),
        "page": _page(job, job.picture, now),
    }  # fmt: skip


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _incident(picture: Picture, job: Job) -> Fields:
    incident, hidden = picture.incident, picture.incident.private
    return {
        "id": incident.id,
        "name": incident.name,
        "private": hidden,
        "title": None if hidden else one_line(incident.title),
        "description": None if hidden else safe(incident.description),
        "severity": incident.severity,
        "meaning": situation.meaning(picture.severity),
        "urgency": picture.severity.urgency.value,
        "state": incident.state.value,
        "status": incident.status.value,
        "services": list(incident.services or ((incident.service,) if incident.service else ())),
        "detected_by": None if hidden else one_line(incident.detected_by),
        "declared_at": _time(incident.declared_at),
        "open_url": links.address(picture, job.person) or None,
        "runbook_url": links.runbook(picture) or None,
        "source_url": None if hidden else links.source(picture) or None,
    }


def _page(job: Job, picture: Picture, now: datetime) -> Fields:
    page = job.page
    assert page is not None
    found = next((one for one in picture.runs if one.run.id == page.run_id), None)
    decision = step_at(found.run.policy, page.step, page.created_at) if found else None
    climbs = decision is not None and found is not None and found.run.kind not in BESIDE
    return {
        "tier": decision.tier if climbs and decision else None,
        "tiers": len(found.run.policy.tiers) if climbs and found else None,
        "cycle": decision.cycle if climbs and decision else None,
        "otherwise": plain_text(situation.next_step(found, now), now) or None if found else None,
    }
