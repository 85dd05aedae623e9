"""Who may do what, and who is named when somebody may not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from night import PEOPLE, posture

from bot.domain.incident import Incident, State, Status
from bot.domain.people import Actor, Person, Source, Standing
from bot.domain.permissions import check
from bot.domain.refusals import Refusal

INCIDENT = Incident(
    1, "Slow", "SEV2", "payments-api", State.ASSIGNED, Status.INVESTIGATING, "Dave", datetime(2026, 11, 20, tzinfo=UTC),
    reporter_id=90,
)  # fmt: skip
ALICE, DAVE = replace(PEOPLE["alice"], id=1), replace(PEOPLE["dave"], id=4)


def refused(verb: str, person: Person, responders: tuple[int, ...] = ()) -> tuple[str, object] | None:
    """The refusal's code and who can; None when it is allowed."""
    try:
        check(verb, Actor(person, Source.SLACK_BUTTON), INCIDENT, responders, posture())
    except Refusal as refusal:
        return refusal.code, refusal.data.get("who_can", refusal.data.get("who"))
    return None


@pytest.mark.parametrize("verb", ["declare", "ack", "escalate", "note", "update", "role"])
def test_every_full_member_may_act(verb: str) -> None:
    assert refused(verb, DAVE) is None


@pytest.mark.parametrize("verb", ["resolve", "cancel", "reopen", "severity"])
def test_closing_needs_somebody_close_to_it(verb: str) -> None:
    assert refused(verb, DAVE) == ("not_allowed", "payments")
    assert refused(verb, DAVE, responders=(DAVE.id,)) is None
    assert refused(verb, ALICE) is None  # of the owning team
    assert refused(verb, replace(DAVE, standing=Standing.ADMIN)) is None
    assert refused(verb, replace(DAVE, id=90)) is None  # who declared it


@pytest.mark.parametrize("standing", [Standing.GUEST, Standing.OUTSIDER])
def test_guests_and_people_of_other_workspaces_only_read(standing: Standing) -> None:
    assert refused("ack", replace(ALICE, standing=standing)) == ("read_only", standing.value)


def test_a_deactivated_person_does_nothing() -> None:
    assert refused("ack", replace(ALICE, active=False)) == ("read_only", "member")


def test_machines_were_let_in_by_their_token() -> None:
    check("resolve", Actor(None, Source.ALERT, "Alertmanager"), INCIDENT, (), posture())
