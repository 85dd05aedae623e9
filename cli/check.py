"""The subcommand `check`: reads a posture and prints what is wrong with it, for people and for CI."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from bot.views.proving import summary
from cli import IMPOSSIBLE, NO_POSTURE, WORKED
from cli.asked import Unclear
from cli.printed import FORMATS
from cli.proving import Asking, findings_of, proof_of
from posture import Finding, Level, Loaded, load
from posture.findings import nearest

#: Exit codes.
CLEAN, ERRORS, UNREADABLE = 0, 1, 2


def check(
    path: Annotated[Path | None, Parameter(help="A posture file or folder. Default: the one in the settings.")] = None,
    *,
    format: Annotated[Literal["text", "json", "github"], Parameter(help="How findings are printed.")] = "text",
    strict: Annotated[bool, Parameter(negative="", help="Exit with 1 for a warning too.")] = False,
    explain: Annotated[
        str,
        Parameter(
            help="A code, such as INC004: say what it means and what to do, and read nothing.", show_default=False
        ),
    ] = "",
    prove: Annotated[
        bool, Parameter(negative="", help="Prove also that somebody is always paged in time by two providers.")
    ] = False,
    days: Annotated[int, Parameter(help="How far ahead it is proven.")] = 90,
    since: Annotated[
        str, Parameter(name="--from", help="Where these days begin. Default: now, in UTC.", show_default=False)
    ] = "",
    contacts: Annotated[
        Path | None, Parameter(help="Who can be reached by what, as `contacts` wrote it. Default: as the posture says.")
    ] = None,
    notifiers: Annotated[
        str, Parameter(help="Those that are configured, with + between them. Default: all.", show_default=False)
    ] = "",
) -> int:
    """Check a posture without starting anything.

    Prints one line a finding: `file:line:column: level code: what is wrong. What to do.` Exits with 0 when
    there is no error, 1 when there is one, 2 when there is nothing to check, or it cannot be proven or disproven.
    """
    if explain:
        return _explained(explain)
    chosen = path or _from_settings()
    if chosen is None:
        print(f"{NO_POSTURE} Name a file to check, or write one.")
        return UNREADABLE
    loaded = load(chosen)
    findings, proven = loaded.findings, list[str]()
    if prove and loaded.posture is not None:
        try:
            proof = proof_of(loaded.posture, Asking(_delay(path), days, since, contacts, notifiers))
        except Unclear as unclear:
            print(unclear)
            return UNREADABLE
        findings, proven = (*findings, *findings_of(proof, chosen)), [summary(proof)]
    print(FORMATS[format](findings, [_summary(chosen, loaded, findings), *proven]))
    return _exit_code(findings, strict=strict)


def _explained(given: str) -> int:
    from bot.domain import holes, inspection
    from posture.explained import EXAMPLES, section
    from posture.pages import audited

    code = given.upper()
    if code in holes.CODES:
        print(f"{code}: {holes.CODES[code]} Only --prove finds it.")
        return WORKED
    if code in inspection.CODES:
        print(f"{audited(code)}\nOnly `audit` finds it.")
        return WORKED
    if code not in EXAMPLES:
        print(f"There is no code `{given}`. {nearest(code, EXAMPLES)}".strip())
        return IMPOSSIBLE
    print(section(code), end="")
    return WORKED


def _from_settings() -> Path | None:
    from bot.settings import load as load_settings

    return load_settings().settings.posture_path


def _delay(path: Path | None) -> timedelta:
    """Of policies that give none: the setting's where the posture is the settings'."""
    from bot.settings import load as load_settings

    return timedelta(minutes=load_settings().settings.escalation_delay_minutes if path is None else 15)


def _exit_code(findings: tuple[Finding, ...], *, strict: bool) -> int:
    if any(finding.code == "INC100" for finding in findings):
        return UNREADABLE
    bad = set(Level) if strict else {Level.ERROR}
    return ERRORS if any(finding.severity in bad for finding in findings) else CLEAN


def _summary(path: Path, loaded: Loaded, findings: Sequence[Finding]) -> str:
    errors = sum(finding.severity is Level.ERROR for finding in findings)
    warnings = len(findings) - errors
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
