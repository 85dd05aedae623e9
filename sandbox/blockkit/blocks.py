"""Block Kit's blocks: the fields of each, where they may appear, and the rules about all blocks together."""

from collections.abc import Iterator

from sandbox.blockkit import limits as most
from sandbox.blockkit.elements import (
    ELEMENTS,
    IMAGE,
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    SURFACES,
)
from sandbox.blockkit.rules import (
    Check,
    Report,
    Surface,
    anything,
    boolean,
    by_type,
    items,
    rule,
    shape,
    string,
    text,
    url,
)
from sandbox.model import Json

_TEXT = text(most.TEXT, "plain_text", "mrkdwn")
_ANY_TEXT: dict[str, Check] = {"plain_text": _TEXT, "mrkdwn": _TEXT}
ID: dict[str, Check] = {"block_id": string(most.BLOCK_ID, 1)}


def _elements(kinds: tuple[str, ...], *, images: bool = False) -> Check:
    known = {kind: ELEMENTS[kind] for kind in kinds} | ({"image": IMAGE} if images else {})
    return by_type(known, surfaces=SURFACES)


def _distinct_actions(report: Report, value: object, at: str) -> None:
    listed = value.get("elements") if isinstance(value, dict) else None
    seen: set[str] = set()
    for number, element in enumerate(listed if isinstance(listed, list) else []):
        found = element.get("action_id") if isinstance(element, dict) else None
        if not isinstance(found, str):
            continue
        if found in seen:
            report.say(f"`action_id` {found} already exists", f"{at}/elements/{number}/action_id")
        seen.add(found)


def _cells(report: Report, value: object, at: str) -> None:
    items(anything, most.TABLE_COLUMNS)(report, value, at)


BLOCKS: dict[str, Check] = {
    "actions": shape({"elements": items(_elements(IN_ACTIONS), most.ACTIONS_ELEMENTS)}, ID, _distinct_actions),
    "alert": shape({"text": _TEXT}, ID, open_ended=True),
    "call": shape({"call_id": string(255, 1)}, ID, open_ended=True),
    "card": shape({}, ID, open_ended=True),
    "carousel": shape({"elements": items(anything, 10)}, ID, open_ended=True),
    "container": shape({}, ID, open_ended=True),
    "context": shape({"elements": items(by_type({**_ANY_TEXT, "image": IMAGE}), most.CONTEXT_ELEMENTS)}, ID),
    "context_actions": shape(
        {"elements": items(_elements(IN_CONTEXT_ACTIONS), most.CONTEXT_ACTIONS_ELEMENTS)}, ID, _distinct_actions
    ),
    "divider": shape({}, ID),
    "file": shape({"external_id": string(255, 1), "source": string(20, 1)}, ID),
    "header": shape({"text": text(most.HEADER)}, ID),
    "image": shape(
        {"alt_text": string(most.ALT_TEXT)},
        {**ID, "image_url": url(most.URL), "slack_file": anything, "title": text(most.IMAGE_TITLE)},
        rule(
            lambda v: ("image_url" in v) != ("slack_file" in v),
            "must define either `image_url` or `slack_file`",
            "/type",
        ),
    ),
    "input": shape(
        {"label": text(most.LABEL), "element": _elements(IN_INPUT)},
        {**ID, "hint": text(most.HINT), "optional": boolean, "dispatch_action": boolean},
    ),
    "markdown": shape({"text": string(most.MARKDOWN, 1)}, ID),
    "plan": shape({}, ID, open_ended=True),
    "rich_text": shape({"elements": items(anything, 1000, 0)}, ID),
    "section": shape(
        {},
        {
            **ID,
            "text": _TEXT,
            "fields": items(text(most.SECTION_FIELD, "plain_text", "mrkdwn"), most.SECTION_FIELDS),
            "accessory": _elements(IN_SECTION, images=True),
            "expand": boolean,
        },
        rule(lambda v: bool(v.get("text") or v.get("fields")), "must define either `text` or `fields`", "/type"),
    ),
    "table": shape({"rows": items(_cells, most.TABLE_ROWS)}, {**ID, "column_settings": anything}),
    "task_card": shape({}, ID, open_ended=True),
    "video": shape(
        {"alt_text": string(most.ALT_TEXT), "title": text(200), "thumbnail_url": url(), "video_url": url()},
        ID,
        open_ended=True,
    ),
}

_ONLY_IN_MESSAGES = ("call", "carousel", "context_actions", "file", "markdown", "plan", "table", "task_card")
BLOCK_SURFACES = dict.fromkeys(_ONLY_IN_MESSAGES, ("message",))

_BLOCK = by_type(BLOCKS, surfaces=BLOCK_SURFACES)


def validate_blocks(blocks: object, surface: Surface, at: str = "/blocks") -> list[str]:
    """What Slack would say against these blocks on this surface, nothing where it would take them.

    Each line is worded as Slack words it, with a JSON pointer that starts with `at`.
    """
    report = Report(surface)
    check_blocks(report, blocks, at)
    if surface == "message" and text_length(blocks) > most.MESSAGE_BLOCKS_TEXT:
        report.say(f"must be less than {most.MESSAGE_BLOCKS_TEXT + 1} characters in total", at)
    return report.problems


def check_blocks(report: Report, blocks: object, at: str) -> None:
    limit = most.BLOCKS_IN_MESSAGE if report.surface == "message" else most.BLOCKS_IN_VIEW
    items(_block, limit, 0)(report, blocks, at)
    if isinstance(blocks, list) and sum(_is_table(b) for b in blocks) > 1:
        report.say("only one table allowed", at)


def _is_table(block: object) -> bool:
    return isinstance(block, dict) and block.get("type") == "table"


def _block(report: Report, block: object, at: str) -> None:
    _BLOCK(report, block, at)
    block_id = block.get("block_id") if isinstance(block, dict) else None
    if not isinstance(block_id, str):
        return
    if block_id in report.block_ids:
        report.say(f"`block_id` {block_id} already exists", f"{at}/block_id")
    report.block_ids[block_id] = at


def text_length(part: object) -> int:
    """Characters of all texts in these blocks."""
    return sum(len(found) for found in _texts(part))


def _texts(part: object) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _texts(one)
    elif isinstance(part, dict):
        for name, one in part.items():
            if name == "text" and isinstance(one, str):
                yield one
            else:
                yield from _texts(one)


def too_long(blocks: list[Json]) -> bool:
    """Whether Slack would answer msg_blocks_too_long."""
    return text_length(blocks) > most.MESSAGE_BLOCKS_TEXT
