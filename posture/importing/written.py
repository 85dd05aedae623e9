"""A draft as YAML: people, teams, schedules, policies, services; each thing that was left out told at its place."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from io import StringIO
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from bot.domain.oncall import ActiveHours
from posture.importing.draft import Draft, Person, Policy, Schedule, Service, Tier, Turns
from posture.importing.turns import WEEK

_WIDTH: Final = 116
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_UNITS: Final = (("d", 86400), ("h", 3600), ("m", 60), ("s", 1))
_ONE_LINE: Final = 100  # letters up to which an entry stands on one line


def written(draft: Draft) -> str:
    """The whole file."""
    sections: dict[str, Mapping[str, Any]] = {
        "people": {name: _person(one) for name, one in draft.people.items()},
        "teams": {name: _map({"members": _flow(members)}) for name, members in draft.teams.items()},
        "schedules": {name: _schedule(one) for name, one in draft.schedules.items()},
        "escalation_policies": {name: _policy(one) for name, one in draft.policies.items()},
        "services": {name: _service(one) for name, one in draft.services.items()},
    }
    parts = [_comment([f"Imported from {draft.source}.", *_about(draft, "", None)], "")]
    for key, entries in sections.items():
        section = key.removeprefix("escalation_")
        homeless = _about(draft, section, None) + [
            note.text for note in draft.notes if note.section == section and note.name and note.name not in entries
        ]
        head = _comment(homeless, "")
        body = "".join(_entry(draft, section, name, value) for name, value in entries.items())
        if head or body:
            parts.append(head + (f"{key}:\n{body}" if body else ""))
    return "\n".join(parts)


def _entry(draft: Draft, section: str, name: str, value: Any) -> str:
    text = _dumped({name: value})
    return _comment(_about(draft, section, name), "  ") + textwrap.indent(text, "  ")


def _about(draft: Draft, section: str, name: str | None) -> list[str]:
    return [note.text for note in draft.notes if note.section == section and note.name == (name or "")]


def _comment(sentences: Iterable[str], indent: str) -> str:
    lines = [
        line
        for sentence in sentences
        for line in textwrap.wrap(
            _printable(sentence), _WIDTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}#   "
        )
    ]
    return "".join(f"{line}\n" for line in lines)


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "�" for char in " ".join(text.split()))


def _dumped(value: Mapping[str, Any]) -> str:
    yaml = YAML()
    yaml.width = 4096
    yaml.allow_unicode = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = StringIO()
    yaml.dump(CommentedMap(value), out)
    return out.getvalue()


def _map(items: Mapping[str, Any]) -> CommentedMap:
    """Without what is empty; on one line where it is short and holds nothing deeper than a list."""
    made = CommentedMap({key: value for key, value in items.items() if value not in ("", None)})
    flat = not any(isinstance(value, CommentedMap) or _deep(value) for value in made.values())
    if flat and len(str(dict(made))) <= _ONE_LINE:
        made.fa.set_flow_style()
    return made


def _deep(value: object) -> bool:
    return isinstance(value, CommentedSeq) and any(isinstance(one, (CommentedMap, CommentedSeq)) for one in value)


def _flow(items: Iterable[str]) -> CommentedSeq:
    made = CommentedSeq(items)
    made.fa.set_flow_style()
    return made


def _person(one: Person) -> CommentedMap:
    return _map({"name": one.name, "slack": one.slack, "email": one.email, "phone": one.phone, "zone": one.zone})


def _schedule(one: Schedule) -> CommentedMap:
    whole: dict[str, Any] = {"team": one.team, "user_group": one.user_group, "source": one.source}
    layers = [layer for turns in one.layers for layer in _layers(turns)]
    if len(layers) == 1:
        return _map(whole | layers[0])
    made = CommentedSeq(_map(layer) for layer in layers)
    return _map(whole | ({"layers": made} if layers else {"time_zone": one.zone}))


def _layers(turns: Turns) -> list[dict[str, Any]]:
    """One for each of its hours: the turns of all are the same, and each covers its part of them."""
    whole_weeks = turns.period % WEEK == timedelta(0)
    day = f"{_DAYS[turns.start.weekday()]} " if whole_weeks else ""
    same: dict[str, Any] = {
        "members": _flow(turns.members),
        "rotation_period": span(turns.period),
        "handoff": f"{day}{turns.start:%H:%M}",
        "time_zone": turns.zone,
        "start": _moment(turns.start),
        "end": _moment(turns.end) if turns.end else "",
    }
    if not turns.windows:
        return [same]
    return [same | {"members": _flow(turns.members), "active_hours": _hours(window)} for window in turns.windows]


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def span(length: timedelta) -> str:
    """In the largest unit that fits: `7d`, `12h`, `90m`."""
    seconds = int(length.total_seconds())
    return next(f"{seconds // size}{unit}" for unit, size in _UNITS if seconds % size == 0)


def _hours(window: ActiveHours) -> str:
    end = "24:00" if window.end == time(0) else f"{window.end:%H:%M}"
    whole = window.start == window.end
    clocks = "00:00-24:00" if whole and window.start == time(0) else f"{window.start:%H:%M}-{end}"
    return clocks if len(window.weekdays) == 7 else f"{_days(window.weekdays)} {clocks}"


def _days(days: frozenset[int]) -> str:
    """`Mon-Fri`, `Sat,Sun`, `Mon,Wed,Fri`."""
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(
        f"{_DAYS[run[0]]}-{_DAYS[run[-1]]}" if len(run) > 2 else ",".join(_DAYS[day] for day in run) for run in runs
    )


def _policy(one: Policy) -> CommentedMap:
    tiers = CommentedSeq(_tier(tier) for tier in one.tiers)
    return CommentedMap({"tiers": tiers, "repeat_cycles": one.repeat})


def _tier(tier: Tier) -> CommentedMap:
    return _map({"targets": _flow(tier.targets), "timeout": span(tier.timeout)})


def _service(one: Service) -> CommentedMap:
    return _map({"owner": one.owner, "policy": one.policy, "description": one.description})
