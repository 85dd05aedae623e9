"""The page behind a link in a mail: what is asked and a button, or what came of it. For a phone, at night.

Its style sheet is one constant, so that the answer's policy can name it by its hash and allow no other.
"""

from __future__ import annotations

import html
from datetime import datetime
from typing import Final

from bot.domain.answers import Answer
from bot.domain.people import Person
from bot.domain.picture import Picture
from bot.domain.refusals import Refusal
from bot.views import links, situation
from bot.views.answers import answer_text
from bot.views.mail import plain_text
from bot.views.refusals import refusal_text
from bot.views.words import clock, cut, one_line

STYLE: Final = (
    ":root{color-scheme:light dark;--back:#f4f4f5;--card:#fff;--ink:#1d1c1d;--soft:#5c5b60;--line:#dcdcde}"
    "@media(prefers-color-scheme:dark){:root{--back:#17171a;--card:#222226;--ink:#f1f1f3;--soft:#a9a9b2;--line:#3a3a40}}"
    "*{box-sizing:border-box}"
    "body{margin:0;padding:16px;background:var(--back);color:var(--ink);font:17px/1.45 system-ui,sans-serif}"
    "main{max-width:32rem;margin:4vh auto 0;padding:24px;background:var(--card);border:1px solid var(--line);"
    "border-top:6px solid #b3261e;border-radius:12px}"
    "main.done{border-top-color:#007a5a}main.none{border-top-color:#777}"
    "h1{margin:0 0 4px;font-size:1.4rem;line-height:1.25;overflow-wrap:anywhere}"
    "p{margin:0 0 12px}.soft{color:var(--soft);font-size:.95rem}.said{font-size:1.1rem;font-weight:600}"
    "dl{margin:16px 0;display:grid;grid-template-columns:auto 1fr;gap:6px 14px;font-size:.95rem}"
    "dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}"
    "button{display:block;width:100%;min-height:56px;margin:10px 0 0;padding:12px;border:1px solid transparent;"
    "border-radius:10px;font:inherit;font-weight:600;cursor:pointer}"
    ".main{background:#007a5a;color:#fff}.no{background:#b3261e;color:#fff}"
    ".other{background:none;border-color:var(--line);color:inherit;font-weight:400}"
    "button:focus-visible{outline:3px solid #1264a3;outline-offset:2px}a{color:inherit}"
)

_BUTTONS: Final = {"ack": ("main", "I have it: ack"), "decline": ("no", "I cannot: decline")}
_OTHER: Final = {"ack": "I cannot: decline instead", "decline": "I have it: ack instead"}


def question(verb: str, picture: Picture, person: Person, action: str, other: str, now: datetime) -> str:
    """Who is paged, for what, and the button. `action` and `other` are where this and the other answer are sent."""
    mark, label = _BUTTONS[verb]
    buttons = _button(action, mark, label)
    if other:
        buttons += _button(other, "other", _OTHER[verb])
    lead = f'<p class="soft">{_text(person.name)}, you are paged.</p>'
    return _page(_title(picture), "", f"{lead}{_head(picture)}{_facts(picture, person, now)}{buttons}")


def result(picture: Picture, person: Person, given: Answer | None, no: Refusal | None, now: datetime) -> str:
    """What came of it: by this press, or before it. Nothing is asked any more."""
    if no is not None:
        said, mark = refusal_text(no).replace("`", ""), "none"
    elif given is not None:
        said, mark = answer_text(given, now).replace("`", ""), "done"
    else:
        said, mark = "Nothing is asked of you here any more.", "none"
    now_so = plain_text(situation.who_has_it(picture, now), now, person.zone).replace("*", "")
    body = f'<p class="said">{_text(said)}</p>{_head(picture)}<p>{_text(now_so)}</p>{_open(picture, person)}'
    return _page(_title(picture), mark, body)


def unknown() -> str:
    """For a link that is none of ours; the same for every one of them."""
    said = "This link does not work. Nothing was changed. Open your newest page in Slack, or its newest mail."
    return _page("Tocsin", "none", f'<p class="said">{said}</p>')


def away(action: str = "") -> str:
    """For when the database cannot be used. With `action`, an answer was under way: pressing twice does no harm."""
    if not action:
        said = "Tocsin cannot look this up now. Nothing was changed. Try again in a few seconds."
        return _page("Tocsin", "", f'<p class="said">{said}</p>')
    said = "It is not sure that your answer was saved. Press again: a second press does no harm."
    return _page("Tocsin", "", f'<p class="said">{said}</p>{_button(action, "main", "Try again")}')


def _page(title: str, mark: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{_text(title)}</title><style>{STYLE}</style></head>"
        f'<body><main class="{mark}">{body}</main></body></html>'
    )


def _text(raw: str) -> str:
    return html.escape(one_line(raw))


def _title(picture: Picture) -> str:
    return cut(one_line(f"{picture.incident.severity} {situation.title(picture.incident)}"), 200)


def _head(picture: Picture) -> str:
    return f"<h1>{_text(_title(picture))}</h1>"


def _facts(picture: Picture, person: Person, now: datetime) -> str:
    incident = picture.incident
    lines = [
        ("Means", situation.meaning(picture.severity)),
        ("Service", situation.services(incident)),
        ("Since", f"{clock(incident.declared_at, now, person.zone)}, detected by {incident.detected_by}"),
        ("Now", plain_text(situation.who_has_it(picture, now), now, person.zone).replace("*", "")),
        ("Next", plain_text(situation.what_next(picture, now), now, person.zone).replace("*", "")),
    ]
    rows = "".join(f"<dt>{label}</dt><dd>{_text(text)}</dd>" for label, text in lines if text)
    return f"<dl>{rows}</dl>{_open(picture, person)}"


def _open(picture: Picture, person: Person) -> str:
    shown = [("Open it in Slack", links.address(picture, person)), ("Runbook", links.runbook(picture))]
    found = [f'<a href="{html.escape(url)}" rel="noreferrer">{label}</a>' for label, url in shown if url]
    return f'<p class="soft">{" · ".join(found)}</p>' if found else ""


def _button(action: str, mark: str, label: str) -> str:
    button = f'<button class="{mark}" type="submit">{label}</button>'
    return f'<form method="post" action="{html.escape(action)}">{button}</form>'
