"""What `simulate` found, for a terminal: who is paged when, by what and why, and whom each step passes over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.escalation import Policy, Target, TargetKind
from bot.domain.people import Person
from bot.domain.plan import Choice, Planned, Skipped
from bot.domain.simulation import Simulation
from bot.views.escalating import by_ways
from bot.views.troubles import reason
from bot.views.words import count, duration, one_line, series

_SPAN = 11  # characters of a span such as `+1 h 05 min`
_INDENT = " " * (_SPAN + 9)


def report(made: Simulation, zone: ZoneInfo, configured: Collection[str], note: str = "") -> str:
    """The whole simulation, line by line; times are in `zone`. `note` is said beside the time."""
    severity = made.severity
    quiet = f"{severity.name} pages nobody by itself; this is what escalating it would do."
    head = [
        one_line(f"{made.service}, {severity.name} {severity.label}, {severity.urgency} urgency"),
        f"{when(made.at, zone)}, if nobody ever answers. Nothing is sent. {note}",
        _policy(made.policy),
        *([] if severity.pages else [quiet]),
        "",
    ]
    first, *rest = [_event(made, event, zone, configured) for event in made.events] or [[]]
    told = [line for position, choice in made.told for line in _told(made, position, choice, configured)]
    after = [line for event in rest for line in event]
    lines = [*head, *first, *told, *after, _INDENT + _end(made), *_sooner(made)]
    return "\n".join(line.rstrip() for line in lines)


def when(at: datetime, zone: ZoneInfo) -> str:
    """`Sunday 29 March 2026, 03:00 CEST (01:00 UTC)`."""
    local = at.astimezone(zone)
    utc = "" if local.utcoffset() == timedelta(0) else f" ({at:%H:%M} UTC)"
    return f"{local:%A} {local.day} {local:%B %Y}, {local:%H:%M %Z}{utc}"


def _policy(policy: Policy) -> str:
    if not policy.tiers:
        return f"Policy: {one_line(policy.name)}, so nobody can be paged."
    last = "everybody at once" if policy.executive is None else target_words(policy.executive)
    again = f", {policy.repeat_cycles} more {'time' if policy.repeat_cycles == 1 else 'times'} through them"
    cycles = again if policy.repeat_cycles else ""
    return f"Policy {one_line(policy.name)}: {count(len(policy.tiers), 'tier')}{cycles}, then {last}."


def _event(made: Simulation, event: Planned, zone: ZoneInfo, configured: Collection[str]) -> list[str]:
    ahead = event.at - made.at
    start = f"{f'+{duration(ahead)}' if ahead else 'at once':<{_SPAN}}  {event.at.astimezone(zone):%H:%M}  "
    skipped = [f"{_INDENT}{_skipped(made.policy, one)}" for one in event.choice.skipped]
    people = [f"{_INDENT}{_person(made, event.choice, person, configured)}" for person in event.choice.people]
    return [start + _place(made.policy, event), *skipped, *people]


def _place(policy: Policy, event: Planned) -> str:
    decision = event.choice.decision
    if decision is None:
        return "nobody can be reached: the room and the admins are told, and people are looked for every minute"
    if event.handover:
        return "a handover: whoever comes on call is paged too"
    if decision.tier:
        return f"tier {decision.tier} of {len(policy.tiers)}, cycle {decision.cycle}"
    led = decision.targets == (policy.executive,)
    return "the fallback" if led else "the fallback: everybody at once"


def _skipped(policy: Policy, one: Skipped) -> str:
    who = series([target_words(found.target) for found in one.found]) or "nobody"
    where = f"tier {one.decision.tier} of {len(policy.tiers)}" if one.decision.tier else "the fallback"
    return f"passed over: {where}, {who}: {series([reason(code) for code in one.reasons])}"


def _person(made: Simulation, choice: Choice, person: Person, configured: Collection[str]) -> str:
    ways = by_ways(made.rules(choice, person, configured))
    target = choice.people[person]
    why = f" ({target_words(target)})" if target.kind not in (TargetKind.PERSON, TargetKind.USER_GROUP) else ""
    return f"{one_line(person.name)}{why}: {ways}"


def _told(made: Simulation, position: str, choice: Choice, configured: Collection[str]) -> list[str]:
    people = [f"{_INDENT}{_person(made, choice, person, configured)}" for person in choice.people]
    return [f"{_INDENT[:-2]}and beside it, because it is {made.severity.name}: {one_line(position)}", *people]


def target_words(target: Target) -> str:
    """Whom a target means, in a few words; raw."""
    name = one_line(target.name)
    match target.kind:
        case TargetKind.SCHEDULE:
            return f"on call for {name}" if not target.offset else f"number {target.offset} after on call for {name}"
        case TargetKind.TEAM:
            return f"team {name}"
        case TargetKind.USER_GROUP:
            return f"user group {name}"
        case _:
            return name


def _sooner(made: Simulation) -> list[str]:
    """Receipts steer within the first cycle, and no simulation knows what they will say."""
    if len(made.policy.tiers) < 2 or not any(event.choice.people for event in made.events):
        return []
    return [
        "",
        "Sooner where a phone rings unanswered or a page cannot be delivered: then the next tier comes at once.",
    ]


def _end(made: Simulation) -> str:
    if made.again is not None:
        return f"…and again every {duration(made.again)} until somebody answers."
    if made.events and made.events[-1].choice.decision is None:
        return "…and nobody comes on call in the next two weeks."
    return "…and so on."
