"""What must change at a provider so that it says what the posture says: ids resolved, and what is retired pruned.

Only what bears `exported.MARK` is ever deleted: what others made there stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from posture.exported import MARK, Json

_REFERENCE: Final = re.compile(r"\{\{resolve:([a-z_]+):(.*)\}\}")


class Verb(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Change:
    """One request to come. `body` may hold references to what an earlier change makes."""

    verb: Verb
    kind: str  # escalation_policy, service, escalation
    name: str
    id: str = ""  # at the provider; empty for what is to be made
    body: Json = field(default_factory=dict)
    taken_over: bool = False  # somebody else made it


class Directory:
    """The ids that a provider knows, by kind and name (of people also by email); letters of either case are one."""

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str], set[str]] = {}

    def add(self, kind: str, name: str, number: str) -> None:
        if name:
            self._ids.setdefault((kind, name.casefold()), set()).add(number)

    def find(self, kind: str, name: str) -> set[str]:
        return self._ids.get((kind, name.casefold()), set())

    def resolved(self, value: Any) -> Any:
        """The value with every reference that is known replaced by its id."""
        if isinstance(value, Mapping):
            return {key: self.resolved(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.resolved(one) for one in value]
        found = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
        ids = self.find(*found.groups()) if found else set()
        return min(ids) if len(ids) == 1 else value

    def troubles(self, value: Any, made: Iterable[tuple[str, str]], provider: str) -> list[str]:
        """A sentence for each reference that leads to nothing, or to several; `made` is what is about to be made."""
        coming = {(kind, name.casefold()) for kind, name in made}
        return [
            _trouble(kind, name, len(self.find(kind, name)), provider)
            for kind, name in dict.fromkeys(references(value))
            if len(self.find(kind, name)) != 1 and (kind, name.casefold()) not in coming
        ]


def _trouble(kind: str, name: str, found: int, provider: str) -> str:
    what = kind.replace("_", " ")
    if found:
        return f"{provider} has {found} times a {what} `{name}`. Rename all but one, or give the person an email."
    return f"{provider} has no {what} `{name}`. Make it there first, or change the posture."


def references(value: Any) -> Iterator[tuple[str, str]]:
    """Every reference within a document, as kind and name."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from references(one)
    elif isinstance(value, str) and (found := _REFERENCE.fullmatch(value)):
        yield found[1], found[2]


Shape = Callable[[Mapping[str, Any]], object]


def changes(kind: str, wanted: Sequence[Json], present: Sequence[Json], ids: Directory, shape: Shape) -> list[Change]:
    """What makes `present` become `wanted`; `shape` is the part of one that matters. Deletions stand last."""
    known = {str(one.get("name", "")).casefold(): one for one in present}
    found: list[Change] = []
    for one in wanted:
        name = str(one["name"])
        there = known.pop(name.casefold(), None)
        if there is None:
            found.append(Change(Verb.CREATE, kind, name, body=one))
        elif shape(ids.resolved(one)) != shape(there):
            found.append(Change(Verb.UPDATE, kind, name, str(there["id"]), one, not _ours(there)))
    retired = [one for one in known.values() if _ours(one)]
    return [*found, *(Change(Verb.DELETE, kind, str(one["name"]), str(one["id"])) for one in retired)]


def _ours(present: Mapping[str, Any]) -> bool:
    return MARK in str(present.get("description") or "")


def in_order(found: Sequence[Change]) -> list[Change]:
    """What is made and changed first, in the order given; what is deleted last and backwards: users before used."""
    kept = [one for one in found if one.verb is not Verb.DELETE]
    return [*kept, *reversed([one for one in found if one.verb is Verb.DELETE])]
