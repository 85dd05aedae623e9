"""`/incident declare`: how long until the room is ready (made, card posted, people invited)."""

from __future__ import annotations

from itertools import count

from bench.harness import Figure, Scale, percentile, until
from bench.town import Town, town
from bench.wire import Call

SLOW = 0.150  # seconds a call
LIMITS = {0.0: 40.0, SLOW: 350.0}  # milliseconds

_numbers = count(1)


async def run(scale: Scale) -> list[Figure]:
    figures = []
    for latency, limit in LIMITS.items():
        async with town() as here:
            await here.start()
            await _ready(here)
            here.wire.latency = latency
            found = [await _ready(here) for _ in range(scale.of(40 if not latency else 15, 3))]
        what = f"declare → room ready, Slack at {latency * 1000:.0f} ms a call"
        figures.append(Figure(what, percentile(found, 0.5) * 1000, "ms", limit, note=f"median of {len(found)}"))
        figures.append(Figure(f"{what}, p99", percentile(found, 0.99) * 1000, "ms"))
    return figures


async def _ready(here: Town) -> float:
    """Seconds from the command to the last answer of: room made, card posted, people invited."""
    await here.wire.settle()
    went, _acked = await here.say(f"declare sev2 payments API is slow {next(_numbers)}")
    await until(lambda: bool(_invited(here, went)) and _card(here, went) is not None)
    card = _card(here, went)
    assert card is not None
    return max(card.answered, _invited(here, went)[-1].answered) - went


def _card(here: Town, since: float) -> Call | None:
    """The message in the new room that carries the card's key."""
    for one in here.wire.since(since, "chat.postMessage"):
        payload = (one.arguments.get("metadata") or {}).get("event_payload") or {}
        if str(payload.get("key", "")).startswith("card/") and one.answered:
            return one
    return None


def _invited(here: Town, since: float) -> list[Call]:
    """Every invitation is answered; empty while one is open."""
    calls = here.wire.since(since, "conversations.invite")
    return calls if all(one.answered for one in calls) else []


async def declared(here: Town) -> tuple[str, str, int]:
    """Declares and waits; answers room, the card's ts, and the n of `INC-n`."""
    await here.wire.settle()
    went, _acked = await here.say(f"declare sev2 payments API is slow {next(_numbers)}")
    await until(lambda: _card(here, went) is not None)
    card = _card(here, went)
    assert card is not None
    room = str(card.arguments["channel"])

    def pinned() -> list[Call]:
        return here.wire.since(went, "pins.add", lambda one: one.arguments.get("channel") == room)

    await until(lambda: bool(pinned()))
    await here.wire.settle()
    number = int(str(card.arguments["metadata"]["event_payload"]["key"]).split("/")[1])
    return room, str(pinned()[0].arguments["timestamp"]), number
