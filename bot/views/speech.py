"""What a phone call says: plain words for the ear, short enough that everything is said twice.

No address, emoji or mark-up is ever spoken; outside text is cut to what a sleepy person can follow.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta

from bot.domain.incident import Incident
from bot.domain.picture import Job, NextStep, Picture
from bot.views import situation
from bot.views.words import count, cut, one_line, sentence, series

LONGEST = 1200  # characters of one reading: both fit into what Twilio takes as a call's text (4,000)
CHARACTERS_A_SECOND = 14  # what a synthetic voice says, about

_TITLE, _NAME, _SERVICE = 200, 60, 120
_TOLD, _SHORT_TITLE = 6, 80  # of a bundle
_ADDRESS = re.compile(r"https?://\S+")
_INCIDENT = re.compile(r"\bINC-(\d+)\b")
_LOOSE = re.compile(r"\s+([.,:;!?])")
_CODE = re.compile(r"`[^`]*`")

KEYS = "Press 4 to acknowledge, 6 to decline, 8 to escalate, star to hear this again."
KEYS_OF_BUNDLE = "Press 4 to acknowledge all of them, 6 to decline all of them, star to hear this again."
NO_KEY = "No key was pressed, so this page goes on. Goodbye."
CALLED = "This number pages people. To answer a page, send the text message ACK to it. Goodbye."
NOT_SAVED = "That could not be saved. Please press the key again."


def page(job: Job, now: datetime) -> str:
    """One reading of a page: who is called, what is wrong, how bad it is, where, and what happens otherwise."""
    if job.bundle:
        return _bundle(job)
    if job.picture is None:
        raise ValueError("a page needs its picture")
    picture, incident = job.picture, job.picture.incident
    name = f", calling {_heard(job.person.name, _NAME)}" if job.person else ""
    parts = [
        f"This is Tocsin{name}.",
        "This is a drill. Answer it as if it were real." if incident.drill else "",
        "This may be a repeat of an earlier call." if job.row.doubt else "",
        f"{_heard(situation.severity_words(picture.severity), _NAME)}: {_heard(incident.title, _TITLE)}.",
        f"Incident {incident.id}.",
        f"Service {_heard(situation.services(incident), _SERVICE)}." if incident.service else "",
        _otherwise(job, picture, now),
    ]
    return cut(" ".join(part for part in parts if part), LONGEST)


def _bundle(job: Job) -> str:
    """Several pages in one call: the worst and oldest are told, a private one by its number alone."""
    told, rest = job.bundle[:_TOLD], job.bundle[_TOLD:]
    drill = any(one.incident.drill for one in job.bundle)
    parts = [
        f"This is Tocsin{f', calling {_heard(job.person.name, _NAME)}' if job.person else ''}.",
        "These are drills. Answer them as if they were real." if drill else "",
        "This may be a repeat of an earlier call." if job.row.doubt else "",
        f"You are paged for {count(len(job.bundle), 'incident')}.",
        *(_in_bundle(one.incident) for one in told),
        f"And {len(rest)} more." if rest else "",
    ]
    return cut(" ".join(part for part in parts if part), LONGEST)


def _in_bundle(incident: Incident) -> str:
    title = "private" if incident.private else _heard(incident.title, _SHORT_TITLE)
    return f"Incident {incident.id}, {_heard(incident.severity, _NAME)}: {title}."


def keys(job: Job) -> str:
    """Which keys answer."""
    return KEYS_OF_BUNDLE if job.bundle else KEYS


def without_keys(job: Job) -> str:
    """How to answer where no key can be heard."""
    if job.bundle:
        return "To take them, send the text message ACK ALL to this number, or press Ack in Slack."
    number = job.picture.incident.id if job.picture else ""
    return f"To take it, send the text message ACK {number} to this number, or press Ack in Slack."


def seconds(text: str) -> float:
    """How long it takes to say."""
    return len(text) / CHARACTERS_A_SECOND


def spoken(text: str) -> str:
    """A sentence that was written for a screen, as it is said."""
    return sentence(_heard(_INCIDENT.sub(r"incident \1", _CODE.sub("", text)), LONGEST))


def other_key(digits: str) -> str:
    """For a key that means nothing."""
    return f"{_heard(digits, 5) or 'That key'} means nothing here."


def over(reason: str) -> str:
    """For a page that asks for nothing any more."""
    return f"This page is over: {_heard(reason, 200)}. Nothing is asked of you. Goodbye."


def _otherwise(job: Job, picture: Picture, now: datetime) -> str:
    run = next((one for one in picture.runs if job.page and one.run.id == job.page.run_id), None)
    step = run.next if run else None
    if step is None:
        return ""
    return f"If nobody acknowledges, {_whom(step)} {_when(step.at - now)}."


def _whom(step: NextStep) -> str:
    if step.everybody:
        return "everybody is paged"
    names = [_heard(person.name, _NAME) for person in step.people]
    if not names:
        return "nobody else can be reached, and Tocsin looks again"
    return f"{series(names, 4)} {'is' if len(names) == 1 else 'are'} paged"


def _when(ahead: timedelta) -> str:
    minutes = -(-int(ahead.total_seconds()) // 60)
    if minutes < 1:
        return "now"
    if minutes < 90:
        return f"in {minutes} {'minute' if minutes == 1 else 'minutes'}"
    return f"in {round(minutes / 60)} hours"


def _heard(text: str, limit: int) -> str:
    """Outside text without what cannot be said, or would read as mark-up."""
    plain = _ADDRESS.sub("", one_line(text)).replace("&", " and ").translate(_DROPPED)
    plain = "".join(letter for letter in plain if unicodedata.category(letter)[0] in "LMNPZ")
    plain = _LOOSE.sub(r"\1", one_line(plain))
    return cut(plain, limit).removesuffix("…").rstrip(" .")


_DROPPED = str.maketrans(dict.fromkeys('<>*_~|"`{}[]()#@“”', " "))
