"""What a new posture means for people, beside the one before: who is paged differently and when, and who comes or goes.

As plain values, so that it can be kept, posted and printed: times are ISO 8601 in UTC, spans of time seconds, people
handles. No address is in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from bot.domain.almanac import Almanac, zone_of
from bot.domain.escalation import Policy, Target, TargetKind
from bot.domain.people import Person
from bot.domain.rules import PERSONAL, usable
from bot.domain.severity import Severity
from bot.domain.tier_changes import Compared, apart, paging, written

DAYS = 28

#: Rules of a severity that change what happens to people, as they are named in the YAML.
RULES = (
    "pages", "urgency", "response", "resolution", "commander", "status_page", "postmortem", "notify_channels",
    "notify_positions", "pagerduty",
)  # fmt: skip
_POLICY = ("repeat_cycles", "executive", "ack_timeout")


def difference(given: Compared) -> dict[str, Any]:
    """Everything that changes for people, section by section; each is empty where nothing does."""
    almanacs = Almanac(given.old, given.start, given.end), Almanac(given.new, given.start, given.end)
    return {
        "start": given.start.isoformat(),
        "end": given.end.isoformat(),
        "people": _people(given),
        "schedules": _schedules(given, almanacs),
        "services": _names(given.old.services, given.new.services),
        "severities": _severities(given),
        "policies": _policies(given),
        "paging": paging(given, almanacs),
    }


def is_empty(found: Mapping[str, Any]) -> bool:
    """Whether nothing changes for anybody."""
    sections = [found["people"], found["services"]]
    return not any(found[name] for name in ("schedules", "severities", "policies", "paging")) and not any(
        value for section in sections for value in section.values()
    )


def bounded(found: dict[str, Any], most: int = 40) -> dict[str, Any]:
    """The same for a message: of each list the first so many, and in `left` how many more there are."""
    lists = {name: found[name] for name in ("schedules", "severities", "policies", "paging")}
    left = sum(max(0, len(some) - most) for some in lists.values())
    return {**found, **{name: some[:most] for name, some in lists.items()}, "left": left}


def _names(old: Iterable[str], new: Iterable[str]) -> dict[str, list[str]]:
    before, after = list(old), list(new)
    return {
        "came": [name for name in after if name not in set(before)],
        "gone": [name for name in before if name not in set(after)],
    }


def _people(given: Compared) -> dict[str, Any]:
    old, new = given.old.people, given.new.people
    known = Almanac(given.old, given.start, given.end).people, Almanac(given.new, given.start, given.end).people
    changed = [_person(handle, known[0][handle], known[1][handle]) for handle in new if handle in old]
    admins = _names(given.old.admins, given.new.admins)
    return {
        **_names(old, new),
        "changed": [one for one in changed if one["lost"] or one["gained"] or one["replaced"]],
        "admins_came": admins["came"],
        "admins_gone": admins["gone"],
    }


def _person(handle: str, before: Person, after: Person) -> dict[str, Any]:
    had, has = usable(before, PERSONAL), usable(after, PERSONAL)
    both = [way for way in PERSONAL if way in had & has]
    return {
        "handle": handle,
        "lost": [way for way in PERSONAL if way in had - has],
        "gained": [way for way in PERSONAL if way in has - had],
        "replaced": [way for way in both if before.address(way) != after.address(way)],
    }


def _schedules(given: Compared, almanacs: tuple[Almanac, Almanac]) -> list[dict[str, Any]]:
    old, new = given.old.schedules, given.new.schedules
    names = _names(old, new)
    made: list[dict[str, Any]] = [
        {"schedule": name, "change": change, "shifts": []} for change in ("came", "gone") for name in names[change]
    ]
    for name in new:
        if name in old:
            shifts = _shifts(name, almanacs)
            zone = zone_of(new[name])
            made += [{"schedule": name, "change": "shifts", "zone": zone, "shifts": shifts}] if shifts else []
    return made


def _shifts(name: str, almanacs: tuple[Almanac, Almanac]) -> list[dict[str, Any]]:
    """Who has it instead of whom, and when."""
    target = (Target(TargetKind.SCHEDULE, name),)
    pair = [
        (spans, [str(state[-1]) if state[-1] is not None else None for state in states])
        for spans, states in (almanac.states(target) for almanac in almanacs)
    ]
    changes = apart(pair[0], pair[1])
    return [{"before": before, "after": after, "spans": written(spans)} for (before, after), spans in changes.items()]


def _severities(given: Compared) -> list[dict[str, Any]]:
    """Rules that change, with the services they change for; no service means all of them."""
    services = [name for name in given.new.services if name in given.old.services]
    by_change: dict[tuple[str, str, str, str], list[str]] = {}
    for name in sorted({*given.old.severities, *given.new.severities}):
        for service in services or [""]:
            before, after = given.old.severity_for(name, service), given.new.severity_for(name, service)
            for rule in RULES:
                was, will = _plain(before, rule), _plain(after, rule)
                if was != will:
                    by_change.setdefault((name, rule, was, will), []).append(service)
    return [
        {"severity": name, "rule": rule, "before": was, "after": will,
         "services": [] if some == (services or [""]) else some}
        for (name, rule, was, will), some in by_change.items()
    ]  # fmt: skip


def _policies(given: Compared) -> list[dict[str, Any]]:
    return [
        {"policy": name, "rule": rule, "before": _plain(given.old.policies[name], rule), "after": _plain(policy, rule)}
        for name, policy in given.new.policies.items()
        if name in given.old.policies
        for rule in _POLICY
        if _plain(given.old.policies[name], rule) != _plain(policy, rule)
    ]


def _plain(rules: Severity | Policy | None, rule: str) -> str:
    """A rule as text: a flag as yes or no, a duration in seconds, names with commas; empty where there is none."""
    value = getattr(rules, rule) if rules is not None else None
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, timedelta):
        return f"{value.total_seconds():g} s"
    if isinstance(value, Target):
        return value.name
    return ", ".join(value) if isinstance(value, tuple) else str(value)
