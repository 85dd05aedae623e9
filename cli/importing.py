"""The subcommand `import`: a posture out of another pager's export, and what it could not carry over."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from cli import FOUND_BAD, IMPOSSIBLE, WORKED

if TYPE_CHECKING:
    from posture.importing import Draft


def import_(
    system: Literal["pagerduty", "opsgenie", "grafana"],
    path: Annotated[Path, Parameter(help="A JSON file with the lists of its API, or a folder of JSON files.")],
    *,
    to: Annotated[Path, Parameter(help="The posture that is written.")] = Path("posture.yaml"),
    force: Annotated[bool, Parameter(negative="", help="Overwrite a file that is there.")] = False,
) -> int:
    """Write a posture out of an export of PagerDuty, Opsgenie or Grafana OnCall. Asks nobody and changes nothing there.

    What cannot be carried over is told here and in comments at its place; then the posture is checked. Exits with 0
    where it can be used, 1 where `check` finds an error in it, 2 where there is nothing to import or the file is there.
    """
    from cli.printed import FORMATS
    from posture import load
    from posture.importing import NotReadable, imported, written

    if to.exists() and not force:
        print(f"{to} is there already, and was left as it is. Name another with --to, or overwrite it with --force.")
        return IMPOSSIBLE
    try:
        draft = imported(system, path, datetime.now(UTC))
    except NotReadable as problem:
        print(problem)
        return IMPOSSIBLE
    try:
        to.write_text(written(draft), encoding="utf-8")
    except OSError as problem:
        print(f"{to} cannot be written: {problem.strerror}.")
        return IMPOSSIBLE
    loaded = load(to)
    print("\n".join([*_told(draft), f"Wrote {to}: {_counted(draft)}."]))
    if loaded.findings:
        print(FORMATS["text"](loaded.findings, ()))
    if not draft.schedules and not draft.policies:
        print("There was no schedule and no policy in it. Is it an export of that system, and whole?")
        return FOUND_BAD
    return FOUND_BAD if loaded.errors else WORKED


def _told(draft: Draft) -> list[str]:
    """Each sentence with the entry that it is about."""
    return [f"{f'{note.section} {note.name}'.strip()}: {note.text}".removeprefix(": ") for note in draft.notes]


def _counted(draft: Draft) -> str:
    parts = (
        (len(draft.people), "person", "people"),
        (len(draft.teams), "team", "teams"),
        (len(draft.schedules), "schedule", "schedules"),
        (len(draft.policies), "policy", "policies"),
        (len(draft.services), "service", "services"),
    )
    return ", ".join(f"{number} {one if number == 1 else many}" for number, one, many in parts)
