"""The page by email: subject, plain text and HTML that say the same."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.picture import Job, Picture
from bot.views import links, situation
from bot.views.words import clock, duration, one_line, safe, web

_SUBJECT = 200
_TOKEN = re.compile(r"<(?:!date\^\d+\^[^|>]*\|([^>]*)|[@#]([A-Z0-9]+)|([^|>]+)\|([^>]*))>")


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail without its envelope. `headers` go beside From, To, Subject and Message-ID; all are one-liners."""

    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)


def page_email(job: Job, now: datetime) -> Mail:
    """The page as a mail."""
    if job.picture is None or job.page is None:
        raise ValueError("a page needs its picture and its page row")
    picture, incident = job.picture, job.picture.incident
    drill = "[DRILL] " if incident.drill else ""
    subject = f"{drill}[{one_line(incident.severity)}] {incident.name} {one_line(incident.title)}"
    headers = {
        "X-Tocsin-Incident": incident.name,
        "X-Tocsin-Page": str(job.page.id),
        "Auto-Submitted": "auto-generated",
        "Importance": "high" if picture.severity.urgency == "high" else "normal",
    }
    lines = _lines(job, picture, now)
    return Mail(subject[:_SUBJECT], _text(picture, lines), _html(picture, lines), headers)


def _lines(job: Job, picture: Picture, now: datetime) -> list[tuple[str, str]]:
    """Label and text of each line; raw. A text that is a web address becomes a link in the HTML."""
    incident, number = picture.incident, picture.incident.id
    then = "open the runbook and say in the war room" if links.runbook(picture) else "open the war room and say there"
    lines = [
        ("Drill", "This is a drill. Answer it as if it were real." if incident.drill else ""),
        ("Repeat", "This may be a repeat: the first try may have reached you." if job.row.doubt else ""),
        ("Answer", f"In Slack press Ack, or reply ACK {number} or DECLINE {number} to the SMS."),
        ("First step", f"Ack, so that nobody else is woken. Then {then} what you see."),
        ("Severity", situation.meaning(picture.severity)),
        ("Ack within", duration(picture.severity.response) if picture.severity.response else ""),
        ("Service", situation.services(incident)),
        ("Open", links.address(picture, job.person) or "The war room is being opened."),
        ("Runbook", links.runbook(picture)),
        ("Source", links.source(picture)),
        ("Declared", f"{clock(incident.declared_at, now)}, detected by {one_line(incident.detected_by)}"),
        ("Otherwise", plain_text(_otherwise(job, picture, now))),
        ("Description", safe(incident.description).strip()),
    ]
    return [(label, text) for label, text in lines if text]


def _otherwise(job: Job, picture: Picture, now: datetime) -> str:
    found = next((one for one in picture.runs if job.page and one.run.id == job.page.run_id), None)
    return situation.next_step(found, now) if found else ""


def plain_text(mrkdwn: str) -> str:
    """Our own Slack text for places that are not Slack: tokens become what they show, entities characters."""
    shown = _TOKEN.sub(lambda found: found.group(1) or found.group(2) or found.group(4) or "", mrkdwn)
    return html.unescape(shown)


def _title(picture: Picture) -> str:
    return f"{picture.incident.severity} {situation.title(picture.incident)}"


def _text(picture: Picture, lines: list[tuple[str, str]]) -> str:
    body = "\n".join(f"{label}: {text}" for label, text in lines)
    return f"You are paged.\n{one_line(_title(picture))}\n\n{body}\n"


def _html(picture: Picture, lines: list[tuple[str, str]]) -> str:
    rows = "".join(
        f'<p style="margin:0 0 10px"><b>{html.escape(label)}</b><br>{_linked(text)}</p>' for label, text in lines
    )
    return (
        '<!doctype html><html><body style="font:16px/1.4 sans-serif;color:#1d1c1d;max-width:36em;margin:0 auto">'
        f'<p style="margin:0 0 4px">You are paged.</p>'
        f'<h1 style="font-size:20px;margin:0 0 16px">{html.escape(one_line(_title(picture)))}</h1>'
        f"{rows}</body></html>"
    )


def _linked(text: str) -> str:
    shown = html.escape(text).replace("\n", "<br>")
    return f'<a href="{shown}">{shown}</a>' if web(text) == text else shown
