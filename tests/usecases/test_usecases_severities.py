"""A severity that rises while the incident runs: whoever its rules name is paged at once, by what they ask for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from night import Night, night_on, posture

from bot.domain import severity as sev
from bot.domain.delivery import Effect
from bot.domain.escalation import Policy, RunState, Target, TargetKind, Tier
from bot.domain.people import Actor, Source
from bot.domain.severity import ReminderRules
from bot.domain.timers import TimerKind
from bot.usecases import alerts, incidents, responders
from storage.database import SqlDatabase
from storage.verify import findings
from web.alertmanager import read

M = timedelta(minutes=1)
ALICE = [("Alice", "slack"), ("Alice", "sms"), ("Alice", "email")]
MAJOR = Policy("major", (Tier((Target(TargetKind.PERSON, "dave"),), 5 * M), Tier((Target(TargetKind.TEAM, "web"),), M)))


def with_own(night: Night, policy: Policy | None = None, **sev1: Any) -> Night:
    """The same night where SEV1 has other rules, and for payments-api a policy of its own."""
    base = posture()
    rules = replace(sev.DEFAULTS["SEV1"], **{"notify_positions": (), "policy": None, **sev1})
    api = base.services["payments-api"]
    if policy is not None:
        base = replace(base, policies={**base.policies, policy.name: policy})
        api = replace(api, severities={"SEV1": replace(rules, policy=policy.name)})
    made = replace(base, severities={**sev.DEFAULTS, "SEV1": rules}, services={**base.services, "payments-api": api})
    return replace(night, bot=replace(night.bot, posture=lambda: made))


@pytest.fixture
async def night(sqlite_db: SqlDatabase) -> AsyncIterator[Night]:
    """On one database: nothing here depends on which. Whatever happened, no promise is broken."""
    yield await night_on(sqlite_db)
    assert await findings(sqlite_db) == []


async def raised(night: Night, to: str = "sev1") -> None:
    await incidents.set_severity(night.bot, 1, to, night.by("dave"), night.now)
    await night.deliver()


async def test_the_policy_of_the_worse_severity_takes_over_from_the_one_that_climbs(night: Night) -> None:
    night = with_own(night, MAJOR)
    await night.declare(severity="sev2")
    await raised(night)
    assert night.outside.paged() == [*ALICE, ("Dave", "slack")]
    runs = [(shown.run.policy.name, shown.run.state) for shown in (await night.picture()).runs]
    assert runs == [("payments", RunState.ENDED), ("major", RunState.CLIMBING)]
    await night.pass_minutes(9)
    assert set(night.outside.paged()) == {*ALICE, ("Dave", "slack")}  # nobody of the old policy is paged again


async def test_where_somebody_has_it_its_first_tier_is_paged_once_beside(night: Night) -> None:
    night = with_own(night, MAJOR)
    await night.declare(severity="sev2")
    await responders.ack(night.bot, 1, night.by("alice"), night.now)
    await raised(night)
    await night.pass_minutes(30)
    assert [page for page in night.outside.paged() if page not in ALICE] == [("Dave", "slack")]
    assert (await night.incident()).state.value == "IN_PROGRESS"


async def test_the_same_policy_goes_on_and_pages_nobody_twice(night: Night) -> None:
    night = with_own(night)
    await night.declare(severity="sev2")
    await raised(night)
    assert night.outside.paged() == ALICE
    assert len((await night.picture()).runs) == 1


async def test_whoever_was_paged_quietly_is_paged_by_the_louder_ways_too(night: Night) -> None:
    night = with_own(night)
    await night.declare(severity="sev3", page=True)
    assert night.outside.paged() == [("Alice", "slack"), ("Alice", "email")]
    await raised(night)
    assert night.outside.paged() == [("Alice", "slack"), ("Alice", "email"), ("Alice", "sms")]
    await raised(night, "sev3")
    await raised(night)
    assert len(night.outside.paged()) == 3


async def test_reminders_begin_anew_where_the_worse_severity_nudges_sooner(night: Night) -> None:
    night = with_own(night, reminders=ReminderRules(update_every=5 * M))
    await night.declare(severity="sev2")
    await night.pass_minutes(1)
    await raised(night)
    timers = await night.bot.db.read(lambda tx: tx.timers.pending(1))
    due = {str(timer.data["reminder"]): timer.due_at - night.now for timer in timers if timer.kind is TimerKind.REMIND}
    assert due == {"commander": 5 * M, "update": 5 * M}
    await night.pass_minutes(5)
    assert [job.data["reminder"] for job in night.outside.jobs if job.row.effect is Effect.REMIND].count("update") == 1


async def test_an_alert_marked_critical_activates_the_policy_of_its_service_with_no_mapping(night: Night) -> None:
    night = with_own(night, MAJOR)
    alert = {
        "status": "firing",
        "labels": {"alertname": "Down", "severity": "critical", "service": "payments-api"},
        "annotations": {"summary": "Payments are down"},
        "startsAt": "2026-11-20T03:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "fingerprint": "down",
    }
    signals, wrong = read({"version": "4", "groupKey": "g", "status": "firing", "alerts": [alert]})
    assert wrong == []
    await alerts.receive(night.bot, signals, Actor(None, Source.ALERT, "Alertmanager"), night.now)
    await night.deliver()
    assert (await night.incident()).severity == "SEV1"
    assert [shown.run.policy.name for shown in (await night.picture()).runs] == ["major"]
    assert night.outside.paged() == [("Dave", "slack")]
