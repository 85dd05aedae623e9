"""Read, check and build: the one way from YAML to a posture in force."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.posture import Posture
from posture.build import build
from posture.crosscheck import crosscheck
from posture.findings import Finding, Level, Mark, begin, in_order
from posture.names import entries_by_mark, names_in
from posture.shape import validate
from posture.source import Part, joined, merged, parts_at
from posture.tree import Map


@dataclass(frozen=True, slots=True)
class Loaded:
    """`posture` is None where a finding is an error. `text` can be read again by `loads`."""

    posture: Posture | None
    findings: tuple[Finding, ...]
    text: str
    digest: str  # SHA-256 of the text, in hex

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is Level.ERROR)


def load(path: str | Path | None, *, zone: str = "UTC", now: datetime | None = None) -> Loaded:
    """The posture of a file or a folder; `zone` is that of rotations which name none.

    `now` is when it is judged: what is too old, and who is on call next. Without it, by the system's clock.

    None is a fresh install: nobody is declared, and the findings say so.
    """
    if path is None:
        return loads("", zone=zone, now=now)
    found: list[Finding] = []
    return _loaded(parts_at(Path(path), found), found, str(path), zone, now)


def loads(text: str, name: str = "posture", *, zone: str = "UTC", now: datetime | None = None) -> Loaded:
    """The posture of a text, such as an accepted row's; `name` stands where a file's would in findings."""
    return _loaded([Part(name, text)], [], name, zone, now)


def _loaded(parts: list[Part], found: list[Finding], name: str, zone: str, now: datetime | None) -> Loaded:
    begin()
    root = merged(parts, found)
    unread = any(f.code in ("INC100", "INC101") for f in found)  # what is missing may be what the rest refers to
    root = Map(Mark(parts[0].name if parts else name, 1, 1)) if root is None else root
    posture = _checked(root, found, zone, now or datetime.now(UTC), names_known=not unread)
    text = joined(parts)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Loaded(posture, in_order(found), text, digest)


def _checked(root: Map, found: list[Finding], zone: str, now: datetime, *, names_known: bool) -> Posture | None:
    names, places = names_in(root), entries_by_mark(root)
    document = validate(root, found)
    if document is None or not names_known:
        return None
    faulty = {places[mark] for f in found if (mark := Mark(f.file, f.line, f.column)) in places}
    names = replace(names, faulty=frozenset(faulty))
    found.extend(crosscheck(document, names, zone, now))
    if any(f.severity is Level.ERROR for f in found):
        return None
    return build(document, names, zone)
