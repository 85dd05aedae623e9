"""A dead man's switch outside: it hears from us as long as all is well, and wakes somebody when it does not.

One GET, which healthchecks.io, Dead Man's Snitch, Better Stack, Cronitor and Uptime Kuma all take for a sign of life.
"""

from __future__ import annotations

from clients.faults import Failure
from clients.http import Answer, Guarded
from clients.webhook import allowed


class Switch:
    """Build it inside the running loop, and close it. `allow_private`: the URL's own host may be a private one."""

    def __init__(self, url: str, *, allow_private: bool = False) -> None:
        self._url = url
        self._http = Guarded(allowed(url) if allow_private else frozenset())

    async def close(self) -> None:
        await self._http.close()

    async def ping(self) -> str:
        """Empty where it was heard, else why not; the address is in neither, for it may hold a secret."""
        answer: Answer | Failure = await self._http.get(self._url, {"User-Agent": "tocsin"})
        if not isinstance(answer, Answer):
            return answer.reason
        return "" if answer.status < 300 else f"it answered {answer.status}"
