"""A button is pressed: how long until its ack (the commit included), and until the card shows it."""

from __future__ import annotations

from bench.declaring import declared
from bench.harness import Figure, Scale, p50_p99, percentile, until
from bench.town import ALICE, BOB, Town, town
from bot.views import names

SLOW = 0.150  # seconds a call


async def run(scale: Scale) -> list[Figure]:
    figures = []
    for latency in (0.0, SLOW):
        async with town() as here:
            await here.start()
            here.wire.latency = latency
            times = scale.of(60 if not latency else 20, 4)
            pairs = [pair for _ in range(times // 2) for pair in await _some(here)]
        figures += _figures(latency, [one for one, _ in pairs], [other for _, other in pairs])
    return figures


def _figures(latency: float, acks: list[float], cards: list[float]) -> list[Figure]:
    slow = f"Slack at {latency * 1000:.0f} ms a call"
    limit = latency * 1000 + 20
    median = percentile(cards, 0.5) * 1000
    return [
        *p50_p99(f"button → ack, {slow}", acks, (None, 30)),
        Figure(
            f"button → updated card, {slow}",
            median,
            "ms",
            limit,
            note=f"one round trip + 20 ms; median of {len(cards)}",
        ),
    ]


async def _some(here: Town) -> list[tuple[float, float]]:
    """Alice takes a new incident, then Bob: seconds to the ack and to the card, for each press."""
    room, card, number = await declared(here)
    return [await _press(here, number, room, card, user) for user in (ALICE, BOB)]


async def _press(here: Town, number: int, room: str, card: str, user: str) -> tuple[float, float]:
    await here.wire.settle()
    went, acked = await here.press(names.TAKE, str(number), room, card, user)

    def updated() -> list[float]:
        calls = here.wire.since(went, "chat.update", lambda one: one.arguments.get("ts") == card)
        return [one.answered for one in calls if one.answered]

    await until(lambda: bool(updated()))
    return acked - went, updated()[0] - went
