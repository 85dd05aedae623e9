"""Interactive elements as the client treats them: found in blocks, filled in, and turned into state and actions."""

import copy
from collections.abc import Iterator
from datetime import date, time
from typing import TYPE_CHECKING, Any

from sandbox.model import Json

if TYPE_CHECKING:
    from sandbox.world import World

CHOOSE_ONE = {"users_select": "user", "conversations_select": "conversation", "channels_select": "channel"}
CHOOSE_MANY = {f"multi_{kind}": f"{what}s" for kind, what in CHOOSE_ONE.items()}
OPTION = {"static_select", "external_select", "radio_buttons"}
OPTIONS = {"multi_static_select", "multi_external_select", "checkboxes"}
PICKERS = {"datepicker": "date", "timepicker": "time", "datetimepicker": "date_time"}
TYPED = {"plain_text_input", "email_text_input", "url_text_input", "number_input"}
STATEFUL = {*CHOOSE_ONE, *CHOOSE_MANY, *OPTION, *OPTIONS, *PICKERS, *TYPED, "rich_text_input", "file_input"}
STATELESS = {"button", "overflow", "workflow_button", "icon_button", "feedback_buttons"}


class NotThere(ValueError):
    """What was pressed or chosen is not there; the text says what is."""


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every interactive element with its block, in the order shown."""
    for block in blocks:
        inside = block.get("elements", []) if block.get("type") in ("actions", "context_actions") else []
        for found in (*inside, block.get("accessory"), block.get("element")):
            if isinstance(found, dict) and found.get("type") in STATEFUL | STATELESS:
                yield block, found


def find(blocks: list[Json], action_id: str, block_id: str = "") -> tuple[Json, Json]:
    """The element that was pressed. NotThere where there is none.

    A block that the app gave no id gets a new one with each update of its message: one that was seen before such an
    update is found by its action's id, where that is the only one.
    """
    named = [(block, element) for block, element in elements(blocks) if element.get("action_id") == action_id]
    exact = [(block, element) for block, element in named if block_id in ("", block["block_id"])]
    if exact or len(named) == 1:
        return (exact or named)[0]
    known = ", ".join(sorted({str(e.get("action_id")) for _, e in elements(blocks)})) or "none"
    raise NotThere(f"There is no {action_id!r} here. There is: {known}.")


def prepared(world: "World", payload: Json) -> Json:
    """A copy with the ids and defaults that Slack adds to what an app sent."""
    copied = copy.deepcopy(payload)
    copied["blocks"] = [_prepared_block(world, block) for block in copied.get("blocks", [])]
    for key in ("title", "submit", "close"):
        if isinstance(copied.get(key), dict):
            copied[key].setdefault("emoji", True)
    return copied


def prepared_blocks(world: "World", blocks: list[Json]) -> list[Json]:
    return [_prepared_block(world, block) for block in copy.deepcopy(blocks)]


def _prepared_block(world: "World", block: Json) -> Json:
    block.setdefault("block_id", world.new_block_id())
    if block["type"] == "input":
        block.setdefault("optional", False)
        block.setdefault("dispatch_action", False)
    for _, element in elements([block]):
        element.setdefault("action_id", world.new_block_id())
    if block["type"] not in ("rich_text", "table", "markdown"):
        _text_defaults(block)
    return block


def _text_defaults(part: Any) -> None:
    if isinstance(part, list):
        for one in part:
            _text_defaults(one)
    elif isinstance(part, dict):
        if part.get("type") == "plain_text" and "text" in part:
            part.setdefault("emoji", True)
        elif part.get("type") == "mrkdwn" and "text" in part:
            part.setdefault("verbatim", False)
        else:
            for one in part.values():
                _text_defaults(one)


def initial_values(blocks: list[Json]) -> Json:
    """`state.values` of blocks nobody has touched yet."""
    values: Json = {}
    for block, element in elements(blocks):
        if element["type"] in STATEFUL:
            values.setdefault(block["block_id"], {})[element["action_id"]] = _initial(element)
    return values


def _initial(element: Json) -> Json:
    kind = element["type"]
    if kind in TYPED:
        given = element.get("initial_value")
        return {"type": kind, "value": None if given is None else str(given)}
    if kind == "rich_text_input":
        return {"type": kind, "rich_text_value": element.get("initial_value")}
    if kind == "file_input":
        return {"type": kind, "files": []}
    if kind in OPTIONS:
        return {"type": kind, "selected_options": list(element.get("initial_options", []))}
    if kind in CHOOSE_MANY:
        what = CHOOSE_MANY[kind]
        return {"type": kind, f"selected_{what}": list(element.get(f"initial_{what}", []))}
    what = "option" if kind in OPTION else CHOOSE_ONE.get(kind) or PICKERS[kind]
    return {"type": kind, f"selected_{what}": element.get(f"initial_{what}")}


def chosen(world: "World", element: Json, value: Any, known: list[Json] | None = None) -> Json:
    """The state of a stateful element once a person chose or typed `value`.

    `value` is the text typed, the value of an option, an id, a date, or a list of those where several may be chosen;
    None empties it. `known` are the options an app suggested, for external selects. NotThere when it cannot be chosen.
    """
    kind = element["type"]
    if kind in TYPED:
        return {"type": kind, "value": None if value in (None, "") else str(value)}
    if kind == "rich_text_input":
        return {"type": kind, "rich_text_value": value}
    if kind == "file_input":
        return {"type": kind, "files": list(value or [])}
    if kind in OPTIONS:
        wanted = value if isinstance(value, list) else [] if value in (None, "") else [value]
        return {"type": kind, "selected_options": [_option(element, v, known) for v in wanted]}
    if kind in OPTION:
        empty = value in (None, "")
        return {"type": kind, "selected_option": None if empty else _option(element, value, known)}
    if kind in CHOOSE_MANY:
        wanted = value if isinstance(value, list) else [] if value in (None, "") else [value]
        what = CHOOSE_MANY[kind]
        return {"type": kind, f"selected_{what}": [_known_id(world, what.rstrip("s"), v) for v in wanted]}
    if kind in CHOOSE_ONE:
        what = CHOOSE_ONE[kind]
        return {"type": kind, f"selected_{what}": _known_id(world, what, value) if value else None}
    return {"type": kind, f"selected_{PICKERS[kind]}": _picked(kind, value)}


def _picked(kind: str, value: Any) -> Any:
    if value in (None, ""):
        return None
    try:
        if kind == "datepicker":
            return date.fromisoformat(str(value)).isoformat()
        if kind == "timepicker":
            return time.fromisoformat(str(value)).strftime("%H:%M")
        return int(value)
    except ValueError as problem:
        raise NotThere(f"{value!r} is no value for a {kind}: {problem}") from problem


def options(element: Json) -> list[Json]:
    groups = element.get("option_groups") or [{"options": element.get("options", [])}]
    return [option for group in groups for option in group["options"]]


def _option(element: Json, value: Any, known: list[Json] | None) -> Json:
    offered = options(element) + list(known or [])
    for option in offered:
        if option.get("value") == str(value):
            return option
    if element["type"].endswith("external_select") and known is None:
        text = {"type": "plain_text", "text": str(value), "emoji": True}
        return {"text": text, "value": str(value)}
    raise NotThere(f"{value!r} is not offered. Offered: {', '.join(str(o.get('value')) for o in offered)}.")


def _known_id(world: "World", what: str, value: Any) -> str:
    known = world.users if what == "user" else world.channels
    if str(value) not in known:
        raise NotThere(f"There is no {what} {value!r}.")
    return str(value)


def action(block: Json, element: Json, state: Json | None, value: Any, ts: str) -> Json:
    """One entry of a block_actions payload's `actions`."""
    body: Json = {"action_id": element["action_id"], "block_id": block["block_id"]}
    kind = element["type"]
    if kind == "button":
        body |= {k: element[k] for k in ("text", "value", "style", "url") if k in element}
    elif kind == "overflow":
        body["selected_option"] = _option(element, value, None)
    elif state:
        body |= {k: v for k, v in state.items() if k != "type"}
    if "confirm" in element:
        body["confirm"] = element["confirm"]
    if "placeholder" in element and kind != "button":
        body["placeholder"] = element["placeholder"]
    initial = {k: v for k, v in element.items() if k.startswith("initial_")}
    return body | initial | {"type": kind, "action_ts": ts}
