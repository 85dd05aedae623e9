"""Facts in words: what each kind of timeline event says, in one plain sentence, and what somebody typed with it.

Headlines are raw text, for Slack, mail, SMS and Markdown alike: whoever shows one escapes it for that place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from bot.domain.people import Person, PersonId
from bot.domain.timeline import Event, Kind
from bot.views import words
from bot.views.troubles import reason, step
from bot.views.words import duration, series, strings

People = Mapping[PersonId, Person]

_HEADLINE = 500  # characters; nothing that happens needs more

#: One sign a kind, so that a long log can be skimmed.
SIGNS: dict[Kind, str] = {
    Kind.DECLARED: "🚨",
    Kind.PAGED: "📟",
    Kind.PAGE_DELIVERED: "📬",
    Kind.PAGE_FAILED: "⚠️",
    Kind.TIER_SKIPPED: "⏭️",
    Kind.NOBODY: "🆘",
    Kind.ACKED: "👀",
    Kind.PAGE_ACKED: "👋",
    Kind.UNACKED: "↩️",
    Kind.DECLINED: "❌",
    Kind.ASKED: "📟",
    Kind.ESCALATED: "⏫",
    Kind.HANDOVER: "🤝",
    Kind.FALLBACK: "📣",
    Kind.ASSIGNED: "👉",
    Kind.TAKEN: "🙋",
    Kind.ROLE_GIVEN: "🎖️",
    Kind.ROLE_DROPPED: "🎖️",
    Kind.JOINED: "👋",
    Kind.STATUS: "🔄",
    Kind.UPDATE: "📝",
    Kind.SEVERITY: "📶",
    Kind.NOTE: "🗒️",
    Kind.PINNED: "📌",
    Kind.UNPINNED: "📌",
    Kind.ALERT: "🔔",
    Kind.ROOM: "🚪",
    Kind.STEP_FAILED: "⚠️",
    Kind.REMINDED: "⏰",
    Kind.SNOOZED: "💤",
    Kind.RESOLVED: "✅",
    Kind.CANCELLED: "🚫",
    Kind.REOPENED: "🔓",
    Kind.POSTMORTEM: "📄",
    Kind.DRILL_SCORED: "🏁",
}

#: The data field that holds what somebody typed, or an alert's own words.
_TYPED: dict[Kind, str] = {
    Kind.UNACKED: "reason",
    Kind.UPDATE: "text",
    Kind.SEVERITY: "reason",
    Kind.NOTE: "text",
    Kind.PINNED: "text",
    Kind.ALERT: "summary",
    Kind.RESOLVED: "text",
    Kind.CANCELLED: "reason",
    Kind.REOPENED: "reason",
}


def headline(event: Event, people: People) -> str:
    """What happened, as one raw sentence without its full stop."""
    return words.cut(words.one_line(_HEADLINES[event.kind](event, people)), _HEADLINE)


def typed(event: Event) -> str:
    """What somebody typed, verbatim; raw."""
    return _text(event, _TYPED[event.kind]) if event.kind in _TYPED else ""


def address(event: Event) -> str:
    """The permalink of the message that the fact stands for; raw."""
    field = "message" if event.kind is Kind.DECLARED else "permalink"
    return _text(event, field)


def who(event: Event, people: People) -> str:
    """Who did it, by name."""
    if event.actor_id is not None:
        return _name(event.actor_id, people)
    return event.actor_label or "Tocsin"


def _text(event: Event, field: str) -> str:
    value = event.data.get(field)
    return "" if value is None else str(value)


def _name(person_id: object, people: People) -> str:
    person = people.get(int(str(person_id))) if str(person_id or "").isdigit() else None
    return person.name if person else "somebody"


def _person(event: Event, people: People) -> str:
    return _name(event.data.get("person_id"), people)


def _persons(event: Event, people: People) -> list[str]:
    return [_name(one, people) for one in strings(event.data.get("person_ids"))]


def _place(event: Event) -> str:
    """Where in the policy: `tier 2, cycle 1`."""
    tier = _text(event, "tier")
    if _text(event, "reason") == "severity":
        return "told by the severity's rule"
    if tier == "0":
        return "the fallback"
    cycle = _text(event, "cycle")
    return f"tier {tier}, cycle {cycle}" if cycle else f"tier {tier}"


def _declared(event: Event, people: People) -> str:
    service = _text(event, "service")
    return f"{who(event, people)} declared this as {_text(event, 'severity')}" + (f" ({service})" if service else "")


def _paged(event: Event, people: People) -> str:
    return f"{_person(event, people)} was paged{_by(event)} ({_place(event)})"


def _by(event: Event) -> str:
    """` by Slack, SMS and phone call after 2 min`; empty where the fact does not say."""
    ways = [words.NOTIFIERS.get(one, one) for one in strings(event.data.get("notifiers"))]
    if isinstance(later := event.data.get("later"), Mapping):
        ways += [
            f"{words.NOTIFIERS.get(one, one)} after {duration(timedelta(seconds=wait))}" for one, wait in later.items()
        ]
    return f" by {series(ways)}" if ways else ""


def _delivered(event: Event, people: People) -> str:
    twice = ", possibly for the second time" if event.data.get("repeat") is True else ""
    return f"{_person(event, people)}'s page went out by {_notifier(event)}{twice}"


def _failed(event: Event, people: People) -> str:
    return f"{_person(event, people)} could not be reached by {_notifier(event)}: {reason(_text(event, 'reason'))}"


def _notifier(event: Event) -> str:
    return series([words.NOTIFIERS.get(name, name) for name in strings(event.data.get("notifier"))])


def target_name(name: str, people: People) -> str:
    """A target as people call it: somebody known from Slack alone is named by `#` and their id."""
    return _name(name[1:], people) if name[:1] == "#" and name[1:].isdecimal() else name


def _skipped(event: Event, people: People) -> str:
    targets = series([target_name(one, people) for one in strings(event.data.get("targets"))]) or "its targets"
    why = series([reason(one) for one in _text(event, "reason").split(", ") if one])
    return f"Tier {_text(event, 'tier')} was skipped, nobody to page for {targets}" + (f": {why}" if why else "")


def _nobody(_: Event, __: People) -> str:
    return "Nobody could be paged: no tier has anybody who can be reached. Assign somebody by hand now"


def _acked(event: Event, people: People) -> str:
    return f"{who(event, people)} acked" + _source(event)


def _source(event: Event) -> str:
    source = words.source(_text(event, "source"))
    return f" ({source})" if source else ""


def _page_acked(event: Event, people: People) -> str:
    return f"{who(event, people)} answered the page" + _source(event)


def _unacked(event: Event, people: People) -> str:
    if _text(event, "why") == "ack_timeout":
        return f"No update and no sign of {_person(event, people)} since the ack: it is given back and paging goes on"
    whose = f"{_person(event, people)}'s" if event.data.get("person_id") is not None else "the"
    return f"{who(event, people)} gave {whose} ack back"


def _declined(event: Event, people: People) -> str:
    return f"{who(event, people)} declined" + _source(event)


def _escalated(event: Event, people: People) -> str:
    paged = _persons(event, people)
    whom = f"{series(paged) or 'nobody'} {words.is_are(paged or ['nobody'])} paged{_by(event)}"
    why = _text(event, "reason")
    if why == "by_hand":
        return f"{who(event, people)} escalated: {whom} ({_place(event)})"
    return f"{_REASONS.get(why, 'Escalated')}: {whom} ({_place(event)})"


#: Why the next step was taken.
_REASONS = {
    "timeout": "Nobody acked in time",
    "declined": "After the decline",
    "undelivered": "The page could not be delivered",
    "unanswered_call": "The call was not answered",
    "unacked": "The ack was given back",
    "notified_again": "Notified again",
}


def _asked(event: Event, people: People) -> str:
    paged = _persons(event, people)
    whom = series(paged) or "nobody"
    if _text(event, "reason") == "asked":
        by = _by(event)
        return f"{who(event, people)} paged {whom}{by}{',' if by else ''} by hand"
    cause = "After the decline" if _text(event, "reason") == "declined" else "No answer yet"
    return f"{cause}: {whom} {words.is_are(paged or ['nobody'])} paged{_by(event)}, as asked for by hand"


def _handover(event: Event, people: People) -> str:
    names = _persons(event, people)
    return f"{series(names)} came on call and {words.is_are(names)} paged too{_by(event)} ({_place(event)})"


def _fallback(event: Event, people: People) -> str:
    paged = series(_persons(event, people)) or "nobody can be reached"
    why = _text(event, "reason")
    cause = f"{who(event, people)} escalated" if why == "by_hand" else _REASONS.get(why, "Nobody acked in time")
    if event.data.get("executive") is True:
        return f"{cause}: {paged} {words.is_are(_persons(event, people))} paged{_by(event)} as the fallback"
    return f"{cause}: everybody of every tier is paged at once{_by(event)} ({paged})"


def _assigned(event: Event, people: People) -> str:
    return f"{who(event, people)} assigned this to {_person(event, people)}"


def _taken(event: Event, people: People) -> str:
    return f"{who(event, people)} took this"


def _role_given(event: Event, people: People) -> str:
    role = _text(event, "role")
    if event.actor_id is not None and event.actor_id == event.data.get("person_id"):
        return f"{who(event, people)} is now {role}"
    return f"{who(event, people)} made {_person(event, people)} {role}"


def _role_dropped(event: Event, people: People) -> str:
    return f"{_person(event, people)} is no longer {_text(event, 'role')}"


def _joined(event: Event, people: People) -> str:
    return f"{_person(event, people)} joined as a responder"


def _status(event: Event, people: People) -> str:
    return f"{who(event, people)} set the status to {_text(event, 'to')} (was {_text(event, 'from')})"


def _update(event: Event, people: People) -> str:
    """`from` is the status before, where one moment recorded both."""
    status, before = _text(event, "status"), _text(event, "from")
    shown = f"{status}, was {before}" if before else status
    return f"{who(event, people)} posted a status update" + (f" ({shown})" if shown else "")


def _severity(event: Event, people: People) -> str:
    return f"{who(event, people)} changed the severity from {_text(event, 'from')} to {_text(event, 'to')}"


def _note(event: Event, people: People) -> str:
    return f"{who(event, people)} noted"


def _pinned(event: Event, people: People) -> str:
    """The actor is who wrote the message; `by` is who pinned it."""
    writer = _name(event.actor_id, people) if event.actor_id is not None else event.actor_label or "Somebody"
    by = event.data.get("by")
    return f"{writer} wrote" if by in (None, event.actor_id) else f"{writer} wrote (pinned by {_name(by, people)})"


def _unpinned(event: Event, people: People) -> str:
    return f"{who(event, people)} took a pinned message back"


def _alert(event: Event, _: People) -> str:
    source = f"{words.source(event.actor_label)}: " if event.actor_label else ""
    times = _text(event, "count")
    return f"{source}alert {_text(event, 'status')}" + (f" (received {times} times)" if times not in ("", "1") else "")


def _room(event: Event, _: People) -> str:
    return f"The war room #{_text(event, 'name')} is open"


def _step_failed(event: Event, people: People) -> str:
    what = step(_text(event, "step"))
    if event.data.get("person_id") is not None:
        what = what.replace("invite people", f"invite {_person(event, people)}")
    return f"Could not {what}: {reason(_text(event, 'reason'))}"


def _reminded(event: Event, _: People) -> str:
    which = _text(event, "reminder")
    return {
        "commander": "Reminder: nobody commands this incident",
        "update": "Reminder: a status update is due",
    }.get(which, f"Reminder: {which}")


def _snoozed(event: Event, people: People) -> str:
    which, minutes = _text(event, "reminder"), _text(event, "minutes")
    if minutes in ("", "0"):
        return f"{who(event, people)} stopped the {which} reminder"
    return f"{who(event, people)} put the {which} reminder off for {minutes} min"


def _resolved(event: Event, people: People) -> str:
    return f"{who(event, people)} resolved this"


def _cancelled(event: Event, people: People) -> str:
    return f"{who(event, people)} cancelled this (false alarm)"


def _reopened(event: Event, people: People) -> str:
    return f"{who(event, people)} reopened this"


def _postmortem(_: Event, __: People) -> str:
    return "The postmortem was posted"


def _scored(event: Event, people: People) -> str:
    """Each hop with what it took: `declared → 2 s → first page out → 1 s → delivered → 40 s → acked by Alice Chen`."""
    hops, before = ["declared"], 0.0
    for name, label in (("out", "first page out"), ("delivered", "delivered"), ("acked", "acked")):
        seconds = event.data.get(name)
        if not isinstance(seconds, (int, float)):
            hops.append(f"never {label}")
            continue
        hops += [words.exactly(seconds - before), label]
        before = seconds
    by = f" by {_person(event, people)}" if event.data.get("person_id") is not None and hops[-1] == "acked" else ""
    whole = f" ({words.exactly(before)} in all)" if hops[-1] == "acked" else ""
    paged = words.count(int(_text(event, "people") or 0), "person").replace("persons", "people")
    return f"Score of the drill: {' → '.join(hops)}{by}{whole}; {paged} paged"


_HEADLINES: dict[Kind, Callable[[Event, People], str]] = {
    Kind.DECLARED: _declared,
    Kind.PAGED: _paged,
    Kind.PAGE_DELIVERED: _delivered,
    Kind.PAGE_FAILED: _failed,
    Kind.TIER_SKIPPED: _skipped,
    Kind.NOBODY: _nobody,
    Kind.ACKED: _acked,
    Kind.PAGE_ACKED: _page_acked,
    Kind.UNACKED: _unacked,
    Kind.DECLINED: _declined,
    Kind.ASKED: _asked,
    Kind.ESCALATED: _escalated,
    Kind.HANDOVER: _handover,
    Kind.FALLBACK: _fallback,
    Kind.ASSIGNED: _assigned,
    Kind.TAKEN: _taken,
    Kind.ROLE_GIVEN: _role_given,
    Kind.ROLE_DROPPED: _role_dropped,
    Kind.JOINED: _joined,
    Kind.STATUS: _status,
    Kind.UPDATE: _update,
    Kind.SEVERITY: _severity,
    Kind.NOTE: _note,
    Kind.PINNED: _pinned,
    Kind.UNPINNED: _unpinned,
    Kind.ALERT: _alert,
    Kind.ROOM: _room,
    Kind.STEP_FAILED: _step_failed,
    Kind.REMINDED: _reminded,
    Kind.SNOOZED: _snoozed,
    Kind.RESOLVED: _resolved,
    Kind.CANCELLED: _cancelled,
    Kind.REOPENED: _reopened,
    Kind.POSTMORTEM: _postmortem,
    Kind.DRILL_SCORED: _scored,
}
