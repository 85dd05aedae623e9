"""The log of all that was said over the sandbox's wires: API calls and answers, envelopes and acks."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

KEPT = 5_000
"""Entries kept; older ones fall out, and a reader that asks for them gets what is left."""

LONGEST = 4_000
"""Characters kept of one text: a file's body or a long message does not fill the log."""

HIDDEN = "(hidden)"
_SECRET_KEYS = frozenset({"token", "authorization", "auth_token", "password", "ticket", "client_secret"})
_SECRET_TEXT = re.compile(r"x(?:ox[a-z]|app)-[\w-]+|sandbox-twilio-token|(?<=ticket=)[\w-]+")


def hide(value: Any) -> Any:
    """`value` without tokens and without very long texts, safe to show and to keep."""
    if isinstance(value, str):
        shown = _SECRET_TEXT.sub(HIDDEN, value)
        return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}… ({len(shown)} characters)"
    if isinstance(value, bytes):
        return f"({len(value)} bytes)"
    if isinstance(value, Mapping):
        return {str(k): HIDDEN if str(k).lower() in _SECRET_KEYS else hide(v) for k, v in value.items()}
    if isinstance(value, Sequence):
        return [hide(one) for one in value]
    return value


class Journal:
    """A ring of entries numbered from 1. `now` dates them; `on_change` is called after each one."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._entries: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._last = 0
        self.on_change: Callable[[], None] = lambda: None

    def call(
        self,
        target: str,
        method: str,
        arguments: Any,
        answer: Any,
        *,
        status: int | None = 200,
        ms: float = 0.0,
    ) -> int:
        """Record a call to `target` (slack, twilio, smtp) or one that Twilio made to the bot (`callback`).

        `status` is None when no answer was given. Returns the entry's number.
        """
        said = {"arguments": hide(arguments), "answer": hide(answer), "status": status, "ms": round(ms, 1)}
        return self._add({"kind": "call", "target": target, "method": method, **said})

    def envelope(self, envelope_id: str, what: str, payload: Any, *, connection: str = "", attempt: int = 0) -> int:
        """Record an envelope sent to the bot over Socket Mode; `acked` completes it. Returns its number."""
        sent = {
            "envelope_id": envelope_id,
            "connection": connection,
            "attempt": attempt,
            "payload": hide(payload),
        }
        return self._add({"kind": "envelope", "target": "slack", "method": what, **sent, "ack": None, "ms": None})

    def acked(self, n: int, payload: Any, ms: float) -> None:
        """Note that the envelope recorded as entry `n` was acked with `payload` (None for an empty ack)."""
        for entry in reversed(self._entries):
            if entry["n"] == n:
                entry["ack"] = {"payload": hide(payload)}
                entry["ms"] = round(ms, 1)
                self.on_change()
                return

    def after(self, n: int, limit: int = 500) -> list[dict[str, Any]]:
        """The entries numbered above `n`, oldest first; of more than `limit`, the newest."""
        found = [entry for entry in self._entries if entry["n"] > n]
        return found[-limit:]

    @property
    def last(self) -> int:
        """The number of the newest entry, 0 before the first."""
        return self._last

    def clear(self) -> None:
        """Forget the entries; numbers go on, so that a reader's `after` stays right."""
        self._entries.clear()
        self.on_change()

    def _add(self, entry: dict[str, Any]) -> int:
        self._last += 1
        self._entries.append({"n": self._last, "at": self._now().isoformat(), **entry})
        self.on_change()
        return self._last
