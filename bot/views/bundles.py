"""Several pages in one message, for somebody who was sent enough by one notifier: by Slack, SMS and mail.

Each page in it can be answered by itself, and by SMS all of them at once. A private incident is named by its number
alone. `speech` holds the one by phone.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import datetime

from bot.domain.delivery import PageState
from bot.domain.incident import Incident
from bot.domain.picture import Carried, Job
from bot.views import names
from bot.views.mail import Mail, framed
from bot.views.message import Block, Message, actions, button, context, header, message, section
from bot.views.pages import gsm
from bot.views.words import clock, count, cut, escape, one_line, series

#: What is told of one incident each; the rest is named. Slack takes 50 blocks.
_TOLD_DM, _TOLD_SMS, _TOLD_MAIL = 15, 8, 50
_TITLE_DM, _TITLE_SMS = 150, 50
_SUBJECT = 200

REPEAT = "This may be a repeat: the first try may have reached you."
WHY = "They came together: you were sent as much as one person can read, so they are one message."


#: What is said of a page that asks for nothing any more.
_OVER = {
    PageState.ACKED: "✅ You acked.",
    PageState.DECLINED: "❌ You declined.",
    PageState.SUPERSEDED: "↪️ A newer page to you replaced this one.",
    PageState.ENDED: "✅ Nothing is asked of you any more.",
}


def mark(job: Job) -> str:
    """What a bundle's SMS begins with, the same from try to try: by it a text in doubt is found."""
    return f"Bundle {job.row.id},"


def incidents(job: Job) -> str:
    """`5 incidents`, and that they are drills where they are."""
    return _counted(job, len(job.bundle))


def _counted(job: Job, number: int) -> str:
    return f"{'DRILL: ' if _drill(job) else ''}{count(number, 'incident')}"


def _asks(one: Carried) -> bool:
    return one.page.state is PageState.OPEN and one.incident.open


def _drill(job: Job) -> bool:
    return any(one.incident.drill for one in job.bundle)


def title(incident: Incident) -> str:
    """Raw; withheld for a private incident."""
    return "a private incident" if incident.private else one_line(incident.title)


def _rest(carried: Sequence[Carried]) -> str:
    """`INC-7, INC-9 to INC-14 and INC-20`: none is left out; raw."""
    runs: list[list[int]] = []
    for number in sorted({one.incident.id for one in carried}):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    several = [f"INC-{run[0]}" if len(run) == 1 else f"INC-{run[0]} to INC-{run[-1]}" for run in runs]
    return series(several, len(several))


def dm(job: Job, now: datetime) -> Message:
    """As a direct message, with buttons for each."""
    told, rest = job.bundle[:_TOLD_DM], job.bundle[_TOLD_DM:]
    waiting = sum(_asks(one) for one in job.bundle)
    left = f"📟 {_counted(job, waiting)} waiting for you" if waiting else f"✅ {incidents(job)}, and none waits for you"
    blocks: list[Block] = [header(left)]
    for one in told:
        blocks += _one(one, now)
    if rest:
        blocks.append(section(f"And {_rest(rest)}: `/incident ack` and the number, or your App Home."))
    notes = [WHY, *(["This is a drill. Answer it as if it were real."] if _drill(job) else [])]
    blocks.append(context(*notes, *([REPEAT] if job.row.doubt else [])))
    named = series([one.incident.name for one in job.bundle], 10)
    return message(f"You are paged for {incidents(job)}: {named}. Ack or decline each.", *blocks)


def _one(one: Carried, now: datetime) -> list[Block]:
    incident, value = one.incident, names.value(one.incident.id, one.page.id)
    about = f"*{escape(incident.severity)} {incident.name}* {escape(cut(title(incident), _TITLE_DM))}"
    declared = f"declared {escape(clock(incident.declared_at, now))}"
    if not _asks(one):
        return [section(f"{about}\n{_OVER.get(one.page.state, 'It is closed.')}")]
    service = f"Service {escape(cut(one_line(incident.service), 80))} · " if incident.service else ""
    return [
        section(f"{about}\n{service}{declared}"),
        actions(
            button("Ack", names.ACK, value, style="primary"),
            button("Decline", names.DECLINE, value),
            button("Why me?", names.WHY, value),
        ),
    ]


def sms(job: Job) -> str:
    """As an SMS: how to answer first, then the worst and oldest, a line each."""
    first = job.bundle[0].incident
    start = f"{mark(job)} {incidents(job)}. Reply ACK ALL, or one such as ACK {first.id} or DECLINE {first.id}."
    lines = [
        f"{gsm(one_line(one.incident.severity))} {one.incident.name} {_short(gsm(title(one.incident)))}"
        for one in job.bundle[:_TOLD_SMS]
    ]
    rest = job.bundle[_TOLD_SMS:]
    more = [f"And {_rest(rest)}."] if rest else []
    return "\n".join([start, *(["This may be a repeat."] if job.row.doubt else []), *lines, *more])


def _short(text: str) -> str:
    return text if len(text) <= _TITLE_SMS else text[: _TITLE_SMS - 3].rstrip() + "..."


def mail(job: Job, now: datetime) -> Mail:
    """As a mail; each page has links of its own."""
    named = series([one.incident.name for one in job.bundle], 5)
    notes = [WHY, *([REPEAT] if job.row.doubt else []), *([] if job.bundle[0].links else [_without_links(job)])]
    zone = job.person.zone if job.person else "UTC"
    told, rest = job.bundle[:_TOLD_MAIL], job.bundle[_TOLD_MAIL:]
    more = [f"And {_rest(rest)}."] if rest else []
    text = "\n\n".join(
        [f"You are paged for {incidents(job)}.", *notes, *(_text(one, now, zone) for one in told), *more]
    )
    shown = "".join(f"<p>{html.escape(note)}</p>" for note in notes) + "".join(_html(one, now, zone) for one in told)
    shown += "".join(f"<p>{html.escape(line)}</p>" for line in more)
    heading = f"<h1 style='font-size:20px'>You are paged for {html.escape(incidents(job))}.</h1>"
    subject = f"{'[DRILL] ' if _drill(job) else ''}{count(len(job.bundle), 'incident')}: {named}"
    headers = {"Auto-Submitted": "auto-generated", "Importance": "high"}
    return Mail(subject[:_SUBJECT], f"{text}\n", framed(heading + shown), headers)


def _without_links(job: Job) -> str:
    number = job.bundle[0].incident.id
    return f"To answer, press Ack or Decline in Slack, or send ACK ALL or ACK {number} by SMS."


def _about(one: Carried, now: datetime, zone: str) -> str:
    incident = one.incident
    declared = clock(incident.declared_at, now, zone)
    service = f", service {one_line(incident.service)}" if incident.service else ""
    return f"{one_line(incident.severity)} {incident.name} {title(incident)} ({declared}{service})"


def _text(one: Carried, now: datetime, zone: str) -> str:
    return "\n".join([_about(one, now, zone), *(f"{verb}: {address}" for verb, address in one.links.items())])


def _html(one: Carried, now: datetime, zone: str) -> str:
    answers = " · ".join(
        f'<a href="{html.escape(address)}">{html.escape(verb.capitalize())}</a>' for verb, address in one.links.items()
    )
    return f"<p><b>{html.escape(_about(one, now, zone))}</b><br>{answers}</p>"
