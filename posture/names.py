"""What a posture declares, by kind: the names that references may lead to.

Read from the tree as it was written, before anything faulty is cut out of it: a person with a misspelt
phone number is still a person, and nobody who names them is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.domain.escalation import TargetKind
from posture.findings import Finding, Mark, finding, nearest
from posture.targets import Written
from posture.tree import Map, Scalar, Seq, Value
from posture.values import ON_CALL, TEAM

#: Code and word of each kind of name.
KINDS: dict[str, tuple[str, str]] = {
    "people": ("INC201", "person"),
    "positions": ("INC202", "position"),
    "teams": ("INC203", "team"),
    "schedules": ("INC204", "schedule"),
    "escalation_policies": ("INC205", "escalation policy"),
    "services": ("INC206", "service"),
    "holidays": ("INC212", "list of holidays"),
    "components": ("INC213", "component"),
    "health_checks": ("INC214", "health check"),
    "runbooks": ("INC215", "runbook"),
}
#: Where those stand that are no section of their own.
_DECLARED_IN = {"components": "status_page", "health_checks": "services"}
#: What a target's name alone may mean, and where it is declared.
_BARE = {
    TargetKind.PERSON: "people",
    TargetKind.POSITION: "positions",
    TargetKind.SCHEDULE: "schedules",
    TargetKind.TEAM: "teams",
}
#: The schedule that a spreadsheet keeps (docs/oncall.md) is in no posture, and may be paged all the same.
SHEET = "sheet"
#: A policy is named by its kind too: most are called like the team whose on-call they page.
_TARGETS = {**_BARE, TargetKind.POLICY: "escalation_policies"}


@dataclass(frozen=True, slots=True)
class Names:
    """Names by section. A team with a rotation has a schedule of its own name."""

    declared: Mapping[str, frozenset[str]]
    own_schedules: frozenset[str]
    top: Mark
    faulty: frozenset[tuple[str, str]] = frozenset()  # (section, name) of entries that have a finding inside
    unread: frozenset[str] = frozenset()  # sections that are no mapping: what they were to declare is not known

    def unknown(self, reference: Scalar, section: str) -> Finding | None:
        """The finding for a reference that leads nowhere."""
        if reference in self.declared[section] or section in self.unread:
            return None
        code, word = KINDS[section]
        place = f"`{section}`" + (f" of `{_DECLARED_IN[section]}`" if section in _DECLARED_IN else "")
        fix = nearest(reference, self.declared[section], f"Declare it under {place}.")
        return finding(code, reference.mark, f"There is no {word} `{reference}`.", fix)

    def meant(self, written: Written) -> TargetKind | Finding:
        """Which kind a target means; the finding, where it means none or several."""
        if not written.name:
            return written.kind or TargetKind.SCHEDULE
        if written.kind is TargetKind.USER_GROUP:
            return written.kind
        if written.kind is not None:
            if (written.kind, written.name) == (TargetKind.SCHEDULE, SHEET):
                return written.kind
            named = Scalar(written.name, written.text.mark)
            return self.unknown(named, _TARGETS[written.kind]) or written.kind
        return self._by_name(written)

    def _by_name(self, written: Written) -> TargetKind | Finding:
        kinds = [kind for kind, section in _BARE.items() if written.name in self.declared[section]]
        if TargetKind.SCHEDULE in kinds and written.name in self.own_schedules:
            kinds.remove(TargetKind.TEAM)  # a team's name means whoever is on call for it
        if written.offset and kinds and TargetKind.SCHEDULE not in kinds:
            message = f"`{written.text}` counts along no schedule."
            return finding("INC207", written.text.mark, message, f"Remove `+{written.offset}`, or name a schedule.")
        if len(kinds) == 1:
            return kinds[0]
        if not kinds and written.name == SHEET:
            return TargetKind.SCHEDULE
        if not kinds and self.unread & set(_BARE.values()):
            return TargetKind.PERSON  # it may be what could not be read
        if kinds:
            clearer = " or ".join(f"`{kind.value} {written.name}`" for kind in kinds)
            words = " and a ".join(kind.value for kind in kinds)
            return finding("INC208", written.text.mark, f"`{written.name}` is a {words}.", f"Write {clearer}.")
        if written.name in self.declared["escalation_policies"]:
            message = f"`{written.name}` is a policy."
            return finding("INC207", written.text.mark, message, f"Write `policy {written.name}`.")
        known = {name for section in _BARE.values() for name in self.declared[section]} | {ON_CALL, TEAM}
        message = f"`{written.name}` is no person, position, schedule or team."
        fix = nearest(written.name, known, f"Declare it, or write `{ON_CALL}`.")
        return finding("INC207", written.text.mark, message, fix)


def names_in(root: Map) -> Names:
    """Everything that a tree declares."""
    declared = {section: {str(name) for name, _ in entries(root, section)} for section in KINDS}
    teams = root.at("teams")
    own: set[str] = set()
    if isinstance(teams, Map):
        own = {str(name) for name, team in teams.items() if isinstance(team, Map) and "rotation" in team}
    declared["schedules"] |= own
    unread = {section for section in KINDS for one in _holders(root, section) if not isinstance(one, Map | None)}
    known = {section: frozenset(names) for section, names in declared.items()}
    return Names(known, frozenset(own), root.mark, unread=frozenset(unread))


def entries_by_mark(root: Map) -> dict[Mark, tuple[str, str]]:
    """The entry, as (section, name), that each place belongs to."""
    result: dict[Mark, tuple[str, str]] = {}
    for section in KINDS:
        for name, entry in entries(root, section) if section != "health_checks" else ():  # those are of their service
            result.update((mark, (section, str(name))) for mark in [name.mark, *_marks(entry)])
    return result


def _marks(value: Value) -> Iterator[Mark]:
    if value is None:
        return
    yield value.mark
    if isinstance(value, Map):
        yield from (key.mark for key in value)
    for item in value.values() if isinstance(value, Map) else value if isinstance(value, Seq) else ():
        yield from _marks(item)


def entries(root: Map, section: str) -> Iterator[tuple[Scalar, Value]]:
    """What a tree declares of a kind: each name with what stands under it."""
    for holder in _holders(root, section):
        if isinstance(holder, Map):
            yield from holder.items()


def _holders(root: Map, section: str) -> list[Value]:
    """Where names of a kind are declared: mappings, if they are written as they should be."""
    outer = root.at(_DECLARED_IN.get(section, section))
    if section not in _DECLARED_IN or not isinstance(outer, Map):
        return [outer]
    within = [outer] if section == "components" else list(outer.values())
    return [one.at(section) if isinstance(one, Map) else one for one in within]
