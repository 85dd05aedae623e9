"""A storm: hundreds of alerts, few people. All hear of everything, in few messages, and nothing is dropped."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from town.town import Build, Town
from town.waiting import eventually

from bot.domain import budgets
from bot.domain.delivery import Effect, RowState
from bot.domain.incident import State

CASES, REPEATS = 40, 6
SECONDS = 90.0


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


def settled(town: Town, numbers: list[str], effect: Effect) -> bool:
    rows = [row for number in numbers for row in town.page_rows(int(number)) if row.effect is effect]
    left = [row.key for row in rows if row.state is not RowState.SENT]
    assert left == [], f"{len(left)} of {len(rows)} have not gone out"
    return len(rows) == len(numbers)


def test_everybody_hears_of_everything_in_few_messages(build: Build) -> None:
    town: Town = build(SLACK_PACE="true")
    town.bot.start()
    town.outside.post("switches", rate_limits=True)
    numbers = storm(town)
    assert len(numbers) == CASES
    most = budgets.MOST[Effect.PAGE_SMS]
    eventually(lambda: len(town.alice.phone.pages) == 1 + most - 1, seconds=SECONDS)
    town.clock.passes(seconds=budgets.GATHER.total_seconds() + 1)
    eventually(lambda: settled(town, numbers, Effect.PAGE_SMS), seconds=SECONDS)
    eventually(lambda: len(town.alice.phone.pages) == 1 + most, seconds=SECONDS)
    assert spoken_of(town.alice.phone.pages) == set(numbers)
    assert f"{CASES - most} incidents. Reply ACK ALL" in town.alice.phone.pages[-1]

    eventually(lambda: settled(town, numbers, Effect.PAGE_EMAIL), seconds=SECONDS)
    bundle = town.alice.mails()[-1]
    assert len(town.alice.mails()) == 1 + budgets.MOST[Effect.PAGE_EMAIL]
    assert spoken_of([bundle["text"]]) < set(numbers)
    eventually(lambda: settled(town, numbers, Effect.PAGE_SLACK), seconds=SECONDS)
    [message] = [one for one in town.alice.dms() if "waiting for you" in one.words]
    assert [one for one in town.outside.calls("chat.postMessage") if one.get("status") == 429] == []

    # One answer by a button of the bundle, and one word for all that is left.
    town.alice.presses("Ack", message)
    eventually(lambda: sum(town.incident(int(n)).state is State.IN_PROGRESS for n in numbers) == 1)
    town.alice.texts("ACK ALL")
    eventually(lambda: all(town.incident(int(n)).state is State.IN_PROGRESS for n in numbers), seconds=SECONDS)
    town.ends_well()
