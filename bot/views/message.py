"""Block Kit: a message and the small builders of its blocks, each within Slack's limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.views.words import clip, cut

Block = dict[str, Any]

#: Slack's limits on single fields, in characters.
SECTION, HEADER, BUTTON, OPTION, FIELD, PLACEHOLDER, TITLE = 3000, 150, 75, 75, 2000, 150, 24
#: Slack's limits on messages: blocks, and characters of all blocks together (13,200; undocumented).
BLOCKS, TOTAL = 50, 12_000
#: The fallback text is what notifications and screen readers get: a few lines at most.
FALLBACK = 1000


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted: blocks, and the text that stands for them in notifications. Both escaped already."""

    text: str
    blocks: list[Block] = field(default_factory=list)


def message(text: str, *blocks: Block | None) -> Message:
    """A message of the blocks that are there, cut to what Slack takes: the longest texts give way first."""
    present = [block for block in blocks if block is not None][:BLOCKS]
    texts = [part for block in present for part in _texts(block)]
    while sum(len(part["text"]) for part in texts) > TOTAL:
        longest = max(texts, key=lambda part: len(part["text"]))
        longest["text"] = clip(longest["text"], len(longest["text"]) * 3 // 4)
    return Message(clip(text, FALLBACK), present)


def _texts(part: object) -> Iterator[Block]:
    """Every text object in a block."""
    if isinstance(part, dict):
        if part.get("type") in ("mrkdwn", "plain_text"):
            yield part
        for inner in part.values():
            yield from _texts(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _texts(inner)


def say(text: str) -> Message:
    """A message of one section whose text is the fallback too."""
    return message(text, section(text))


def plain(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": clip(text, limit) or " ", "emoji": True}


def mrkdwn(text: str, limit: int = SECTION) -> Block:
    """`verbatim`, so that Slack does not turn `@here` or `#general` in outside text into mentions and links."""
    return {"type": "mrkdwn", "text": clip(text, limit) or " ", "verbatim": True}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, HEADER)}


def section(text: str, accessory: Block | None = None) -> Block:
    block: Block = {"type": "section", "text": mrkdwn(text)}
    if accessory is not None:
        block["accessory"] = accessory
    return block


def fields(*texts: str) -> Block:
    """Short texts in two columns; ten at most."""
    return {"type": "section", "fields": [mrkdwn(text, FIELD) for text in texts[:10]]}


def context(*texts: str) -> Block:
    """Small grey text; ten elements at most."""
    return {"type": "context", "elements": [mrkdwn(text) for text in texts[:10]]}


def divider() -> Block:
    return {"type": "divider"}


def actions(*elements: Block | None) -> Block:
    """A row of buttons and menus; 25 at most."""
    return {"type": "actions", "elements": [one for one in elements if one is not None][:25]}


def button(
    text: str,
    action_id: str,
    value: str = "",
    *,
    style: str | None = None,
    url: str | None = None,
    confirm: Block | None = None,
) -> Block:
    """`style` is `primary` or `danger`. With `url` the press opens it, and is still reported."""
    block: Block = {"type": "button", "action_id": action_id, "text": plain(text, BUTTON)}
    for key, given in (("value", value), ("style", style), ("url", url), ("confirm", confirm)):
        if given:
            block[key] = given
    return block


def confirm(title: str, text: str, yes: str, no: str = "Back") -> Block:
    """The question asked before a press counts."""
    return {"title": plain(title, 100), "text": plain(text, 300), "confirm": plain(yes, 30), "deny": plain(no, 30)}


def option(text: str, value: str, description: str = "") -> Block:
    block: Block = {"text": plain(text, OPTION), "value": cut(value, 150)}
    if description:
        block["description"] = plain(description, OPTION)
    return block


def overflow(action_id: str, options: Sequence[Block]) -> Block:
    """The "⋯" menu: one to five entries."""
    return {"type": "overflow", "action_id": action_id, "options": list(options[:5])}


def select(action_id: str, placeholder: str, options: Sequence[Block], initial: str | None = None) -> Block:
    """A menu. More than 100 entries, which is Slack's limit for a list, become groups."""
    block: Block = {"type": "static_select", "action_id": action_id, "placeholder": plain(placeholder, PLACEHOLDER)}
    if len(options) > 100:
        block["option_groups"] = list(_groups(options))
    else:
        block["options"] = list(options)
    chosen = next((one for one in options if one["value"] == initial), None)
    if chosen is not None:
        block["initial_option"] = chosen
    return block


def _groups(options: Sequence[Block]) -> Iterable[Block]:
    for start in range(0, min(len(options), 10_000), 100):
        part = list(options[start : start + 100])
        label = f"{clip(part[0]['text']['text'], 35)} – {clip(part[-1]['text']['text'], 35)}"
        yield {"label": plain(label, OPTION), "options": part}


def paragraphs(lines: Sequence[str], budget: int = TOTAL, *, keep: str = "last") -> tuple[list[Block], int]:
    """Lines packed into sections within `budget` characters, and how many were left out at the other end.

    `keep` is `last` for logs, where the newest counts, and `first` for lists, where the worst stands on top.
    """
    kept: list[str] = []
    room = budget
    for text in reversed(lines) if keep == "last" else lines:
        text = clip(text, SECTION)
        if len(text) + 1 > room:
            break
        room -= len(text) + 1
        kept.append(text)
    return _packed(kept[::-1] if keep == "last" else kept), len(lines) - len(kept)


def _packed(lines: Sequence[str]) -> list[Block]:
    parts: list[str] = []
    for text in lines:
        if parts and len(parts[-1]) + 1 + len(text) <= SECTION:
            parts[-1] += f"\n{text}"
        else:
            parts.append(text)
    return [section(part) for part in parts]
