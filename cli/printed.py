"""Findings as `check` prints them: for people, for programs, and for GitHub to show at their lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict

from posture import Finding


def _text(findings: Sequence[Finding], said: Sequence[str]) -> str:
    return "\n".join([*map(str, findings), *said])


def _json(findings: Sequence[Finding], _: Sequence[str]) -> str:
    """A list and nothing else: what is said beside it is in the findings."""
    return json.dumps([asdict(finding) for finding in findings], indent=2, ensure_ascii=False)


def _github(findings: Sequence[Finding], said: Sequence[str]) -> str:
    """Workflow commands of GitHub Actions."""
    return "\n".join([*map(_annotation, findings), *said])


def _annotation(finding: Finding) -> str:
    places = {"file": finding.file, "line": finding.line, "col": finding.column, "title": finding.code}
    where = ",".join(f"{name}={_escaped(str(value), ':,')}" for name, value in places.items())
    return f"::{finding.severity.value} {where}::{_escaped(f'{finding.message} {finding.fix}'.rstrip())}"


def _escaped(text: str, more: str = "") -> str:
    """What would end a command or one of its parts, as GitHub wants it written."""
    return "".join(f"%{ord(char):02X}" if char in f"%\r\n{more}" else char for char in text)


#: By name: all that is printed, of the findings and of what is said after them.
FORMATS: dict[str, Callable[[Sequence[Finding], Sequence[str]], str]] = {
    "text": _text,
    "json": _json,
    "github": _github,
}
