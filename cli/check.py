"""The subcommand `check`: reads a posture and prints what is wrong with it, for people and for CI."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from cli import NO_POSTURE
from posture import Finding, Level, Loaded, load

#: How a finding is printed, by the name of the format.
FORMATS: dict[str, Callable[[Finding], str]] = {"text": str}

#: Exit codes.
CLEAN, ERRORS, UNREADABLE = 0, 1, 2


def check(
    path: Annotated[Path | None, Parameter(help="A posture file or folder. Default: the one in the settings.")] = None,
    *,
    format: Annotated[Literal["text"], Parameter(help="How findings are printed.")] = "text",
) -> int:
    """Check a posture without starting anything.

    Prints one line a finding: `file:line:column: level code: what is wrong. What to do.` Exits with 0 when
    there is no error, 1 when there is one, 2 when there is nothing to check.
    """
    chosen = path or _from_settings()
    if chosen is None:
        print(f"{NO_POSTURE} Name a file to check, or write one.")
        return UNREADABLE
    loaded = load(chosen)
    for finding in loaded.findings:
        print(FORMATS[format](finding))
    print(_summary(chosen, loaded))
    return _exit_code(loaded.findings)


def _from_settings() -> Path | None:
    from bot.settings import load as load_settings

    return load_settings().settings.posture_path


def _exit_code(findings: tuple[Finding, ...]) -> int:
    if any(finding.code == "INC100" for finding in findings):
        return UNREADABLE
    return ERRORS if any(finding.severity is Level.ERROR for finding in findings) else CLEAN


def _summary(path: Path, loaded: Loaded) -> str:
    errors, warnings = len(loaded.errors), len(loaded.findings) - len(loaded.errors)
    said = f"{_count(errors, 'error')}, {_count(warnings, 'warning')}"
    posture = loaded.posture
    if posture is None:
        return f"{path}: {said}. This posture would be refused."
    parts = (
        _count(len(posture.people), "person", "people"),
        _count(len(posture.schedules), "schedule"),
        _count(len(posture.policies), "policy", "policies"),
        _count(len(posture.services), "service"),
    )
    return f"{path}: {said}. {', '.join(parts)}."


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
