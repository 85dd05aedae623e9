"""A posture as text: one file or the `*.yaml` of a folder, as one text that can be kept in a row and read again.

The text of a folder is its files one after the other, each a YAML document below a comment with its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from posture.findings import Finding, Mark, finding
from posture.tree import Map, Scalar, Seq, Value, read, twice

_SIZE_LIMIT = 2_000_000  # bytes a file; a posture of a thousand people has a tenth


_INCLUDES = re.compile(r"^[{ \t]*[\"']?include\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Part:
    """One file, with the name that findings show."""

    name: str
    text: str


def parts_at(path: Path, found: list[Finding]) -> list[Part]:
    """The files of a posture, in order of their names, each followed by those it includes.

    Each file is read once. What cannot be read goes to `found`.
    """
    seen: set[Path] = set()
    files = [path] if not path.is_dir() else _files(path, found)
    return [part for file in files for part in _with_included(file, found, seen, None)]


def _with_included(file: Path, found: list[Finding], seen: set[Path], asked: Scalar | None) -> Iterator[Part]:
    """A file and those it includes, which stand beside it; `asked` is where it was included itself."""
    where = _resolved(file)
    part = _part(file, found, asked) if where not in seen else None
    seen.add(where)
    if part is None:
        return
    yield part
    for pattern in _included(part):
        for other in _matching(file.parent, pattern, found):
            yield from _with_included(other, found, seen, pattern)


def _resolved(file: Path) -> Path:
    try:
        return file.resolve()
    except (OSError, ValueError):  # ValueError: a name with a null in it
        return file


def _included(part: Part) -> list[Scalar]:
    """What a file says under `include`; a text that is wrong is told of when it is read for good."""
    if not _INCLUDES.search(part.text):
        return []
    said = [document.at("include") for document in read(part.text, part.name, []) if isinstance(document, Map)]
    named = [one for value in said for one in (value if isinstance(value, Seq) else [value])]
    return [one for one in named if isinstance(one, Scalar) and one.strip()]


def _matching(folder: Path, pattern: Scalar, found: list[Finding]) -> list[Path]:
    """The files that a pattern means, in order; one without a star is a file even where there is none."""
    if "*" not in pattern:
        return [folder / pattern]
    try:
        files = sorted(file for file in folder.glob(pattern) if _is_posture(file))
    except (OSError, ValueError, NotImplementedError):  # a pattern that no folder can be searched for
        files = []
    if not files:
        message = f"There is no file `{pattern}` beside this one."
        found.append(finding("INC100", pattern.mark, message, "Check its name, or leave it out."))
    return files


def _files(path: Path, found: list[Finding]) -> list[Path]:
    """The posture files of a folder."""
    try:
        files = sorted(file for file in path.iterdir() if _is_posture(file))
    except OSError as wrong:
        found.append(_unreadable(path, wrong))
        return []
    if not files:
        found.append(finding("INC100", Mark(str(path), 1, 1), "The folder holds no *.yaml file.", "Put one there."))
    return files


def _is_posture(file: Path) -> bool:
    """Editors leave hidden copies beside a file."""
    return file.suffix in (".yaml", ".yml") and not file.name.startswith(".") and file.is_file()


def _unreadable(path: Path, wrong: OSError | ValueError, asked: Scalar | None = None) -> Finding:
    reason = wrong.strerror if isinstance(wrong, OSError) else str(wrong)
    message = f"`{asked}` cannot be read: {reason}." if asked else f"The file cannot be read: {reason}."
    return finding("INC100", asked.mark if asked else Mark(str(path), 1, 1), message, "Check its name and rights.")


def _part(path: Path, found: list[Finding], asked: Scalar | None) -> Part | None:
    mark = Mark(str(path), 1, 1)
    try:
        data = path.read_bytes()
        if len(data) > _SIZE_LIMIT:
            found.append(finding("INC100", mark, f"The file has {len(data)} bytes.", "Split it up."))
            return None
        return Part(str(path), data.decode("utf-8-sig"))
    except UnicodeDecodeError as wrong:
        before = data[: wrong.start]
        place = Mark(str(path), before.count(b"\n") + 1, wrong.start - (before.rfind(b"\n") + 1) + 1)
        found.append(finding("INC100", place, "The file is not UTF-8 text.", "Save it as UTF-8."))
    except (OSError, ValueError) as wrong:  # ValueError: a name with a null in it
        found.append(_unreadable(path, wrong, asked))
    return None


def joined(parts: list[Part]) -> str:
    """One text that `trees` reads as the same posture."""
    if len(parts) == 1:
        return parts[0].text
    return "".join(f"# {Path(part.name).name}\n{part.text.rstrip()}\n...\n" for part in parts)


def merged(parts: Iterable[Part], found: list[Finding]) -> Map | None:
    """All documents of all parts as one mapping; None where there is none."""
    root: Map | None = None
    for part in parts:
        for document in read(part.text, part.name, found):
            if isinstance(document, Map):
                _list_includes(document)
                root = _join(root, document, found) if root is not None else document
            elif document is not None:
                message = "A posture is a mapping of sections."
                found.append(finding("INC105", document.mark, message, "Begin with `people:`."))
    return root and _without_extras(root)


def _list_includes(document: Map) -> None:
    """`include` may stand in every file: as a list it adds up."""
    named = document.at("include")
    if isinstance(named, Scalar):
        document[document.key("include")] = Seq(named.mark, [named])


def _without_extras(root: Map) -> Map:
    """Sections whose names begin with `x-` only hold anchors."""
    kept = Map(root.mark)
    kept.update({section: value for section, value in root.items() if not section.startswith("x-")})
    return kept


def _join(root: Map, other: Map, found: list[Finding]) -> Map:
    """Sections add up; a name or a rule given in both is a finding."""
    for section, value in other.items():
        if root.get(section) is None:
            root[section] = value
        if value is None or root[section] is value:
            continue
        for key in _add(root[section], value):
            first = _key_in(root[section], key) or root.key(section)
            found.append(twice(key, first.mark))
        if type(value) is not type(root[section]) or isinstance(value, Scalar):
            found.append(twice(section, root.key(section).mark))
    return root


def _add(here: Value, there: Value) -> Iterator[Scalar]:
    """Adds what is new; yields the keys that are not."""
    if isinstance(here, Seq) and isinstance(there, Seq):
        here.extend(there)
    elif isinstance(here, Map) and isinstance(there, Map):
        for key, value in there.items():
            if key in here:
                yield key
            else:
                here[key] = value


def _key_in(value: Value, name: str) -> Scalar | None:
    return value.key(name) if isinstance(value, Map) and name in value else None
