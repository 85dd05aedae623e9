"""Reading an export: one JSON file with a system's lists, or a folder with a file for each list or each object."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

Json = dict[str, Any]
Export = Mapping[str, list[Json]]

#: System → the lists of its API that are read, each with other names that backups give it.
KINDS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "pagerduty": {
        "users": (), "teams": (), "schedules": (), "escalation_policies": ("policies",), "services": (),
    },
    "opsgenie": {
        "users": (), "teams": (), "schedules": (), "escalations": (), "services": (), "integrations": (),
    },
    "grafana": {
        "users": (), "teams": (), "schedules": (), "on_call_shifts": ("shifts", "oncall_shifts"),
        "escalation_chains": (), "escalation_policies": (), "integrations": (), "user_groups": (),
    },
}  # fmt: skip
#: What an API wraps a list in.
_WRAPPED: Final = ("results", "data")
_LONGEST: Final = 500  # letters of one text


class NotReadable(Exception):
    """There is nothing to import; its text is a sentence."""


def read(system: str, path: Path) -> Export:
    """Each list by its name, objects in the order of files. Raises NotReadable."""
    if not path.exists():
        raise NotReadable(f"{path} is not there.")
    names = {name: kind for kind, others in KINDS[system].items() for name in (kind, *others)}
    found: dict[str, list[Json]] = {kind: [] for kind in KINDS[system]}
    for file in sorted(path.rglob("*.json")) if path.is_dir() else [path]:
        for kind, one in _objects(_parsed(file), names, _kind_of(file, path, names)):
            found[kind].append(one)
    if not any(found.values()):
        wanted = ", ".join(f"`{kind}`" for kind in found)
        raise NotReadable(f"{path} holds none of these lists: {wanted}.")
    return found


def _parsed(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except OSError as problem:
        raise NotReadable(f"{file} cannot be read: {problem.strerror}.") from None
    except (ValueError, RecursionError):
        raise NotReadable(f"{file} is not JSON.") from None


def _kind_of(file: Path, top: Path, names: Mapping[str, str]) -> str:
    """By the file's name, else by the folder it is in."""
    within = file.relative_to(top).parts[:-1] if top.is_dir() else ()
    for name in (file.stem, *reversed(within)):
        if kind := names.get(_plain(name)):
            return kind
    return ""


def _plain(name: str) -> str:
    return name.lower().replace("-", "_").replace(" ", "_")


def _objects(content: Any, names: Mapping[str, str], kind: str) -> Iterator[tuple[str, Json]]:
    if isinstance(content, list):
        yield from ((kind, one) for one in map(_unwrapped, content) if kind and one)
    elif isinstance(content, dict):
        lists = {names[_plain(key)]: value for key, value in content.items() if _is_list(key, value, names, kind)}
        inner = next((content[key] for key in _WRAPPED if isinstance(content.get(key), (list, dict))), None)
        if lists:
            for name, value in lists.items():
                yield from _objects(value, names, name)
        elif inner is not None:
            yield from _objects(inner, names, kind)
        elif kind and (one := _unwrapped(content)):
            yield kind, one


def _is_list(key: str, value: Any, names: Mapping[str, str], kind: str) -> bool:
    """A list of the API, and not a part of one object, such as the teams of a user."""
    if _plain(key) not in names or (kind and names[_plain(key)] != kind):
        return False
    return isinstance(value, list) or (isinstance(value, dict) and any(one in value for one in _WRAPPED))


def _unwrapped(one: Any) -> Json:
    """An object alone: `{"schedule": {…}, …}` is the schedule, with what stands beside it."""
    if not isinstance(one, dict):
        return {}
    inner = [
        key for key in ("user", "team", "schedule", "escalation_policy", "service") if isinstance(one.get(key), dict)
    ]
    if len(inner) != 1 or "id" in one:
        return one
    beside = {key: value for key, value in one.items() if key != inner[0]}
    return {**beside, **one[inner[0]]}


def text(one: Mapping[str, Any], *keys: str) -> str:
    """The first that is there, as one line that a posture may hold."""
    for key in keys:
        value = one.get(key)
        if isinstance(value, (str, int, float)) and not isinstance(value, bool) and str(value).strip():
            line = " ".join(str(value).split())
            return "".join(char for char in line if char.isprintable())[:_LONGEST]
    return ""


def number(one: Mapping[str, Any], key: str, otherwise: int = 0) -> int:
    """A whole number."""
    value = one.get(key)
    try:
        return int(value) if not isinstance(value, bool) and value is not None else otherwise
    except (TypeError, ValueError, OverflowError):
        return otherwise


def items(one: Mapping[str, Any], key: str) -> list[Json]:
    """The objects of a list."""
    value = one.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def part(one: Mapping[str, Any], key: str) -> Json:
    """An object within another; empty where there is none."""
    value = one.get(key)
    return value if isinstance(value, dict) else {}


def words(one: Mapping[str, Any], key: str) -> list[str]:
    """A list of ids or names."""
    value = one.get(key)
    return [str(item) for item in value if isinstance(item, (str, int))] if isinstance(value, list) else []
