"""What to call a war room when the wanted name is taken (Slack's limit is 80 characters)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.domain.incident import Incident
from bot.views import rooms

SUFFIXES: Final = 9  # name, name-2 … name-9; then the incident's number decides


def names(pattern: str, incident: Incident) -> Iterator[str]:
    """The wanted name, then what to try when it is taken; the last is as good as unique."""
    wanted = rooms.room_name(pattern, incident)
    yield wanted
    for number in range(2, SUFFIXES + 1):
        yield _with(wanted, f"-{number}")
    yield _with(wanted, f"-inc{incident.id}")


def _with(name: str, suffix: str) -> str:
    return name[: rooms.NAME_LIMIT - len(suffix)].rstrip("-_") + suffix
