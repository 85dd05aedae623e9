"""What the checks ask of a document: every name that it refers to, its rotations, and what its policies come to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from bot.domain.escalation import TargetKind
from bot.domain.policies import Outline
from posture.model import Document, Layer, Policy, Rotation
from posture.names import Names
from posture.services import Service, Severity
from posture.targets import Written
from posture.tree import Scalar

T = TypeVar("T")

#: A name where it is used, and the kind of thing it names.
Named = tuple[Scalar, str]


def references(document: Document) -> Iterator[Named]:
    """All of them, but for targets and `escalation_to`, which may name several kinds."""
    yield from _of("people", document.admins)
    for team in document.teams.values():
        yield from _of("people", team.members)
    for holders in document.positions.values():
        yield from _of("people", holders)
    for _, rotation in rotations(document):
        yield from _of("people", members(rotation.layers))
        yield from _of("holidays", (name for layer in rotation.layers for name in layer.holidays))
    for person in document.people.values():
        yield from _of("holidays", person.holidays)
    yield from _of("teams", (schedule.team for schedule in document.schedules.values()))
    yield from _of("positions", document.postmortem.reviewers)
    for rules in document.severities.values():
        yield from _of_severity(rules)
    for service in document.services.values():
        yield from _of_service(service)
    yield from _of("health_checks", (one.health_check for one in document.status_page.components.values()))
    for route in document.alerts.routes:
        yield from _of("services", [route.service])
        yield from _of("escalation_policies", [route.policy])
        yield from _of("runbooks", _runbooks([route.runbook]))
    yield from _of("services", [document.default_service])


def policies_used(document: Document) -> set[str]:
    """The policies that something other than a policy names."""
    return {str(name) for name, section in references(document) if section == "escalation_policies"}


def severities_used(document: Document) -> Iterator[Scalar]:
    """Every place that names a severity and does not declare it."""
    named: list[Scalar | None] = [document.default_severity, document.canary.severity]
    named += [route.severity for route in document.alerts.routes]
    for service in document.services.values():
        named += [*service.severities, service.canary.severity if service.canary else None]
        named += [check.severity for check in service.health_checks.values()]
    return (name for name in named if name is not None)


def rotations(document: Document) -> Iterator[tuple[Scalar, Rotation]]:
    """Every rotation with its name: those of teams first."""
    for name, team in document.teams.items():
        if team.rotation:
            yield name, team.rotation
    yield from document.schedules.items()


def members(layers: Iterable[Layer]) -> Iterator[Scalar]:
    """Who takes turns in them."""
    for layer in layers:
        yield from (member.person for member in layer.members)


def _of(section: str, names: Iterable[Scalar | None]) -> Iterator[Named]:
    return ((name, section) for name in names if name is not None)


def _of_severity(rules: Severity) -> Iterator[Named]:
    yield from _of("positions", (told.position for told in rules.notify_positions or ()))
    yield from _of("escalation_policies", [rules.policy])


def _of_service(service: Service) -> Iterator[Named]:
    yield from _of("teams", [service.owner])
    yield from _of("escalation_policies", [service.policy])
    yield from _of("components", service.components)
    yield from _of("runbooks", _runbooks([service.runbook, *service.runbooks]))
    yield from _of("services", service.dependencies)
    for rules in service.severities.values():
        yield from _of_severity(rules)


def _runbooks(named: Iterable[Scalar | None]) -> Iterator[Scalar]:
    """Those of the posture: an address is none."""
    return (name for name in named if name is not None and "/" not in name)


def whole(section: str, entries: Mapping[Scalar, T], names: Names) -> Iterator[tuple[Scalar, T]]:
    """Entries without a fault inside: what is absent from the others may be what was misspelt there."""
    return ((name, entry) for name, entry in entries.items() if (section, str(name)) not in names.faulty)


def targets_of(policy: Policy) -> list[Written]:
    """Every target of a policy, the fallback's included."""
    targets = [target for tier in policy.tiers for target in tier.targets]
    return targets + ([policy.fallback.executive] if policy.fallback and policy.fallback.executive else [])


def policies_within(policy: Policy) -> tuple[str, ...]:
    """The policies that a policy names."""
    return tuple(target.name for target in targets_of(policy) if target.kind is TargetKind.POLICY)


def outlines_of(document: Document) -> dict[str, Outline]:
    """Every policy from afar; a silent one has two tiers."""
    return {
        str(name): Outline(len(policy.tiers) or 2, policies_within(policy))
        for name, policy in document.escalation_policies.items()
    }


def has_schedule(document: Document, names: Names, team: Scalar) -> bool:
    """Whether somebody is on call for a team; one that has a fault is told of already."""
    if ("teams", str(team)) in names.faulty or team not in names.declared["teams"]:
        return True
    owned = any(schedule.team == team for schedule in document.schedules.values())
    return owned or team in names.own_schedules
