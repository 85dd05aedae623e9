"""What people see in Slack: messages and forms, with their words and what can be pressed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Element:
    """Something to press: by `action_id` in `block_id`, with the option's `value` where it is one of several."""

    label: str
    action_id: str
    block_id: str
    value: str | None = None


@dataclass(frozen=True)
class Message:
    """One message as its readers see it."""

    raw: Json

    @property
    def channel(self) -> str:
        return str(self.raw["channel"])

    @property
    def ts(self) -> str:
        return str(self.raw["ts"])

    @property
    def user(self) -> str:
        return str(self.raw.get("user", ""))

    @property
    def text(self) -> str:
        """The fallback text: what a notification shows."""
        return str(self.raw.get("text", ""))

    @property
    def words(self) -> str:
        """All of its text: blocks where it has some, with labels and options."""
        blocks = self.raw.get("blocks") or []
        return "\n".join(_texts(blocks)) if blocks else self.text

    @property
    def labels(self) -> list[str]:
        """What can be pressed or chosen, in order."""
        return [element.label for element in self.elements()]

    @property
    def reactions(self) -> dict[str, list[str]]:
        """Emoji → who."""
        return {one["name"]: one["users"] for one in self.raw.get("reactions", [])}

    @property
    def files(self) -> list[Json]:
        return list(self.raw.get("files", []))

    def elements(self) -> Iterator[Element]:
        yield from elements(self.raw.get("blocks") or [])

    def element(self, label: str) -> Element:
        """By its label. LookupError says which there are."""
        found = [one for one in self.elements() if one.label == label]
        if not found:
            raise LookupError(f"no {label!r} here; there is {self.labels}")
        return found[0]


@dataclass(frozen=True)
class Form:
    """A modal on somebody's screen, or their App Home."""

    raw: Json

    @property
    def id(self) -> str:
        return str(self.raw["id"])

    @property
    def name(self) -> str:
        """The callback id."""
        return str(self.raw["callback_id"])

    @property
    def words(self) -> str:
        return "\n".join(_texts(self.raw["blocks"]))

    @property
    def labels(self) -> list[str]:
        return [element.label for element in elements(self.raw["blocks"])]

    def element(self, label: str) -> Element:
        found = [one for one in elements(self.raw["blocks"]) if one.label == label]
        if not found:
            raise LookupError(f"no {label!r} here; there is {self.labels}")
        return found[0]

    def filled(self, block_id: str) -> Any:
        """What an input proposes: its text, or the value of its option."""
        block = next(block for block in self.raw["blocks"] if block.get("block_id") == block_id)
        element = block["element"]
        option = element.get("initial_option")
        return option["value"] if option else element.get("initial_value", "")


def elements(blocks: list[Json]) -> Iterator[Element]:
    """Buttons, and each choice of menus and selects."""
    for block in blocks:
        inner = [*block.get("elements", []), block.get("accessory")] if block["type"] != "context" else []
        for one in inner:
            if one and "action_id" in one:
                yield from _pressed(one, str(block["block_id"]))


def _pressed(element: Json, block_id: str) -> Iterator[Element]:
    action = str(element["action_id"])
    if element["type"] == "button":
        yield Element(str(element["text"]["text"]), action, block_id)
    for option in element.get("options", []):
        yield Element(str(option["text"]["text"]), action, block_id, str(option["value"]))


def _texts(node: Any) -> Iterator[str]:
    """Every text in blocks, in order."""
    if isinstance(node, list):
        for one in node:
            yield from _texts(one)
    elif isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield node["text"]
        for name, value in node.items():
            if name != "text" or not isinstance(value, str):
                yield from _texts(value)
