"""A group of alerts gets worse while its incident is open."""

from __future__ import annotations

from night import Night

from bot.domain.alert import AlertStatus, Signal
from bot.domain.people import Actor, Source
from bot.usecases import alerts

ALERTMANAGER = Actor(None, Source.ALERT, "Alertmanager")


def signal(instance: str, severity: str) -> Signal:
    summary = f"High CPU on {instance}"
    return Signal("am", instance, AlertStatus.FIRING, summary, severity=severity, service="payments-api", group="cpu")


async def test_a_critical_alert_that_joins_a_quiet_incident_makes_it_page(night: Night) -> None:
    await alerts.receive(night.bot, [signal("a", "SEV3"), signal("b", "SEV3")], ALERTMANAGER, night.now)
    await night.deliver()
    assert night.outside.paged() == []
    results = await alerts.receive(night.bot, [signal("c", "SEV2")], ALERTMANAGER, night.now)
    await night.deliver()
    assert [(r.incident_number, r.action) for r in results] == [(1, "joined")]
    assert (await night.incident()).severity == "SEV2"
    assert night.outside.paged() == [("Alice", "slack"), ("Alice", "sms"), ("Alice", "email")]


async def test_a_milder_alert_does_not_make_it_better(night: Night) -> None:
    await alerts.receive(night.bot, [signal("a", "SEV2"), signal("b", "SEV4")], ALERTMANAGER, night.now)
    assert (await night.incident()).severity == "SEV2"
