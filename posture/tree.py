"""YAML text to a tree of plain values that remember where they stand.

Only the composed nodes of ruamel are used, not its constructed objects: nodes have a mark on every key and
scalar, keep the text as it was written (`+15550100001` stays a phone number) and show every duplicate key
instead of the first. Nothing a file says can construct an object.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer, MaxDepthExceededError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from posture.findings import Finding, Mark, finding

_TAG: Final = "tag:yaml.org,2002:"
_KINDS: Final = frozenset({"str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge", "value"})
#: A posture of 1,000 people and 200 services has 25,000 nodes, and is eight deep. Reading this many takes 2 s.
_NODES_LIMIT: Final = 100_000  # aliases count each time they are used: a small file can mean a huge tree
_DEPTH_LIMIT: Final = 40


class Scalar(str):
    """A scalar as it is written. `kind` is YAML's: str, int, float, bool or timestamp."""

    __slots__ = ("kind", "mark")
    kind: str
    mark: Mark

    def __new__(cls, text: str, mark: Mark, kind: str = "str") -> Scalar:
        made = super().__new__(cls, text)
        made.mark, made.kind = mark, kind
        return made


class Seq(list["Value"]):
    """A sequence, with its place."""

    def __init__(self, mark: Mark, items: list[Value] | None = None) -> None:
        super().__init__(items or ())
        self.mark = mark


class Map(dict[Scalar, "Value"]):
    """A mapping, with its place. Its keys have theirs."""

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self._keys: dict[str, Scalar] = {}

    def at(self, name: str) -> Value:
        """The value under a name; None where there is none."""
        return self.get(Scalar(name, self.mark))

    def key(self, name: str) -> Scalar:
        """The key as it was written, with its place."""
        if len(self._keys) != len(self) or name not in self._keys:
            self._keys = {str(key): key for key in self}
        return self._keys[name]


Value = Scalar | Seq | Map | None


class _TooBig(Exception):
    """A tree that no posture needs."""


class _Bounded(Composer):
    """Composes so many nodes and no more: whoever must refuse a text has to be done with it soon."""

    count = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        self.count += 1
        if self.count > _NODES_LIMIT:
            raise _TooBig
        return super().compose_node(parent, index)


def read(text: str, file: str, found: list[Finding]) -> Iterator[Value]:
    """The documents in a text, as far as they can be read; what is wrong goes to `found`."""
    reader = YAML(typ="safe", pure=True)
    reader.Composer = _Bounded
    reader.max_depth = _DEPTH_LIMIT
    reader.composer.warn_double_anchors = False  # an anchor may be given anew; that is no news
    try:
        for node in reader.compose_all(text):
            yield _Grower(file, found).grow(node, 0)
    except MaxDepthExceededError as wrong:
        found.append(finding("INC101", _place(file, wrong), "This is nested too deeply.", "Flatten it."))
    except (_TooBig, RecursionError):
        found.append(
            finding("INC101", Mark(file, 1, 1), "The text is nested too deeply or is too large.", "Flatten it.")
        )
    except ReaderError as wrong:
        found.append(_bad_character(text, file, wrong))
    except MarkedYAMLError as wrong:
        found.append(_bad_syntax(file, wrong))
    except YAMLError as wrong:
        found.append(finding("INC101", Mark(file, 1, 1), f"This is not YAML: {_one_line(str(wrong))}."))


class _Grower:
    """Turns the nodes of one document into values."""

    def __init__(self, file: str, found: list[Finding]) -> None:
        self.file = file
        self.found = found
        self.count = 0

    def grow(self, node: Node, depth: int) -> Value:
        self.count += 1
        if self.count > _NODES_LIMIT or depth > _DEPTH_LIMIT:
            raise _TooBig
        mark, kind = self.mark(node), _kind(node)
        if kind not in _KINDS:
            self.found.append(finding("INC105", mark, f"The tag `{node.tag}` has no meaning here.", "Remove it."))
            kind = "str"
        if isinstance(node, ScalarNode):
            return None if kind == "null" else Scalar(node.value, mark, kind)
        if isinstance(node, SequenceNode):
            return Seq(mark, [self.grow(item, depth + 1) for item in node.value])
        result = Map(mark)
        if isinstance(node, MappingNode):  # there is no fourth kind
            self.fill(result, node, depth)
        return result

    def fill(self, result: Map, node: MappingNode, depth: int) -> None:
        """Own keys first; then what `<<` brings in, where nothing is said already."""
        own = [(key, value) for key, value in node.value if _kind(key) != "merge"]
        for key_node, value_node in own:
            key = self.key(key_node)
            if key is None:
                continue
            if key in result:
                self.found.append(twice(key, result.key(key).mark))
                continue
            result[key] = self.grow(value_node, depth + 1)
        for merge_node, value_node in node.value:
            if _kind(merge_node) == "merge":
                self.merge(result, value_node, depth + 1)

    def merge(self, result: Map, node: Node, depth: int) -> None:
        for source in node.value if isinstance(node, SequenceNode) else [node]:
            value = self.grow(source, depth)
            if not isinstance(value, Map):
                self.found.append(
                    finding("INC105", self.mark(source), "`<<` takes a mapping in.", "Point it at an anchor of one.")
                )
                continue
            for key, item in value.items():
                result.setdefault(key, item)

    def key(self, node: Node) -> Scalar | None:
        if isinstance(node, ScalarNode) and _kind(node) in _KINDS:
            return Scalar(node.value, self.mark(node), "str")
        self.found.append(finding("INC105", self.mark(node), "A key must be a word.", "Write `name: …`."))
        return None

    def mark(self, node: Node) -> Mark:
        return Mark(self.file, node.start_mark.line + 1, node.start_mark.column + 1)


def twice(key: Scalar, first: Mark) -> Finding:
    """The finding for a key whose namesake stands at `first`."""
    where = f"line {first.line}" if first.file == key.mark.file else f"{first.file}:{first.line}"
    return finding("INC102", key.mark, f"`{key}` is declared already, at {where}.", "Remove one of the two.")


def _kind(node: Node) -> str:
    tag = str(node.tag)
    return tag.removeprefix(_TAG) if tag.startswith(_TAG) else tag


def _place(file: str, wrong: MarkedYAMLError) -> Mark:
    place = wrong.problem_mark or wrong.context_mark
    return Mark(file, place.line + 1, place.column + 1) if place else Mark(file, 1, 1)


def _bad_syntax(file: str, wrong: MarkedYAMLError) -> Finding:
    mark = _place(file, wrong)
    context = f" {wrong.context}" if wrong.context else ""
    said = _one_line(f"{wrong.problem or 'something else is needed here'}{context}")
    fix = "Indent with spaces, not tabs." if "\\t" in said else "Check the indentation, quotes and brackets here."
    return finding("INC101", mark, f"This is not YAML: {said}.", fix)


def _bad_character(text: str, file: str, wrong: ReaderError) -> Finding:
    position = wrong.position if isinstance(wrong.position, int) else 0
    before = text[:position]
    mark = Mark(file, before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1)
    return finding("INC101", mark, "A control character stands here.", "Remove it.")


def _one_line(text: str) -> str:
    return " ".join(text.split()).rstrip(".")
