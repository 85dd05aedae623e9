"""The situation in sentences: who has the incident now, who is paged, and what happens next and when."""

from __future__ import annotations

from datetime import datetime

from bot.domain.delivery import NOTIFIER_OF, Row, RowState
from bot.domain.escalation import BESIDE, Run, RunKind, RunState
from bot.domain.incident import ClosedAs, Incident, State
from bot.domain.picture import NextStep, Paged, Picture, RunPicture
from bot.domain.plan import ack_due
from bot.domain.receipts import FAILED, FINAL, Reach
from bot.domain.reminders import Reminder
from bot.domain.severity import Severity
from bot.views.troubles import reason
from bot.views.words import (
    after,
    at,
    count,
    cut,
    duration,
    escape,
    is_are,
    notifier,
    one_line,
    safe,
    sentence,
    series,
    until,
)


def title(incident: Incident) -> str:
    """`INC-42 · Payments API is slow`, on one line; raw."""
    return f"{'DRILL · ' if incident.drill else ''}{incident.name} · {one_line(incident.title)}"


def severity_words(severity: Severity) -> str:
    """`SEV1 critical`; raw."""
    return one_line(f"{severity.name} {severity.label}")


def meaning(severity: Severity) -> str:
    """`SEV1 critical: outage, data loss or breach`; raw."""
    return one_line(f"{severity_words(severity)}: {severity.meaning}") if severity.meaning else severity_words(severity)


def sign(picture: Picture) -> str:
    """The severity's emoji, or how the incident was closed; escaped."""
    return sign_of(picture.incident, picture.severity)


def sign_of(incident: Incident, severity: Severity | None) -> str:
    """The same for an incident whose severity the posture may have dropped."""
    if not incident.open:
        return "🚫" if incident.closed_as is ClosedAs.CANCELLED else "✅"
    return escape(cut(one_line(severity.emoji), 40)) or "🚨" if severity else "🚨"


def state(picture: Picture) -> str:
    """The paging axis; `ASSIGNED` alone would read as if somebody had it."""
    word = picture.incident.state.value
    return f"{word} (paging)" if picture.incident.state is State.ASSIGNED and waiting(picture) else word


def services(incident: Incident) -> str:
    """All services; raw."""
    return one_line(", ".join(incident.services or ((incident.service,) if incident.service else ()))) or "not named"


def lasted(incident: Incident, now: datetime) -> str:
    """How long it lasted, or lasts so far."""
    return duration((incident.resolved_at or now) - incident.declared_at)


def ended(incident: Incident, now: datetime) -> str:
    """`after 42 min`, `within a minute`."""
    return after((incident.resolved_at or now) - incident.declared_at)


def name(picture: Picture, person_id: int | None) -> str:
    """A person's name, escaped."""
    return escape(one_line(picture.name(person_id)))


def acker(picture: Picture) -> Run | None:
    """The newest run that somebody acked and that still counts; a page by hand is answered by itself."""
    runs = [one.run for one in picture.runs if one.run.state is RunState.ACKED and one.run.kind is not RunKind.PAGE]
    return max(runs, key=lambda run: (run.acked_at or run.started_at, run.id), default=None)


def climbing(picture: Picture) -> tuple[RunPicture, ...]:
    """Runs that nobody has acked."""
    return tuple(one for one in picture.runs if one.run.state is RunState.CLIMBING)


def main_run(picture: Picture) -> RunPicture | None:
    """The run that climbs the policy: the newest that does not page beside it."""
    runs = [one for one in picture.runs if one.run.kind not in BESIDE]
    return runs[-1] if runs else None


def waiting(picture: Picture) -> tuple[Paged, ...]:
    """Everybody who is paged now, once."""
    people = {paged.person.id: paged for run in climbing(picture) for paged in run.waiting_for}
    return tuple(people.values())


def who_has_it(picture: Picture, now: datetime) -> str:
    """Who is responsible now, in one sentence."""
    incident = picture.incident
    if not incident.open:
        return _closed(picture, now)
    if incident.state is State.IN_PROGRESS:
        return _holder(picture, now)
    if picture.nobody or incident.state is State.ERROR:
        return "🆘 *Nobody could be paged.* Assign somebody by hand now, or take it."
    if waiting(picture):
        return "*Nobody has acked yet.*"
    return "*Nobody has it yet, and nobody is paged.* Take it, or assign somebody."


