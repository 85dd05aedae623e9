"""Slack's rate limits: a number of calls a minute by the method's tier, and one message a second in each channel.

Real time counts here: the sandbox's clock does not move limits.
"""

import math
import time
from collections import defaultdict, deque

TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
"""Calls a minute that Slack guarantees; it may allow more, which nobody should rely on."""

CONNECTIONS_A_MINUTE = 20
"""apps.connections.open is in tier 1, yet ten connections may be opened at once: more than that is refused."""

MESSAGE_BURST = 3
MESSAGES_A_MINUTE = 300
"""chat.postMessage: one a second in a channel after a short burst, and several hundred a minute in a workspace."""

WINDOW = 60.0


class RateLimits:
    """What was called when. `take` counts a call or says how many seconds to wait."""

    def __init__(self) -> None:
        self._calls: dict[str, deque[float]] = defaultdict(deque)
        self._tokens: dict[str, tuple[float, float]] = {}

    def clear(self) -> None:
        self._calls.clear()
        self._tokens.clear()

    def take(self, method: str, tier: int, channel: str = "") -> int | None:
        """Seconds for Retry-After when this call is one too many, else None."""
        now = time.monotonic()
        if method == "chat.postMessage":
            return self._in_channel(channel, now) or self._in_window(method, MESSAGES_A_MINUTE, now)
        if method == "apps.connections.open":
            return self._in_window(method, CONNECTIONS_A_MINUTE, now)
        return self._in_window(method, TIERS[tier], now) if tier else None

    def _in_window(self, method: str, most: int, now: float) -> int | None:
        calls = self._calls[method]
        while calls and calls[0] <= now - WINDOW:
            calls.popleft()
        if len(calls) >= most:
            return max(1, math.ceil(calls[0] + WINDOW - now))
        calls.append(now)
        return None

    def _in_channel(self, channel: str, now: float) -> int | None:
        left, at = self._tokens.get(channel, (float(MESSAGE_BURST), now))
        left = min(float(MESSAGE_BURST), left + now - at)
        if left < 1:
            self._tokens[channel] = (left, now)
            return max(1, math.ceil(1 - left))
        self._tokens[channel] = (left - 1, now)
        return None
