"""A tree held against the model: every fault at once, and what is left of it when the faulty parts are gone.

Cross-checks run on what is left, so that one misspelt duration does not hide an unknown member.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from posture.findings import Finding, Mark, finding
from posture.model import Document
from posture.tree import Map, Scalar, Seq, Value
from posture.values import kind

_PASSES = 60  # each removes at least one part; a chain of shapes is never deeper than this

_WANTED = {"list_type": "a list", "dict_type": "a mapping", "model_type": "a mapping"}


def validate(root: Map, found: list[Finding]) -> Document | None:
    """The model of what is right in the tree. Faulty parts are cut out of `root` and become findings."""
    report = found
    for _ in range(_PASSES):
        try:
            return Document.model_validate(root, context=report)
        except ValidationError as failed:
            errors = failed.errors(include_url=False)
        if report is found:
            found.extend(_finding(root, error) for error in errors)
            report = []  # what cutting brings about is no news
        paths = {tuple(_path(root, error["loc"])) for error in errors}
        for path in sorted(paths, key=_depth_first, reverse=True):
            _cut(root, path)
    return None


def _depth_first(steps: tuple[int | Scalar, ...]) -> tuple[int, list[tuple[int, str]]]:
    """Sorted backwards, what is inside goes before what is around it, and later items before earlier ones."""
    return len(steps), [(step, "") if isinstance(step, int) else (0, str(step)) for step in steps]


def _finding(root: Map, error: Any) -> Finding:
    steps, at_key = _path(root, error["loc"]), error["loc"][-1] == "[key]" or error["type"] == "missing"
    mark = _mark(root, steps, at_key=at_key)
    context = error.get("ctx") or {}
    if "message" in context:  # raised by a validator of ours: its type is the code
        return finding(error["type"], context["mark"] or mark, context["message"], context["fix"])
    if error["type"] == "missing":
        key = error["loc"][-1]
        return finding("INC104", mark, f"`{key}` is missing.", f"Add `{key}: …` here.")
    if error["type"] == "too_short":
        return finding("INC105", mark, "This list is empty.", "Write at least one line.")
    wanted = _WANTED.get(error["type"], "something else")
    return finding("INC105", mark, f"Expected {wanted}, found {kind(error['input'])}.", f"Write {wanted}.")


def _path(root: Map, location: Iterable[int | str]) -> list[int | Scalar]:
    """The steps of a location that exist in the tree: shorthands have fewer than the model they stand for."""
    here: Value = root
    steps: list[int | Scalar] = []
    for step in location:
        if isinstance(here, Map) and step in here:
            steps.append(here.key(str(step)))
            here = here[here.key(str(step))]
        elif isinstance(here, Seq) and isinstance(step, int) and step < len(here):
            steps.append(step)
            here = here[step]
    return steps


def _mark(root: Map, steps: list[int | Scalar], *, at_key: bool) -> Mark:
    """Where the value at the end of the steps begins, or its key: asked for, or as there is no value."""
    here: Value = root
    mark = root.mark
    for step in steps:
        if isinstance(here, Map) and isinstance(step, Scalar):
            mark, here = step.mark, here[step]
        elif isinstance(here, Seq) and isinstance(step, int):
            item = here[step]
            mark, here = item.mark if item is not None else here.mark, item
    return mark if at_key or here is None else here.mark


def _cut(root: Map, steps: tuple[int | Scalar, ...]) -> None:
    """Removes the part at the end of the steps; nothing, if something around it went before."""
    here: Value = root
    for step in steps[:-1]:
        here = _below(here, step)
    last = steps[-1] if steps else None
    if isinstance(here, Map) and isinstance(last, Scalar):
        here.pop(last, None)
    elif isinstance(here, Seq) and isinstance(last, int) and last < len(here):
        here.pop(last)


def _below(here: Value, step: int | Scalar) -> Value:
    if isinstance(here, Map) and isinstance(step, Scalar):
        return here.get(step)
    if isinstance(here, Seq) and isinstance(step, int) and step < len(here):
        return here[step]
    return None
