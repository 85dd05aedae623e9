"""The first argument of every use case: the parts it may use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.posture import Posture
from bot.ports import Clock, Database


@dataclass(frozen=True, slots=True)
class Config:
    """What settings say that rules depend on."""

    escalation_delay: timedelta = timedelta(minutes=15)
    fail_on_no_assignee: bool = False
    notifiers: frozenset[str] = frozenset({"slack"})  # those that are configured
    public_url: str = ""


@dataclass(frozen=True, slots=True)
class Bot:
    """`posture` answers the one in force; `wake` tells the loops that rows were committed."""

    db: Database
    clock: Clock
    posture: Callable[[], Posture]
    wake: Callable[[], None]
    config: Config = Config()