def _holder(picture: Picture, now: datetime) -> str:
    """Whoever took it over has it, also when somebody else acked."""
    run, assignee = acker(picture), picture.incident.assignee_id
    if run is None or run.acked_by_id is None or run.acked_at is None:
        return f"{name(picture, assignee)} has it." if assignee is not None else "Somebody acked and has it."
    acked = f"{name(picture, run.acked_by_id)} acked at {at(run.acked_at, now)}"
    if assignee is None or assignee == run.acked_by_id:
        return f"{acked} and has it."
    return f"{name(picture, assignee)} has it ({acked})."


def _closed(picture: Picture, now: datetime) -> str:
    incident = picture.incident
    by = f" by {name(picture, incident.resolved_by_id)}" if incident.resolved_by_id is not None else ""
    if incident.closed_as is ClosedAs.CANCELLED:
        return f"Cancelled{by} as a false alarm {ended(incident, now)}."
    if incident.closed_as is ClosedAs.MERGED:
        return f"Merged{by} {ended(incident, now)}."
    return f"Resolved{by} {ended(incident, now)}."


def paged_now(picture: Picture, now: datetime) -> str:
    """Who is paged now and how far each delivery got; empty when nobody is."""
    people = waiting(picture)
    if not people:
        return ""
    return f"Paged now: {series([paged_person(one, now) for one in people])}."


def paged_person(paged: Paged, now: datetime) -> str:
    """`Alice Chen (Slack delivered, SMS on its way)`."""
    ways = [f"{notifier(NOTIFIER_OF[row.effect])} {delivery(row, now)}" for row in _last_rows(paged)]
    person = escape(one_line(paged.person.name))
    return f"{person} ({', '.join(ways)})" if ways else person


def _last_rows(paged: Paged) -> list[Row]:
    """The newest row of each notifier, in the order they were first tried."""
    rows = {row.effect: row for row in paged.deliveries if row.effect in NOTIFIER_OF}
    return list(rows.values())


def delivery(row: Row, now: datetime) -> str:
    """How far one delivery got, by its receipts."""
    if row.state is RowState.SENT or (row.state is RowState.PENDING and row.reach in FINAL):
        sent = _reached(row) + _in_bundle(row)
        return f"{sent}, possibly twice" if row.doubt or row.result.get("repeat") is True else sent
    if row.state is RowState.DEAD:
        return f"failed: {escape(reason(row.reason))}"
    if row.state is RowState.DROPPED:
        return "not sent: no longer needed"
    if row.state is RowState.SUPERSEDED:
        return "replaced by a newer page"
    if row.bundle_id is not None:
        when = f", {until(row.not_before, now)}" if row.not_before > now else ""
        return f"held for one message with other pages{when}"
    under_way = row.owner is not None
    if row.tries > under_way:
        return f"being tried again (try {row.tries + (not under_way)})"
    return f"follows {until(row.not_before, now)}" if row.not_before > now else "on its way"


def _in_bundle(row: Row) -> str:
    """`, in one message with 4 other pages`."""
    others = int(str(row.result.get("bundle", 1))) - 1
    return f", in one message with {count(others, 'other page')}" if others > 0 else ""


#: How far a delivery got, for people. What failed says why, where its provider did.
_REACHED = {
    Reach.QUEUED: "sent",
    Reach.SENT: "sent",
    Reach.ACCEPTED: "sent",
    Reach.DELIVERED: "delivered",
    Reach.RINGING: "ringing",
    Reach.ANSWERED: "picked up, no key yet",
    Reach.UNDELIVERED: "undelivered",
    Reach.FAILED: "failed",
    Reach.BUSY: "busy",
    Reach.NO_ANSWER: "not picked up",
    Reach.VOICEMAIL: "reached voicemail only",
    Reach.HUNG_UP: "ended without an answer",
    Reach.CALLED_OFF: "hung up before it was taken",
    Reach.UNCLEAR: "picked up by nobody knows whom",
    Reach.HEARD: "heard, no answer yet",
    Reach.KEYED: "answered by a key",
}


def _reached(row: Row) -> str:
    if row.reach is None:
        return "delivered" if NOTIFIER_OF[row.effect] == "slack" else "sent"
    why = f": {escape(reason(row.reach_reason))}" if row.reach_reason and row.reach in FAILED else ""
    return _REACHED[row.reach] + why


