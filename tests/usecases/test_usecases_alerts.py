"""Alerts become incidents, join them, and close them again."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import timedelta

from night import Night
from usecases_asks import facts, forget, timers

from bot.domain.alert import Alert, AlertStatus, Signal
from bot.domain.incident import ClosedAs, State
from bot.domain.people import Actor, Source
from bot.domain.timeline import Kind
from bot.ports import Tx
from bot.usecases import alerts, lifecycle
from bot.usecases.change import load
from bot.views.situation import alerts_words

ALERTMANAGER = Actor(None, Source.ALERT, "Alertmanager")
QUIET = timedelta(minutes=2)


def signal(key: str, status: str = "firing", *, group: str = "", severity: str | None = "SEV2") -> Signal:
    told = {"summary": f"High CPU on {key}", "severity": severity, "service": "payments-api", "group": group}
    return Signal("am", key, AlertStatus(status), **told)  # type: ignore[arg-type]  # a test names real fields


async def take(night: Night, *signals: Signal) -> list[tuple[int | None, str]]:
    """Takes them in one request and lets everything go out."""
    results = await alerts.receive(night.bot, signals, ALERTMANAGER, night.now)
    await night.deliver()
    return [(result.incident_number, result.action) for result in results]


async def kept(night: Night, number: int = 1) -> list[Alert]:
    return await night.bot.db.read(lambda tx: tx.alerts.of(number))


def with_rules(night: Night, **rules: object) -> Night:
    """The same night, with other rules for alerts."""
    posture = night.bot.posture()
    changed = replace(posture, alerts=replace(posture.alerts, **rules))  # type: ignore[arg-type]
    return replace(night, bot=replace(night.bot, posture=lambda: changed))


async def test_an_alert_declares_an_incident_that_pages(night: Night) -> None:
    assert await take(night, signal("a")) == [(1, "declared")]
    incident = await night.incident()
    assert (incident.title, incident.severity, incident.service) == ("High CPU on a", "SEV2", "payments-api")
    assert (incident.detected_by, incident.reporter_id, incident.state) == ("Alertmanager", None, State.ASSIGNED)
    assert night.outside.paged() == [("Alice", "slack"), ("Alice", "sms"), ("Alice", "email")]
    assert [(fact["status"], fact["count"]) for fact in await facts(night, Kind.ALERT)] == [("firing", 1)]


async def test_the_alerts_of_one_request_are_read_one_by_one(night: Night) -> None:
    mixed = [signal("a", group="g"), signal("b", "resolved", group="g"), signal("c", group="g"), signal("d")]
    assert await take(night, *mixed) == [(1, "declared"), (1, "ignored"), (1, "joined"), (2, "declared")]
    assert [alert.summary for alert in await kept(night)] == ["High CPU on a", "High CPU on c"]


async def test_a_group_joins_the_incident_it_opened_without_paging_again(night: Night) -> None:
    await take(night, signal("a", group="g"))
    forget(night)
    assert await take(night, signal("b", group="g"), signal("c", group="g")) == [(1, "joined"), (1, "joined")]
    assert night.outside.paged() == []
    assert len(await kept(night)) == 3


async def test_a_repeat_is_counted_and_is_no_new_fact(night: Night) -> None:
    await take(night, signal("a"))
    assert await take(night, signal("a"), signal("a")) == [(1, "repeated"), (1, "repeated")]
    assert [(alert.count, alert.status) for alert in await kept(night)] == [(3, AlertStatus.FIRING)]
    assert len(await facts(night, Kind.ALERT)) == 1


async def test_all_resolved_closes_the_incident_after_the_quiet_period(night: Night) -> None:
    await take(night, signal("a", group="g"), signal("b", group="g"))
    assert await take(night, signal("a", "resolved", group="g")) == [(1, "resolved")]
    assert await timers(night, "quiet/") == []  # the other one still fires
    await take(night, signal("b", "resolved", group="g"))
    assert [timer.due_at for timer in await timers(night, "quiet/")] == [night.now + QUIET]
    await night.pass_minutes(2)
    incident = await night.incident()
    assert (incident.state, incident.closed_as, incident.resolved_by_id) == (State.RESOLVED, ClosedAs.RESOLVED, None)
    assert [fact["why"] for fact in await facts(night, Kind.RESOLVED)] == ["alerts_resolved"]


async def test_an_alert_that_fires_again_within_the_quiet_period_keeps_it_open(night: Night) -> None:
    await take(night, signal("a"))
    await take(night, signal("a", "resolved"))
    await night.pass_minutes(1)
    assert await take(night, signal("a")) == [(1, "joined")]
    assert await timers(night, "quiet/") == []
    await night.pass_minutes(2)
    assert (await night.incident()).open


async def test_an_alert_that_flaps_within_one_moment_still_closes_in_the_end(night: Night) -> None:
    await take(night, signal("a"))
    for status in ("resolved", "firing", "resolved"):
        await take(night, signal("a", status))
    assert [timer.due_at for timer in await timers(night, "quiet/")] == [night.now + QUIET]
    await night.pass_minutes(2)
    assert not (await night.incident()).open


async def test_an_alert_that_fires_and_resolves_within_one_request_is_watched_too(night: Night) -> None:
    assert await take(night, signal("a"), signal("a", "resolved")) == [(1, "declared"), (1, "resolved")]
    assert len(await timers(night, "quiet/")) == 1


async def test_nothing_closes_by_itself_where_the_owner_wants_it_so(night: Night) -> None:
    night = with_rules(night, auto_resolve=False)
    await take(night, signal("a"))
    await take(night, signal("a", "resolved"))
    await night.pass_minutes(4)
    assert (await night.incident()).open
    assert await timers(night, "quiet/") == []


async def test_an_alert_that_fires_after_its_incident_closed_opens_a_new_one(night: Night) -> None:
    await take(night, signal("a"))
    await lifecycle.resolve(night.bot, 1, "restarted", night.by("alice"), night.now)
    assert await take(night, signal("a")) == [(2, "declared")]


async def test_a_resolved_alert_without_an_open_incident_is_ignored(night: Night) -> None:
    assert await take(night, signal("a", "resolved")) == [(None, "ignored")]
    assert await night.bot.db.read(lambda tx: tx.incidents.count_by_state()) == {}


async def test_what_an_alert_names_and_nobody_knows_falls_back_to_the_defaults(night: Night) -> None:
    strange = Signal("am", "a", AlertStatus.FIRING, "  \n ", severity="SEV9", service="billing")
    assert await take(night, strange) == [(1, "declared")]
    incident = await night.incident()
    assert (incident.title, incident.severity, incident.service) == ("Alert from Alertmanager", "SEV2", "payments-api")


async def test_an_endless_title_and_text_are_cut_not_refused(night: Night) -> None:
    await take(night, Signal("am", "a", AlertStatus.FIRING, "x" * 5000, description="y" * 5000))
    incident = await night.incident()
    assert (len(incident.title), incident.title[-1], len(incident.description)) == (150, "…", 2900)


async def test_a_notice_that_an_alert_resolved_is_no_further_alert(night: Night) -> None:
    for status in (AlertStatus.FIRING, AlertStatus.RESOLVED, AlertStatus.RESOLVED, AlertStatus.FIRING):
        await take(night, signal("a", status, group="g"))
    await take(night, signal("b", group="g"))
    assert [alert.count for alert in await kept(night)] == [2, 1]
    assert alerts_words(await night.picture()) == "3 alerts, 2 still firing"


async def test_the_same_alert_from_two_senders_at_once_is_one_incident(night: Night) -> None:
    requests = [alerts.receive(night.bot, [signal("a", group="g")], ALERTMANAGER, night.now) for _ in range(4)]
    results = [result for (result,) in await asyncio.gather(*requests)]
    assert {result.incident_number for result in results} == {1}
    assert sorted(result.action for result in results) == ["declared", "repeated", "repeated", "repeated"]
    assert [alert.count for alert in await kept(night)] == [4]


async def test_an_alert_that_fires_while_its_incident_is_being_closed_opens_a_new_one(night: Night) -> None:
    await take(night, signal("a", group="g"))
    locked = threading.Event()  # a unit of work is in a thread of its own

    async def close_slowly(tx: Tx) -> None:
        change = await load(night.bot, tx, 1, night.by("alice"), night.now, "resolve")
        await lifecycle.resolve_in(change, "restarted")
        locked.set()
        threading.Event().wait(0.2)

    closing = asyncio.create_task(night.bot.db.write(close_slowly))
    await asyncio.to_thread(locked.wait, 10)
    assert await take(night, signal("b", group="g")) == [(2, "declared")]
    await closing


async def test_a_storm_is_one_incident_with_every_alert_kept(night: Night) -> None:
    storm = [signal(str(number), group="g") for number in range(250)]
    results = await take(night, *storm)
    assert results == [(1, "declared"), *[(1, "joined")] * 249]
    assert len(await kept(night)) == 250
    assert night.outside.paged() == [("Alice", "slack"), ("Alice", "sms"), ("Alice", "email")]
    assert (await night.incident()).version < 20  # written once a slice, not once an alert
