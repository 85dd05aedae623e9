"""The inputs of forms, each one question within Slack's limits. Initial values are raw: inputs show them literally."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from bot.views.message import PLACEHOLDER, TITLE, Block, plain, select
from bot.views.names import INPUT
from bot.views.words import cut, safe

_LABEL = 2000
_MOST = 3000  # characters of a text input, Slack's limit
_METADATA = 3000
_BLOCKS = 100


def form(
    callback_id: str, title: str, submit: str, blocks: Sequence[Block | None], metadata: str, close: str = "Cancel"
) -> dict[str, Any]:
    """A modal. Without `submit` it is only read, and closed."""
    view: dict[str, Any] = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, TITLE),
        "close": plain(close if submit else "Close", TITLE),
        "blocks": [block for block in blocks if block is not None][:_BLOCKS],
    }
    if submit:
        view["submit"] = plain(submit, TITLE)
    if metadata:
        view["private_metadata"] = metadata[:_METADATA]
    return view


def _input(block_id: str, label: str, element: Block, hint: str = "", optional: bool = False) -> Block:
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, _LABEL),
        "element": {"action_id": INPUT, **element},
        "optional": optional,
    }
    if hint:
        block["hint"] = plain(hint, _LABEL)
    return block


def typed(
    block_id: str,
    label: str,
    placeholder: str,
    most: int,
    value: str = "",
    *,
    multiline: bool = False,
    optional: bool = False,
    hint: str = "",
) -> Block:
    """A text of `most` characters at most."""
    element: Block = {
        "type": "plain_text_input",
        "multiline": multiline,
        "max_length": min(most, _MOST),
        "placeholder": plain(placeholder, PLACEHOLDER),
    }
    if value:
        element["initial_value"] = initial(value, most, multiline)
    return _input(block_id, label, element, hint, optional)


def initial(value: str, most: int, multiline: bool) -> str:
    """What a text input starts with."""
    shown = safe(value) if multiline else " ".join(safe(value).split())
    return cut(shown, most)


def choices(block_id: str, label: str, options: Sequence[Block], chosen: str = "", hint: str = "") -> Block:
    """One of several, from a menu."""
    return _input(block_id, label, select(INPUT, "Choose…", options, cut(chosen, 150)), hint)


def checkbox(block_id: str, label: str, choice: Block) -> Block:
    """One box to tick."""
    return _input(block_id, label, {"type": "checkboxes", "options": [choice]}, optional=True)


def people(block_id: str, label: str, slack_id: str = "", hint: str = "") -> Block:
    """A person of the workspace."""
    element: Block = {"type": "users_select", "placeholder": plain("Choose a person…", PLACEHOLDER)}
    if slack_id:
        element["initial_user"] = slack_id
    return _input(block_id, label, element, hint)


def several(block_id: str, label: str, slack_ids: Sequence[str] = (), hint: str = "") -> Block:
    """People of the workspace, in the order they are chosen."""
    element: Block = {"type": "multi_users_select", "placeholder": plain("Choose people…", PLACEHOLDER)}
    if slack_ids:
        element["initial_users"] = list(slack_ids)
    return _input(block_id, label, element, hint)


def clock(block_id: str, label: str, at: time) -> Block:
    """A time of day."""
    return _input(block_id, label, {"type": "timepicker", "initial_time": f"{at:%H:%M}"})


def moment(block_id: str, label: str, at: datetime | None = None, *, optional: bool = False, hint: str = "") -> Block:
    """A date and a time, on the clock of whoever fills it in."""
    element: Block = {"type": "datetimepicker"}
    if at is not None:
        element["initial_date_time"] = int(at.timestamp())
    return _input(block_id, label, element, hint, optional)