def what_next(picture: Picture, now: datetime) -> str:
    """What happens next and when, for every run that still climbs, else the next reminder; never empty."""
    if not picture.incident.open:
        return "Nothing more happens: the incident is closed."
    steps = [next_step(one, now) for one in climbing(picture) if one.next is not None]
    if steps:
        return "\n".join(dict.fromkeys(steps))
    last = [escape(one_line(paged.person.name)) for paged in waiting(picture)]
    if last:
        return f"Nobody else is paged after {series(last)}."
    if picture.incident.state is State.IN_PROGRESS:
        silence = _ack_due(picture, now)
        return f"Nobody else is paged, since it was acked. {silence or _next_reminder(picture, now)}".strip()
    return f"Nothing happens by itself. {_next_reminder(picture, now)}".strip()


def next_step(run: RunPicture, now: datetime) -> str:
    """`If nobody acks by 03:25 (in 5 min), Bob Okafor is paged (tier 2 of 3, cycle 1).`"""
    step = run.next
    if step is None:
        return ""
    when = f"{at(step.at, now)} ({until(step.at, now)})"
    if run.sooner and step.people:
        when += ", or sooner if the phone is not answered"
    return f"{_handover(run.handover, now)} {_if_nobody(run, step, when)}".strip()


def _handover(step: NextStep | None, now: datetime) -> str:
    """`At 03:10 (in 5 min) Bob Okafor comes on call and is paged too.`"""
    if step is None:
        return ""
    names = [escape(one_line(person.name)) for person in step.people]
    come = "comes" if len(names) == 1 else "come"
    return (
        f"At {at(step.at, now)} ({until(step.at, now)}) {series(names)} {come} on call and {is_are(names)} paged too."
    )


def _if_nobody(run: RunPicture, step: NextStep, when: str) -> str:
    names = [escape(one_line(person.name)) for person in step.people]
    if not names and not run.waiting_for:
        return f"Nobody can be reached as things stand. Tocsin looks again at {when}."
    if run.run.kind is RunKind.PAGE and names:
        return f"If there is no answer by {when}, {series(names)} {is_are(names)} paged again (by hand)."
    if not names:
        return f"If nobody acks by {when}, {place(step, run.run)} is next, but nobody there can be reached now."
    if step.everybody:
        return f"If nobody acks by {when}, everybody is paged at once: {series(names)}."
    return f"If nobody acks by {when}, {series(names)} {is_are(names)} paged ({place(step, run.run)})."


def place(step: NextStep, run: Run) -> str:
    """`tier 2 of 3, cycle 1`."""
    if run.kind is RunKind.PAGE:
        return "by hand"
    if step.tier == 0:
        return "everybody at once" if step.everybody else "the fallback"
    return f"tier {step.tier} of {len(run.policy.tiers)}, cycle {step.cycle}"


#: What each reminder asks for.
REMINDERS = {Reminder.COMMANDER.value: "a commander", Reminder.UPDATE.value: "a status update"}


def _ack_due(picture: Picture, now: datetime) -> str:
    """When the ack is given back, where the policy says so; empty where it does not."""
    run = main_run(picture)
    due = ack_due(run.run, picture.incident, picture.responders) if run else None
    if due is None:
        return ""
    return f"Without an update or another ack by {at(due, now)} ({until(due, now)}), paging goes on."


def _next_reminder(picture: Picture, now: datetime) -> str:
    for timer in picture.reminders:
        what = REMINDERS.get(str(timer.data.get("reminder")))
        if what:
            return f"Reminder for {what} at {at(timer.due_at, now)}, unless one comes first."
    return ""


def alerts_words(picture: Picture) -> str:
    """`12 alerts, 3 still firing`; empty without alerts. That one resolved is no further alert."""
    received = sum(alert.count for alert in picture.alerts)
    if not received:
        return ""
    firing = sum(alert.status == "firing" for alert in picture.alerts)
    return (
        f"{count(received, 'alert')}, {firing} still firing" if firing else f"{count(received, 'alert')}, all resolved"
    )


def others_asked(picture: Picture, besides: int | None) -> str:
    """Who else is paged now, by name; empty when nobody is."""
    names = [escape(one_line(one.person.name)) for one in waiting(picture) if one.person.id != besides]
    return f"{series(names)} {is_are(names)} paged now." if names else ""


def last_update(incident: Incident, now: datetime) -> str:
    """The newest status update, with its time; empty without one."""
    if not incident.last_update or incident.last_update_at is None:
        return ""
    return (
        f"Last update at {at(incident.last_update_at, now)}: {escape(sentence(one_line(safe(incident.last_update))))}"
    )
