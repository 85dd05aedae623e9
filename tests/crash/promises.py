"""What the subcommand `verify` says of a database, and what a log tells of bugs."""

from __future__ import annotations

import asyncio
import json

from storage.opening import open_beside
from storage.verify import findings

_OF_SLACK = frozenset({"slack_bolt", "slack_sdk"})


#: What we say of it ourselves.
_SLACK_AWAY = ("slack is away", "slack does not answer")
#: What a loop says while the database cannot be used, and tries again.
_AWAY = ("bot.ports.DatabaseUnavailable", "bot.ports.Conflict")


#: What the pool says of a connection whose server died in the middle; it is thrown away.
_POOL = ("sqlalchemy.pool.impl.QueuePool", "Exception during reset or similar")


def promises_broken(database: str) -> list[str]:
    """Every finding, in words."""

    async def look() -> list[str]:
        db = await open_beside(database)
        try:
            return [f"verify: {one.code}: {one.sentence} [{one.row}]" for one in await findings(db)]
        finally:
            await db.close()

    return asyncio.run(look())


def bugs(lines: list[str], *, database_away: bool = False) -> list[str]:
    """Error lines of a log, each once without its times: nothing that dies or comes back may log one.

    That Slack is away is no bug of ours, and its library says so at length. Where the clock leaps, everything that
    is due is overdue at once, which the auditor says.
    """
    found: dict[str, str] = {}
    for line in lines:
        said = json.loads(line) if line.startswith("{") else {"event": line}
        if said.get("logger") in _OF_SLACK or str(said.get("event")).lower().startswith(_SLACK_AWAY):
            continue
        if str(said.get("trouble")).endswith("_overdue"):
            continue
        if database_away and said.get("logger") == _POOL[0] and str(said.get("event")).startswith(_POOL[1]):
            continue
        if database_away and any(name in str(said.get("exception")) for name in _AWAY):
            continue
        short = f"{said.get('logger', '')}: {said.get('event', '')} {said.get('trouble', '')}"
        trace = str(said.get("exception", "")).strip().splitlines()
        found.setdefault(short[:200] + (trace[-1][:300] if trace else ""), line)
    return [f"the log tells of an error: {short}" for short in found]
