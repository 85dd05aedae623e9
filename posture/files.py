"""The files of a posture while the bot runs: whether they were touched and what they say; what an accepted row says."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.acceptance import Read
from posture.findings import Finding
from posture.load import Loaded, load, loads
from posture.source import joined, parts_at


class Files:
    """One file or a folder, with what it includes. `path` None: there is none, and nothing ever changes."""

    def __init__(self, path: Path | None, zone: str) -> None:
        self.path, self.zone = path, zone
        self._known: list[Path] = []
        self.digest()

    @property
    def name(self) -> str:
        return str(self.path) if self.path is not None else ""

    def stamp(self) -> Hashable:
        """Differs once a file, or a folder that holds one, was written; reads nothing."""
        watched = {self.path, *self._known, *(file.parent for file in self._known)} - {None}
        return tuple(_stamp(one) for one in sorted(map(str, watched)))

    def digest(self) -> str:
        """Of the text as it stands; much cheaper than to read it as a posture."""
        if self.path is None:
            return ""
        found: list[Finding] = []
        parts = parts_at(self.path, found)
        self._known = [Path(part.name) for part in parts]
        return hashlib.sha256(joined(parts).encode()).hexdigest()

    def read(self) -> Read:
        """What the files say. While the bot runs, one that declares nothing is a slip, and no posture."""
        loaded = load(self.path, zone=self.zone)
        made = loaded.posture
        if made is not None and not made.people and not made.services:
            return Read(None, loaded.text, loaded.digest, (f"{self.name}: error: It declares nobody and nothing.",))
        return self.as_read(loaded)

    def as_read(self, loaded: Loaded) -> Read:
        """What was read of the files, with when they were written."""
        moments = [file.stat().st_mtime for file in self._known if file.exists()]
        changed = datetime.fromtimestamp(max(moments), UTC) if moments else None
        return Read(loaded.posture, loaded.text, loaded.digest, _lines(loaded.errors), changed)

    def again(self, text: str, name: str) -> Read:
        """What an accepted row says; `name` stands where a file's would."""
        loaded = loads(text, name, zone=self.zone)
        return Read(loaded.posture, loaded.text, loaded.digest, _lines(loaded.errors))


def _lines(errors: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(map(str, errors))


def _stamp(path: str) -> Hashable:
    try:
        found = Path(path).stat()
    except OSError:
        return path, None
    return path, found.st_mtime_ns, found.st_size, found.st_ino
