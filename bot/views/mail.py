"""The page by email: subject, plain text and HTML that say the same."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.domain.delivery import Effect
from bot.domain.picture import Job, Picture
from bot.views import links, situation
from bot.views.words import clock, duration, one_line, safe, web

_SUBJECT = 200
#: The links that answer, by verb.
_BUTTONS = {"ack": "I have it (ack)", "decline": "I cannot (decline)"}
_COLOURS = {"ack": "background:#007a5a;color:#ffffff", "decline": "background:#e8e8e8;color:#1d1c1d"}
_ONCE = "Each opens a page with a button; nothing is answered before you press it. They work once."
_TOKEN = re.compile(r"<(?:!date\^(\d+)\^[^|>]*\|[^>]*|[@#]([A-Z0-9]+)|[^|>]+\|([^>]*))>")


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
    given, lines = _links(job), _lines(job, picture, now)
    return Mail(subject[:_SUBJECT], _text(picture, given, lines), _html(picture, given, lines), headers)


def _lines(job: Job, picture: Picture, now: datetime) -> list[tuple[str, str]]:
    """Label and text of each line; raw. A text that is a web address becomes a link in the HTML."""
    incident, zone = picture.incident, job.person.zone if job.person else "UTC"
    then = "open the runbook and say in the war room" if links.runbook(picture) else "open the war room and say there"
    lines = [
        ("Drill", "This is a drill. Answer it as if it were real." if incident.drill else ""),
        ("Repeat", "This may be a repeat: the first try may have reached you." if job.row.doubt else ""),
        ("Answer", "" if _links(job) else _without_links(job, picture)),
        ("First step", f"Ack, so that nobody else is woken. Then {then} what you see."),
        ("Severity", situation.meaning(picture.severity)),
        ("Ack within", duration(picture.severity.response) if picture.severity.response else ""),
        ("Service", situation.services(incident)),
        _place(picture, job),
        ("Runbook", links.runbook(picture)),
        ("Source", links.source(picture)),
        ("Declared", f"{clock(incident.declared_at, now, zone)}, detected by {one_line(incident.detected_by)}"),
        ("Otherwise", plain_text(_otherwise(job, picture, now), now, zone)),
        ("Description", safe(incident.description).strip()),
    ]
    return [(label, text) for label, text in lines if text]


def _place(picture: Picture, job: Job) -> tuple[str, str]:
    address = links.address(picture, job.person)
    return (links.address_label(picture), address) if address else ("Open", "The war room is being opened.")


def _links(job: Job) -> Mapping[str, str]:
    """The one-time links by verb; none where the bot has no public address."""
    found = job.data.get("links")
    return found if isinstance(found, Mapping) else {}


def _without_links(job: Job, picture: Picture) -> str:
    """How to answer where no link leads to us: nothing listens for mail."""
    number, person = picture.incident.id, job.person
    rows = [row for run in picture.runs for paged in run.paged if paged.page == job.page for row in paged.deliveries]
    by_sms = any(row.effect is Effect.PAGE_SMS for row in rows)
    slack = "in Slack press Ack or Decline on your page" if person is None or person.slack_id else ""
    ways = [slack, f"reply ACK {number} or DECLINE {number} to the SMS" if by_sms else ""]
    said = ", or ".join(way for way in ways if way) or "tell the war room, for you have no Slack account and no SMS"
    return f"Not by mail: {said}."


def _otherwise(job: Job, picture: Picture, now: datetime) -> str:
    found = next((one for one in picture.runs if job.page and one.run.id == job.page.run_id), None)
    return situation.next_step(found, now) if found else ""


def plain_text(mrkdwn: str, now: datetime, zone: str = "UTC") -> str:
    """Our own Slack text for places that are not Slack: tokens become what they show, entities characters.

    Times are told in the reader's zone.
    """

    def shown(found: re.Match[str]) -> str:
        moment, mentioned, label = found.groups()
        if moment:
            return clock(datetime.fromtimestamp(int(moment), UTC), now, zone)
        return mentioned or label or ""

    return html.unescape(_TOKEN.sub(shown, mrkdwn))


def _title(picture: Picture) -> str:
    return f"{picture.incident.severity} {situation.title(picture.incident)}"


def _text(picture: Picture, given: Mapping[str, str], lines: list[tuple[str, str]]) -> str:
    body = "\n".join(f"{label}: {text}" for label, text in lines)
    answers = [f"{label}:\n{given[verb]}" for verb, label in _BUTTONS.items() if verb in given]
    shown = "\n\n".join([*answers, _ONCE]) + "\n\n" if answers else ""
    return f"You are paged.\n{one_line(_title(picture))}\n\n{shown}{body}\n"


def _html(picture: Picture, given: Mapping[str, str], lines: list[tuple[str, str]]) -> str:
    rows = "".join(
        f'<p style="margin:0 0 10px"><b>{html.escape(label)}</b><br>{_linked(text)}</p>' for label, text in lines
    )
    return framed(
        f'<p style="margin:0 0 4px">You are paged.</p>'
        f'<h1 style="font-size:20px;line-height:1.25;margin:0 0 16px">{html.escape(one_line(_title(picture)))}</h1>'
        f"{_buttons(given)}{rows}"
    )


def framed(body: str) -> str:
    """A mail's HTML around its body: narrow enough to read, and never wider than a telephone."""
    style = "font:16px/1.4 sans-serif;color:#1d1c1d;max-width:36em;margin:0 auto;padding:16px;overflow-wrap:anywhere"
    return f'<!doctype html><html><body style="{style}">{body}</body></html>'


def _buttons(given: Mapping[str, str]) -> str:
    """Large enough for a thumb."""
    shown = "".join(
        f'<a href="{html.escape(given[verb])}" style="display:inline-block;margin:0 8px 8px 0;padding:12px 20px;'
        f'border-radius:6px;text-decoration:none;font-weight:bold;{_COLOURS[verb]}">{html.escape(label)}</a>'
        for verb, label in _BUTTONS.items()
        if verb in given
    )
    note = f'<p style="margin:0 0 16px;font-size:13px;color:#616061">{_ONCE}</p>'
    return f'<p style="margin:0">{shown}</p>{note}' if shown else ""


def _linked(text: str) -> str:
    shown = html.escape(text).replace("\n", "<br>")
    return f'<a href="{shown}">{shown}</a>' if web(text) == text else shown
