"""What Slack's client checks before it sends a modal: required fields, lengths, addresses and numbers."""

import re
from typing import Any

from sandbox.model import Json, View

REQUIRED = "Please complete this required field."


def missing_input(view: View) -> Json:
    """Field errors by block id; nothing when the client would send."""
    found: Json = {}
    for block in view.blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        state = view.values.get(block["block_id"], {}).get(element["action_id"], {})
        value = next((v for k, v in state.items() if k != "type"), None)
        if problem := _problem(element, value, optional=bool(block.get("optional"))):
            found[block["block_id"]] = problem
    return found


def _problem(element: Json, value: Any, *, optional: bool) -> str | None:
    if value in (None, "", []):
        return None if optional else REQUIRED
    checks = {
        "plain_text_input": _length,
        "email_text_input": _address,
        "url_text_input": _link,
        "number_input": _number,
    }
    check = checks.get(element["type"])
    if check:
        return check(element, str(value))
    most = element.get("max_selected_items")
    return f"Choose at most {most}." if most and isinstance(value, list) and len(value) > most else None


def _length(element: Json, value: str) -> str | None:
    low, high = element.get("min_length") or 0, element.get("max_length") or 3000
    if len(value) < low:
        return f"This must be at least {low} characters."
    return f"This must be at most {high} characters." if len(value) > high else None


def _address(_element: Json, value: str) -> str | None:
    return None if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value) else "Enter a valid email address."


def _link(_element: Json, value: str) -> str | None:
    return None if re.fullmatch(r"[a-z][a-z0-9+.-]*://\S+", value, re.IGNORECASE) else "Enter a valid URL."


def _number(element: Json, value: str) -> str | None:
    whole = not element.get("is_decimal_allowed")
    if not re.fullmatch(r"-?\d+" if whole else r"-?\d+(\.\d+)?", value):
        return "Enter a whole number." if whole else "Enter a number."
    low, high = element.get("min_value"), element.get("max_value")
    if low is not None and float(value) < float(low):
        return f"This must be at least {low}."
    return f"This must be at most {high}." if high is not None and float(value) > float(high) else None
