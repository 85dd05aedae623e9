"""Runbooks: what to do, step by step, as people read it (SPEC §11)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. Commands are shown, never run."""

    name: str
    description: str = ""
    commands: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()  # what is true once it is done
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Runbook:
    """A page elsewhere, steps here, or both."""

    name: str
    url: str = ""
    description: str = ""
    steps: tuple[Step, ...] = ()
