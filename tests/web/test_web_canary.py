"""`POST /webhooks/canary`: a failed canary pages by the policy of its service; one that passed changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from web_door import TOKENS, Door

from bot.domain.people import EVERYTHING
from bot.domain.posture import CanaryRules
from bot.domain.remediation import Remedy, RemedyKind
from bot.usecases import pictures

FAILED = {"service": "payments-api", "status": "failed", "version": "v42", "summary": "5 % of calls fail"}


async def say(door: Door, payload: Any) -> tuple[int, dict[str, Any]]:
    answer = await door.post("/webhooks/canary", token=TOKENS["canary"], json=payload)
    return answer.status, await answer.json()


def obey(door: Door, canary: CanaryRules | None, *remedies: Remedy) -> None:
    """Another posture is in force: rules and remedies of payments-api."""
    bot = door.night.bot
    before = bot.posture()
    service = replace(before.services["payments-api"], canary=canary, remediation=remedies)
    bot.adopt(replace(before, services={**before.services, "payments-api": service}))


async def test_a_failure_opens_a_sev2_and_pages_by_the_policy_of_its_service(door: Door) -> None:
    obey(door, None, Remedy(RemedyKind.ROLLBACK, "v41", "argocd app rollback", timedelta(minutes=5)))
    assert await say(door, FAILED) == (201, {"incident_id": "1"})
    incident = await door.night.incident()
    assert (incident.title, incident.severity, incident.service, incident.detected_by) == (
        "Canary of payments-api v42 failed", "SEV2", "payments-api", "Canary",
    )  # fmt: skip
    assert incident.description == (
        "5 % of calls fail\n\nTo roll back to v41: argocd app rollback. It takes about 5 min."
    )
    await door.night.deliver()
    assert {who for who, _ in door.night.outside.paged()} == {"Alice"}


async def test_the_posture_says_how_bad_it_is(door: Door) -> None:
    obey(door, CanaryRules(severity="SEV1"))
    await say(door, FAILED)
    assert (await door.night.incident()).severity == "SEV1"


async def test_the_same_version_that_fails_again_joins_and_another_opens_its_own(door: Door) -> None:
    assert [(await say(door, FAILED | {"version": one}))[1]["incident_id"] for one in ("v42", "v42", "v43")] == [
        "1", "1", "2",
    ]  # fmt: skip


async def test_one_that_passed_changes_nothing(door: Door) -> None:
    assert await say(door, FAILED | {"status": "passed"}) == (200, {"incident_id": None})
    assert await pictures.recent(door.night.bot, EVERYTHING, 10) == []


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"service": ""}, 400, "bad_field"),
        ({"service": "nothing"}, 422, "unknown_service"),
        ({"status": "maybe"}, 400, "bad_field"),
        ({"summary": ["x"]}, 400, "bad_field"),
        ({"link": "javascript:alert(1)"}, 400, "bad_field"),
    ],
)
async def test_what_cannot_be_read_is_refused_with_a_reason(
    door: Door, change: dict[str, Any], status: int, code: str
) -> None:
    answered, answer = await say(door, FAILED | change)
    assert (answered, answer["error"]) == (status, code)
    assert await pictures.recent(door.night.bot, EVERYTHING, 10) == []


async def test_without_its_token_nothing_is_taken(door: Door) -> None:
    answer = await door.post("/webhooks/canary", token=TOKENS["incidents"], json=FAILED)
    assert answer.status == 401
