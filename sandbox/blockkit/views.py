"""Rules of a whole view: a modal's title, buttons and identifiers, a home tab, and their blocks."""

import json

from sandbox.blockkit import limits as most
from sandbox.blockkit.blocks import check_blocks
from sandbox.blockkit.rules import Check, Report, Surface, anything, boolean, rule, shape, string, text
from sandbox.model import Json

_SHARED: dict[str, Check] = {
    "private_metadata": string(most.PRIVATE_METADATA),
    "callback_id": string(most.CALLBACK_ID),
    "external_id": string(most.EXTERNAL_ID),
}


def _blocks(report: Report, value: object, at: str) -> None:
    check_blocks(report, value, at)


def _asks(view: Json) -> bool:
    blocks = view.get("blocks")
    listed = blocks if isinstance(blocks, list) else []
    return any(isinstance(b, dict) and b.get("type") == "input" for b in listed)


MODAL = shape(
    {"type": anything, "title": text(most.VIEW_TITLE), "blocks": _blocks},
    {
        **_SHARED,
        "submit": text(most.VIEW_BUTTON),
        "close": text(most.VIEW_BUTTON),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
    rule(lambda v: not _asks(v) or bool(v.get("submit")), "missing required field: submit"),
)
HOME = shape({"type": anything, "blocks": _blocks}, _SHARED)
_RULES: dict[str, tuple[Surface, Check]] = {"modal": ("modal", MODAL), "home": ("home", HOME)}


def validate_view(view: object, kind: str = "modal") -> list[str]:
    """What Slack would say against this view as a `modal` or as a `home` tab."""
    surface, check = _RULES[kind]
    report = Report(surface)
    given = view.get("type") if isinstance(view, dict) else kind
    if isinstance(view, dict) and given != kind:
        missing = "missing required field: type" if given is None else f"unsupported type: {given}"
        report.say(missing, "/view" if given is None else "/view/type")
        return report.problems
    check(report, view, "/view")
    if not report.problems and len(json.dumps(view)) > most.VIEW_BYTES:
        report.say(f"must be less than {most.VIEW_BYTES + 1} bytes", "/view")
    return report.problems
