"""Where each entry of a posture stands: for findings that are made after the text was read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.domain.severity import canonical
from posture.findings import Finding, Mark
from posture.names import entries, entries_by_mark
from posture.source import merged, parts_at


def places(path: Path) -> Mapping[tuple[str, str], Mark]:
    """The place of each entry's name, by section and name; what cannot be read has none."""
    found: list[Finding] = []
    root = merged(parts_at(path, found), found)
    result: dict[tuple[str, str], Mark] = {}
    for mark, entry in entries_by_mark(root).items() if root is not None else ():
        result.setdefault(entry, mark)
    for name, _ in entries(root, "severities") if root is not None else ():
        result.setdefault(("severities", canonical(name) or str(name)), name.mark)
    return result
