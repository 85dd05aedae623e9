"""How a part of the program is: it works, it is impaired (pages go all the same), or it is down (they would not)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """From good to bad."""

    OK = "ok"
    IMPAIRED = "impaired"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Condition:
    """`sentence` is for operators: what is seen, in plain words."""

    level: Level
    sentence: str

    @property
    def well(self) -> bool:
        return self.level is Level.OK


#: Asks a part how it is.
Probe = Callable[[], Awaitable[Condition]]


def ok(sentence: str) -> Condition:
    return Condition(Level.OK, sentence)


def impaired(sentence: str) -> Condition:
    return Condition(Level.IMPAIRED, sentence)


def down(sentence: str) -> Condition:
    return Condition(Level.DOWN, sentence)
