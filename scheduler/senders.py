"""What became of the latest tries by each notifier: for readiness, which tells of trouble, and for metrics."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from bot.domain.delivery import NOTIFIER_OF, Effect, Later, Never, Outcome, Sent, Unknown
from bot.usecases.delivery import Drop

#: So many tries in a row that came to nothing, of whatever page, are trouble with the notifier, not with one address.
TROUBLE_AFTER: Final = 3


@dataclass(frozen=True, slots=True)
class Trouble:
    tries: int
    reason: str


class Senders:
    """Counts since the start of this process; `pages` by (notifier, what became of the try)."""

    def __init__(self) -> None:
        self.pages: Counter[tuple[str, str]] = Counter()
        self._failing: dict[str, Trouble] = {}

    def note(self, effect: Effect, outcome: Outcome | Drop) -> None:
        """What a try came to; one that was not made says nothing."""
        notifier = NOTIFIER_OF.get(effect)
        if notifier is None or isinstance(outcome, Drop):
            return
        self.pages[notifier, _said(outcome)] += 1
        if isinstance(outcome, Sent):
            self._failing.pop(notifier, None)
        else:
            before = self._failing.get(notifier)
            self._failing[notifier] = Trouble(before.tries + 1 if before else 1, outcome.reason)

    def troubles(self) -> dict[str, Trouble]:
        """The notifiers by which nothing goes out at this moment."""
        return {name: trouble for name, trouble in self._failing.items() if trouble.tries >= TROUBLE_AFTER}


def _said(outcome: Outcome) -> str:
    match outcome:
        case Sent():
            return "sent"
        case Never():
            return "failed"
        case Later():
            return "later"
        case Unknown():
            return "unknown"
