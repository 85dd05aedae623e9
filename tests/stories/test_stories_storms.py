"""A storm: hundreds of alerts, few people. All hear of everything, in few messages, and nothing is dropped."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from town.town import Build, Town
from town.waiting import eventually

from bot.domain import budgets
from bot.domain.delivery import Effect, Row, RowState
from bot.domain.incident import State

CASES, REPEATS = 40, 6
SECONDS = 90.0
WAYS = (Effect.PAGE_SLACK, Effect.PAGE_SMS, Effect.PAGE_EMAIL)


def alert(case: int, severity: str = "high") -> dict[str, Any]:
    labels = {"alertname": f"Case{case}", "severity": severity, "service": "checkout"}
    one = {
        "status": "firing",
        "labels": labels,
        "annotations": {"summary": f"case {case}"},
        "fingerprint": f"case{case}",
    }
    return {"version": "4", "groupKey": f"case {case}", "status": "firing", "alerts": [one]}


def storm(town: Town) -> list[str]:
    """Hundreds of alerts of some forty kinds; the n of each incident that was confirmed."""
    posts: list[Callable[[], Any]] = [
        lambda case=case: town.webhook("alertmanager", alert(case)) for _ in range(REPEATS) for case in range(CASES)
    ]
    answers = [
        answer for first in range(0, len(posts), 40) for answer in town.outside.at_once(*posts[first : first + 40])
    ]
    assert {status for status, _ in answers} == {200}
    return sorted({answer["alerts"][0]["incident_id"] for _, answer in answers}, key=int)


def spoken_of(texts: list[str]) -> set[str]:
    """`INC-7`, and each of `INC-9 to INC-14`."""
    found = [(int(first), int(last or first)) for first, last in re.findall(r"INC-(\d+)(?: to INC-(\d+))?", str(texts))]
    return {str(number) for first, last in found for number in range(first, last + 1)}


def rows(town: Town, numbers: list[str], effect: Effect) -> list[Row]:
    found = [row for number in numbers for row in town.page_rows(int(number)) if row.effect is effect]
    assert len(found) == len(numbers)
    return found


def shared_out(town: Town, numbers: list[str]) -> bool:
    """Every page has gone, or waits for a bundle."""
    every = [row for effect in WAYS for row in rows(town, numbers, effect)]
    return all(row.state is RowState.SENT or row.bundle_id is not None for row in every)


def settled(town: Town, numbers: list[str], effect: Effect) -> bool:
    left = [row.key for row in rows(town, numbers, effect) if row.state is not RowState.SENT]
    assert left == [], f"{len(left)} of {len(numbers)} have not gone out"
    return True


@pytest.mark.timeout(300)
def test_everybody_hears_of_everything_in_few_messages(build: Build) -> None:
    town: Town = build(SLACK_PACE="true")
    town.bot.start()
    town.outside.post("switches", rate_limits=True)
    numbers = storm(town)
    assert len(numbers) == CASES
    eventually(lambda: shared_out(town, numbers), seconds=SECONDS)
    town.clock.passes(seconds=budgets.WINDOW.total_seconds())  # whatever bundles there are may go
    eventually(lambda: settled(town, numbers, Effect.PAGE_SMS), seconds=SECONDS)
    eventually(lambda: spoken_of(town.alice.phone.pages) == set(numbers), seconds=SECONDS)
    # The first of the service, and what two windows hold: on a slow machine the storm may last longer than one.
    assert len(town.alice.phone.pages) <= 1 + 2 * budgets.MOST[Effect.PAGE_SMS]
    assert any("incidents. Reply ACK ALL" in page for page in town.alice.phone.pages)

    eventually(lambda: settled(town, numbers, Effect.PAGE_EMAIL), seconds=SECONDS)
    assert len(town.alice.mails()) <= 1 + 2 * budgets.MOST[Effect.PAGE_EMAIL]
    assert spoken_of([mail["text"] for mail in town.alice.mails()]) == set(numbers)
    eventually(lambda: settled(town, numbers, Effect.PAGE_SLACK), seconds=SECONDS)
    message = [one for one in town.alice.dms() if "waiting for you" in one.words][-1]
    assert [one for one in town.outside.calls("chat.postMessage") if one.get("status") == 429] == []

    # One answer by a button of the bundle, and one word for all that is left.
    town.alice.presses("Ack", message)
    eventually(lambda: sum(town.incident(int(n)).state is State.IN_PROGRESS for n in numbers) == 1)
    eventually(
        lambda: "✅ You acked." in next(one.words for one in town.alice.dms() if one.ts == message.ts), seconds=SECONDS
    )
    town.alice.texts("ACK ALL")
    eventually(lambda: all(town.incident(int(n)).state is State.IN_PROGRESS for n in numbers), seconds=SECONDS)
    town.ends_well()
