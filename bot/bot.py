"""The first argument of every use case: the parts it may use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from bot.domain.posture import Posture
from bot.ports import Clock, Database, Tx

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Config:
    """What settings say that rules depend on."""

    escalation_delay: timedelta = timedelta(minutes=15)
    fail_on_no_assignee: bool = False
    notifiers: frozenset[str] = frozenset({"slack"})  # those that are configured
    public_url: str = ""
    admin_channel: str = ""  # where admins are told of the posture, by name or id; empty: by direct message
    secret: bytes = b""  # from which codes and one-time links are made; empty: there are none


@dataclass(frozen=True, slots=True)
class Bot:
    """`posture` answers the one in force; `wake` tells the loops that rows were committed."""

    db: Database
    clock: Clock
    posture: Callable[[], Posture]
    wake: Callable[[], None]
    config: Config = Config()
    adopt: Callable[[Posture], None] = lambda _: None  # puts another posture in force, in this process

    async def write(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Commits one unit of work, then wakes the loops: what it made due goes out at once."""
        result = await self.db.write(work)
        self.wake()
        return result
