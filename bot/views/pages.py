"""Pages: the demand on one person, by Slack DM and by SMS; `mail` holds the one by email.

Every page says how to answer it, where the incident is, what the severity means, the runbook and the first
step (SPEC §8). A DM changes once it is answered, and then asks for nothing any more.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime

from bot.domain.delivery import Page, PageState
from bot.domain.escalation import RunKind, RunState, step_at
from bot.domain.incident import ClosedAs
from bot.domain.picture import Job, Picture, RunPicture
from bot.views import links, names, situation
from bot.views.mail import Mail, page_email
from bot.views.message import Block, Message, actions, button, context, header, message, section
from bot.views.words import at, clip, cut, escape, flat, link, one_line, quoted, safe, source, until

__all__ = ["Mail", "page_dm", "page_email", "page_sms"]

_DESCRIPTION = 400  # characters of it on a page
_SEGMENT = 160  # GSM-7 characters of one SMS
_SERVICE = 120  # characters of the services in an SMS
_SMS_LIMIT = 1600  # what Twilio takes at all

#: GSM-7's basic set; anything else makes every segment less than half as long.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)
_PLAINER = str.maketrans(
    {"–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "·": "-", "•": "-", "\t": " "}
)


def page_dm(job: Job, now: datetime) -> Message:
    """The page as a direct message, as it stands now: open, or answered and by whom."""
    picture, page = _needs(job)
    if page.state is PageState.OPEN and picture.incident.open:
        return _open(job, picture, page, now)
    return _answered(picture, page, now)


def _needs(job: Job) -> tuple[Picture, Page]:
    if job.picture is None or job.page is None:
        raise ValueError("a page needs its picture and its page row")
    return job.picture, job.page


def _open(job: Job, picture: Picture, page: Page, now: datetime) -> Message:
    incident = picture.incident
    value = names.value(incident.id, page.id)
    runbook = links.runbook(picture)
    text = f"*You are paged* {_as_what(picture, page)}. {escape(situation.meaning(picture.severity))}."
    lines = [text, f"Service {escape(situation.services(incident))} · {_declared(picture, now)}"]
    if incident.description:
        lines.append(clip(quoted(incident.description), _DESCRIPTION))
    steps = [
        f"*First:* {_first_step(picture)}",
        f"*War room:* {links.room(picture)}" + (f" · {link(runbook, 'Runbook')}" if runbook else ""),
        _otherwise(picture, page, now),
    ]
    title = escape(situation.title(incident))
    fallback = f"{escape(incident.severity)} {title}. You are paged: ack or decline. {_repeat(job)}".strip()
    return message(
        fallback,
        header(f"{situation.sign(picture)} {title}"),
        section("\n".join(lines)),
        section("\n".join(line for line in steps if line)),
        actions(
            button("Ack", names.ACK, value, style="primary"),
            button("Decline", names.DECLINE, value),
            button("Escalate", names.ESCALATE, value),
            button("Runbook", names.LINK_RUNBOOK, value, url=runbook) if runbook else None,
            button("Why me?", names.WHY, value),
        ),
        context(*_notes(job, picture)) if _notes(job, picture) else None,
    )


def _repeat(job: Job) -> str:
    """SPEC: when we cannot know whether a page went out, we send it again and say so."""
    return "This may be a repeat: the first try may have reached you." if job.row.doubt else ""


def _notes(job: Job, picture: Picture) -> list[str]:
    notes = ["This is a drill. Answer it as if it were real."] if picture.incident.drill else []
    if picture.incident.private:
        notes.append("🔒 Private: only people in the war room and admins see it.")
    return notes + ([_repeat(job)] if job.row.doubt else [])


def _run_of(picture: Picture, page: Page) -> RunPicture | None:
    return next((one for one in picture.runs if one.run.id == page.run_id), None)


def _as_what(picture: Picture, page: Page) -> str:
    """Why this person: `(tier 2 of 3, cycle 1)`."""
    found = _run_of(picture, page)
    if found is None:
        return "for this incident"
    if found.run.kind is RunKind.NOTIFY:
        return f"as {escape(one_line(found.run.policy.name))}, because it is {escape(picture.incident.severity)}"
    if found.run.kind is RunKind.PAGE:
        return f"by {situation.name(picture, found.run.asked_by_id)}, by hand"
    decision = step_at(found.run.policy, page.step, page.created_at)
    if decision.tier == 0:
        return f"{'as the fallback' if found.run.policy.executive else 'with everybody else'}, because nobody acked"
    return f"(tier {decision.tier} of {len(found.run.policy.tiers)}, cycle {decision.cycle})"


def _declared(picture: Picture, now: datetime) -> str:
    incident = picture.incident
    return f"declared {at(incident.declared_at, now)}, detected by {escape(cut(one_line(incident.detected_by), 80))}"


def _first_step(picture: Picture) -> str:
    """The first step of the response procedure."""
    then = "open the runbook and say in the war room" if links.runbook(picture) else "open the war room and say there"
    return f"ack, so that nobody else is woken. Then {then} what you see."


def _otherwise(picture: Picture, page: Page, now: datetime) -> str:
    found = _run_of(picture, page)
    return situation.next_step(found, now) if found is not None else ""


def _answered(picture: Picture, page: Page, now: datetime) -> Message:
    """The same message afterwards: what came of it, and nothing asked."""
    title = flat(situation.title(picture.incident))
    outcome, mark = _outcome(picture, page, now), "✅"
    if page.state in (PageState.DECLINED, PageState.SUPERSEDED):
        mark = "❌" if page.state is PageState.DECLINED else "↪️"
    room = f"\nWar room {links.room(picture)}" if picture.incident.room_channel else ""
    return message(
        f"{title}: {outcome}",
        section(f"{mark} *{title}*\n{outcome}{room}"),
        _afterwards(picture, page),
    )


def _outcome(picture: Picture, page: Page, now: datetime) -> str:
    incident = picture.incident
    if not incident.open:
        mine = _mine(page, now) if page.state in (PageState.ACKED, PageState.DECLINED) else ""
        return f"{mine} {situation.who_has_it(picture, now)}".strip()
    if page.state in (PageState.ACKED, PageState.DECLINED):
        others = situation.others_asked(picture, page.person_id) if page.state is PageState.DECLINED else ""
        return f"{_mine(page, now)} {others or _still(picture, page, now)}".strip()
    if page.state is PageState.SUPERSEDED:
        return "A newer page to you replaced this one."
    found = _run_of(picture, page)
    if found is not None and found.run.state is RunState.ACKED and found.run.acked_at is not None:
        who = situation.name(picture, found.run.acked_by_id)
        return f"{who} acked at {at(found.run.acked_at, now)}. Nothing is asked of you."
    reason = found.run.ended_reason if found is not None else ""
    return f"This page ended{f': {escape(one_line(reason))}' if reason else ''}. Nothing is asked of you."


def _mine(page: Page, now: datetime) -> str:
    verb = "acked" if page.state is PageState.ACKED else "declined"
    when = f" at {at(page.answered_at, now)}" if page.answered_at is not None else ""
    by = f" ({escape(source(page.answer_source))})" if page.answer_source else ""
    return f"You {verb}{when}{by}."


def _still(picture: Picture, page: Page, now: datetime) -> str:
    assignee, found = picture.incident.assignee_id, _run_of(picture, page)
    by_hand = found is not None and found.run.kind is RunKind.PAGE
    if page.state is PageState.ACKED and assignee in (None, page.person_id) and not (by_hand and assignee is None):
        return "You have it."
    return situation.who_has_it(picture, now)


def _afterwards(picture: Picture, page: Page) -> Block | None:
    value = names.value(picture.incident.id, page.id)
    if not picture.incident.open:
        reopened = picture.incident.closed_as is not ClosedAs.MERGED
        return actions(button("Reopen", names.REOPEN, value)) if reopened else None
    if page.state is PageState.ACKED:
        return actions(
            button("Update status", names.UPDATE, value, style="primary"),
            button("Escalate", names.ESCALATE, value),
            button("Resolve", names.RESOLVE, value),
        )
    take = button("Take it after all", names.TAKE, value) if page.state is PageState.DECLINED else None
    return actions(take, button("Why?", names.WHY, value))


def page_sms(job: Job, now: datetime) -> str:
    """The page as an SMS: what and how to answer in the first segment, the rest after, a line each; 1,600 at most.

    A try that may be a repeat begins like the first one, so that the first one can be looked up.
    """
    picture, _ = _needs(job)
    incident, severity = picture.incident, picture.severity
    reply = f"Reply ACK {incident.id} or DECLINE {incident.id}."
    start = f"{'DRILL ' if incident.drill else ''}{gsm(one_line(incident.severity))} {incident.name} "
    title = gsm(one_line(incident.title))
    first = f"{start}{_cut(title, max(_SEGMENT - len(start) - len(reply) - 1, 40))}\n{reply}"
    address, runbook = links.address(picture, job.person), links.runbook(picture)
    service = f" Service {gsm(cut(situation.services(incident), _SERVICE))}." if incident.service else ""
    rest = [
        gsm(one_line(f"{severity.name} is {severity.label}: {severity.meaning}.")) + service,
        "This may be a repeat." if job.row.doubt else "",
        f"{links.address_label(picture)}: {address}" if address else "The war room is being opened.",
        _otherwise_sms(picture, job, now),
        f"Runbook: {runbook}" if runbook else "",
        f"First ack, then open the {'runbook and say in the room' if runbook else 'war room and say there'}"
        " what you see.",
    ]
    return _within([first, *rest])


def _within(parts: list[str]) -> str:
    """As many parts as fit, in order of what matters; a part that is too long leaves room for the next."""
    text = ""
    for part in parts:
        longer = f"{text}\n{part}".strip()
        if part and len(longer) <= _SMS_LIMIT:
            text = longer
    return text


def _otherwise_sms(picture: Picture, job: Job, now: datetime) -> str:
    found = _run_of(picture, job.page) if job.page else None
    step = found.next if found else None
    if found is None or step is None:
        return ""
    sooner = ", or sooner if you do not answer the phone" if found.sooner and step.people else ""
    again = bool(step.people) and all(job.person is not None and one.id == job.person.id for one in step.people)
    who = "you are paged again" if again else "others are paged"
    return f"Without an ack {who} {until(step.at, now)}{sooner}."


def gsm(text: str) -> str:
    """With plainer quotes, dashes and letters where that keeps it in GSM-7; other scripts stay as they are."""
    return "".join(_plainer(letter) for letter in safe(text).translate(_PLAINER))


def _plainer(letter: str) -> str:
    if letter in _GSM:
        return letter
    base = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
    if base and all(part in _GSM for part in base):
        return base
    return "" if unicodedata.category(letter) in ("So", "Cs", "Co", "Cn", "Mn") else letter


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 3].rstrip() + "..."
