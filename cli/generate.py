"""The subcommand `generate`: writes what others read of a posture, and says when a written copy is stale."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from cli import CALLED, FOUND_BAD, IMPOSSIBLE, WORKED
from cli.asked import Unclear, posture_of

if TYPE_CHECKING:
    from bot.domain.posture import Posture
    from posture.exported import Exported

#: Document → the file it is written to.
FILES = {
    "pagerduty": "pagerduty.json",
    "opsgenie": "opsgenie.json",
    "components": "status-components.json",
    "guide": "response-guide.md",
    "postmortem": "postmortem-template.md",
}


def generate(
    path: Annotated[
        Path | None, Parameter(help="A posture file or folder. Default: the one in the settings.", show_default=False)
    ] = None,
    *,
    to: Annotated[Path, Parameter(help="The folder they are written to.")] = Path("generated"),
    check: Annotated[bool, Parameter(negative="", help="Write nothing; exit with 1 where a copy is stale.")] = False,
    only: Annotated[
        Literal["pagerduty", "opsgenie", "components", "guide", "postmortem"] | None,
        Parameter(name="--print", help="Print this one and write nothing.", show_default=False),
    ] = None,
) -> int:
    """Write a posture's documents: policies for PagerDuty and Opsgenie, status components, response guide, template.

    What a document cannot say is told on the error output. Exits with 0; with 1 where `--check` found a stale copy, 2
    where there is no posture to read.
    """
    try:
        posture, delay = posture_of(path)
    except Unclear as unclear:
        print(unclear)
        return IMPOSSIBLE
    if only is not None:
        print(_told(*documents(posture, delay)[only]()), end="")
        return WORKED
    made = {to / FILES[kind]: _told(*make(), f"{FILES[kind]}: ") for kind, make in documents(posture, delay).items()}
    return _checked(made, path, to) if check else _written(made, to)


def documents(posture: Posture, delay: timedelta) -> dict[str, Callable[[], tuple[str, list[str]]]]:
    """What makes each document: its text, and what it could not say."""
    from bot.views.postmortem_template import template
    from bot.views.response_guide import guide
    from posture import exported

    return {
        "pagerduty": lambda: _json(exported.pagerduty(posture, delay)),
        "opsgenie": lambda: _json(exported.opsgenie(posture, delay)),
        "components": lambda: _json(exported.components(posture)),
        "guide": lambda: (guide(posture, delay), []),
        "postmortem": lambda: (template(posture), []),
    }


def _json(made: Exported) -> tuple[str, list[str]]:
    return json.dumps(made.document, indent=2, ensure_ascii=False) + "\n", made.remarks


def _told(text: str, remarks: list[str], of: str = "") -> str:
    for remark in dict.fromkeys(remarks):
        print(f"{of}{remark}", file=sys.stderr)
    return text


def _written(made: dict[Path, str], to: Path) -> int:
    to.mkdir(parents=True, exist_ok=True)
    for file, text in made.items():
        file.write_text(text, encoding="utf-8")
        print(f"Wrote {file}.")
    return WORKED


def _checked(made: dict[Path, str], path: Path | None, to: Path) -> int:
    stale = [file for file, text in made.items() if not file.exists() or file.read_text(encoding="utf-8") != text]
    for file in stale:
        print(f"{file} is {'stale' if file.exists() else 'missing'}.")
    if stale:
        named = f" {path}" if path else ""
        print(f"Write anew with `{CALLED} generate{named} --to {to}`, and commit what changed.")
        return FOUND_BAD
    print(f"All {len(made)} documents in {to} say what the posture says.")
    return WORKED
