"""What can break, as the domain has it: services with their severities, components, health checks and remedies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from bot.domain import posture as domain
from bot.domain.component import Component, HealthCheck, Provider, StatusPage
from bot.domain.remediation import Remedy, RemedyKind
from bot.domain.routing import Route
from bot.domain.runbook import Runbook, Step
from bot.domain.severity import DEFAULTS, ReminderRules, Severity, Urgency
from posture import model, services
from posture.section import Section
from posture.times import Aim

T = TypeVar("T")


def texts(names: Iterable[str]) -> tuple[str, ...]:
    """Each once, without their places."""
    return tuple(dict.fromkeys(str(name) for name in names))


def text(value: str | None) -> str | None:
    """A name or nothing, without its place."""
    return None if value is None else str(value)


def given(default: T, declared: Section, **others: Any) -> T:
    """The default with the keys that are declared over it, of those that the domain calls the same; then `others`."""
    names = {name for name in declared.model_fields_set if hasattr(default, name)}
    return replace(default, **({name: _plain(getattr(declared, name)) for name in names} | others))  # type: ignore[type-var]  # every default here is a dataclass


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return texts(value)
    if isinstance(value, Aim):
        return value.length
    return str(value) if isinstance(value, str) else value


class Severities:
    """The rules of a document's severities, and of its services'."""

    def __init__(self, document: model.Document) -> None:
        self.reminders = given(ReminderRules(), document.reminders)
        positions = {str(name) for name in document.positions}
        made = {
            name: replace(rules, notify_positions=tuple(p for p in rules.notify_positions if p in positions))
            for name, rules in DEFAULTS.items()  # positions that only a default names are not missed
        }
        for name, declared in document.severities.items():
            made[str(name)] = self.over(made.get(str(name)) or _new(str(name)), declared)
        self.all = dict(sorted(made.items()))

    def over(self, rules: Severity, declared: services.Severity) -> Severity:
        """The rules with what is declared over them."""
        changes: dict[str, Any] = {}
        if declared.description is not None:
            changes["meaning"] = str(declared.description)
        if declared.urgency is not None:
            changes["urgency"] = Urgency(declared.urgency)
        if declared.reminders is not None:
            changes["reminders"] = given(rules.reminders or self.reminders, declared.reminders)
        if declared.notify_positions is not None:
            told = declared.notify_positions
            changes["notify_positions"] = texts(one.position for one in told)
            changes["notify_by"] = tuple((str(one.position), one.notifiers) for one in told if one.notifiers)
        return given(rules, declared, **changes)

    def of(self, service: services.Service) -> dict[str, Severity]:
        """Those that a service changes. Their policy is the one it names for them alone."""
        return {
            str(name): self.over(replace(self.all[str(name)], policy=None), declared)
            for name, declared in service.severities.items()
        }


def _new(name: str) -> Severity:
    """What a severity of a posture's own is, where it is silent (SPEC §6)."""
    return Severity(
        name, name.lower(), "", Urgency.LOW, pages=False, commander=False, status_page=False, postmortem=True
    )


def services_of(document: model.Document, severities: Severities) -> dict[str, domain.Service]:
    """Every service, by name."""
    pages = {str(name): str(runbook.url or "") for name, runbook in document.runbooks.items()}
    rules = given(domain.CanaryRules(), document.canary)
    made = {}
    for key, service in document.services.items():
        name = str(key)
        named = texts([service.runbook, *service.runbooks] if service.runbook else service.runbooks)
        made[name] = domain.Service(
            name,
            text(service.owner),
            text(service.policy),
            next((found for one in named if (found := pages.get(one, one))), ""),
            str(service.description or ""),
            service.deployed is not False,
            texts(service.components),
            named,
            tuple(_health_checks(name, service)),
            texts(service.dependencies),
            tuple(_remedies(service.remediation)),
            severities.of(service),
            given(rules, service.canary) if service.canary else None,
            service.reviewed.day if service.reviewed else None,
        )
    return made


def _health_checks(name: str, service: services.Service) -> Iterator[HealthCheck]:
    for check, declared in service.health_checks.items():
        yield given(HealthCheck(str(check), name, str(declared.url)), declared)


def _remedies(declared: services.Remediation) -> Iterator[Remedy]:
    back = declared.rollback
    if back is not None:
        to = str(back.to or "the last release")
        yield Remedy(RemedyKind.ROLLBACK, to, str(back.how or ""), back.estimated_time)
    for breaker in declared.circuit_breaker:
        how, trips = str(breaker.how or ""), str(breaker.trips or "")
        yield Remedy(RemedyKind.CIRCUIT_BREAKER, str(breaker.name), how, trips=trips)
    for flag in declared.feature_flag:
        yield Remedy(RemedyKind.FEATURE_FLAG, str(flag.flag), str(flag.how or ""))


def runbooks(document: model.Document) -> dict[str, Runbook]:
    """Every runbook of the posture, by name."""
    return {
        str(name): given(Runbook(str(name)), one, steps=tuple(given(Step(""), step) for step in one.steps))
        for name, one in document.runbooks.items()
    }


def status_page(declared: services.StatusPage) -> StatusPage:
    """The page with its components; groups that no list names come in order of their first component."""
    components = {
        str(name): Component(
            str(name), str(one.name or name), str(one.group or ""), str(one.description or ""), text(one.health_check)
        )
        for name, one in declared.components.items()
    }
    groups = texts([*(declared.groups or ()), *(one.group for one in components.values() if one.group)])
    provider = Provider(declared.provider or Provider.BUILTIN)
    return given(StatusPage(), declared, provider=provider, groups=groups, components=components)


def alerts(declared: services.Alerts) -> domain.AlertRules:
    """What becomes of alerts, with the routes in their order."""
    routes = tuple(_route(route) for route in declared.routes)
    return given(domain.AlertRules(), declared, routes=routes)


def _route(declared: services.Route) -> Route:
    match = tuple((str(label), str(pattern)) for label, pattern in declared.match.items())
    return given(Route(), declared, match=match)
