"""Notices that Slack is away, from what its calls come to; says so once an outage, and when it is back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Final

import structlog

from bot.domain.delivery import Effect, Later, Outcome, Unknown
from bot.usecases.delivery import Drop
from scheduler.senders import Senders

#: Slack is away when it answered nothing for this long, although it was asked this often.
AWAY_SECONDS: Final = 30.0
AWAY_CALLS: Final = 3

#: Effects that do not go through Slack.
ELSEWHERE: Final = frozenset(
    {
        Effect.PAGE_SMS, Effect.PAGE_VOICE, Effect.PAGE_EMAIL, Effect.PAGE_WEBHOOK, Effect.PAGE_PAGERDUTY,
        Effect.SMS_SAY, Effect.VOICE_SAY, Effect.CALL_END, Effect.MAIL_SAY, Effect.PAGERDUTY_TELL,
        Effect.SHEET_WRITE,
    }
)  # fmt: skip

log = structlog.get_logger("outage")


class SlackWatch:
    """`noticed` is called once when an outage is found; `away` tells whether one lasts."""

    def __init__(self, noticed: Callable[[], Awaitable[None]], seconds: Callable[[], float] = monotonic) -> None:
        self._noticed, self._seconds = noticed, seconds
        self._failing_since: float | None = None
        self._calls = 0
        self.away = False
        self.senders = Senders()

    async def note(self, effect: Effect, outcome: Outcome | Drop) -> None:
        """What a call came to. A rate limit is an answer; a row that was not sent says nothing."""
        self.senders.note(effect, outcome)
        if effect in ELSEWHERE or isinstance(outcome, Drop):
            return
        if not _silent(outcome):
            self._back()
            return
        self._calls += 1
        now = self._seconds()
        self._failing_since = now if self._failing_since is None else self._failing_since
        if not self.away and self._calls >= AWAY_CALLS and now - self._failing_since >= AWAY_SECONDS:
            self.away = True
            log.error("slack does not answer; people are told by SMS and mail")
            await self._noticed()

    def _back(self) -> None:
        if self.away:
            log.info("slack answers again")
        self.away, self._calls, self._failing_since = False, 0, None


def _silent(outcome: Outcome) -> bool:
    if isinstance(outcome, Later):
        return outcome.after is None
    return isinstance(outcome, Unknown) and not outcome.bug
