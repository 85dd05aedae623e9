"""A checked document to the domain's `Posture`: shorthands written out, defaults filled in, names resolved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

from bot.domain import posture as domain
from bot.domain.escalation import DEFAULT_REPEAT_CYCLES, Policy, Target, TargetKind, Tier, fill_timeouts
from bot.domain.oncall import Schedule
from bot.domain.severity import DEFAULTS, ReminderRules, Severity, Urgency
from posture import model
from posture.names import Names
from posture.rotas import Rotas
from posture.targets import Written

T = TypeVar("T")

#: A policy that names no tiers (SPEC §16: a silent policy is on call, then the whole team).
_SILENT = ((Target(TargetKind.SCHEDULE, ""),), (Target(TargetKind.TEAM, ""),))


def build(document: model.Document, names: Names, zone: str) -> domain.Posture:
    """The posture a document without errors declares; `zone` is that of rotations which name none."""
    teams = {str(name): _members(team) for name, team in document.teams.items()}
    schedules = Rotas(document, zone).schedules(teams)
    services = {str(name): _service(str(name), service) for name, service in document.services.items()}
    return domain.Posture(
        people={str(handle): _person(str(handle), person) for handle, person in document.people.items()},
        positions={str(name): _texts(holders) for name, holders in document.positions.items()},
        teams={name: domain.Team(name, members, _of_team(name, schedules)) for name, members in teams.items()},
        schedules=schedules,
        policies={str(n): _policy(str(n), policy, names) for n, policy in document.escalation_policies.items()},
        services=services,
        severities=_severities(document),
        postmortem=_postmortem(document.postmortem),
        reminders=_given(ReminderRules(), document.reminders),
        alerts=_given(domain.AlertRules(), document.alerts),
        emoji=_given(domain.EmojiRules(), document.emoji),
        admins=_texts(document.admins),
        default_service=str(document.default_service or next(iter(services), "")),
        default_severity=str(document.default_severity or domain.DEFAULT_SEVERITY),
        room_pattern=str(document.room_name or domain.ROOM_PATTERN),
        bridge=str(document.bridge or ""),
    )


def _texts(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(name) for name in names))


def _text(value: str | None) -> str | None:
    return None if value is None else str(value)


def _person(handle: str, person: model.Person) -> domain.PersonDecl:
    return domain.PersonDecl(
        handle, str(person.name or handle), _text(person.slack), _text(person.email), _text(person.phone),
        _text(person.zone),
    )  # fmt: skip


def _members(team: model.Team) -> tuple[str, ...]:
    """Those declared; where a team has only a rotation, those who take turns in it."""
    layers = team.rotation.layers if team.rotation else []
    return _texts(team.members or [member.person for layer in layers for member in layer.members])


def _of_team(name: str, schedules: dict[str, Schedule]) -> tuple[str, ...]:
    """Its own rotation first: that is who `on-call` means."""
    owned = [schedule.name for schedule in schedules.values() if schedule.team == name]
    return tuple(sorted(owned, key=lambda schedule: schedule != name))


def _policy(name: str, policy: model.Policy, names: Names) -> Policy:
    written = [tuple(_target(target, names) for target in tier.targets) for tier in policy.tiers]
    targets = tuple(written) or _SILENT
    timeouts = fill_timeouts([tier.timeout for tier in policy.tiers if tier.timeout], len(targets))
    tiers = tuple(Tier(who, timeout) for who, timeout in zip(targets, timeouts, strict=True))
    cycles = DEFAULT_REPEAT_CYCLES if policy.repeat_cycles is None else policy.repeat_cycles
    last = policy.fallback.executive if policy.fallback else None
    return Policy(name, tiers, cycles, _target(last, names) if last else None, policy.ack_timeout)


def _target(written: Written, names: Names) -> Target:
    kind = names.meant(written)
    assert isinstance(kind, TargetKind)  # a finding would have stopped us
    return written.target(kind)


def _service(name: str, service: model.Service) -> domain.Service:
    return domain.Service(
        name, _text(service.owner), _text(service.policy), str(service.runbook or ""), str(service.description or ""),
        service.deployed,
    )  # fmt: skip


def _severities(document: model.Document) -> dict[str, Severity]:
    """The defaults with what is declared over them. Positions that only a default names are not missed."""
    positions = {str(name) for name in document.positions}
    result = {
        name: replace(rules, notify_positions=tuple(p for p in rules.notify_positions if p in positions))
        for name, rules in DEFAULTS.items()
    }
    for key, declared in document.severities.items():
        name = str(key)
        result[name] = _given(result.get(name) or _new_severity(name), declared)
    return dict(sorted(result.items()))


def _new_severity(name: str) -> Severity:
    """What a severity of a posture's own is, where it is silent (SPEC §6)."""
    return Severity(
        name, name.lower(), "", Urgency.LOW, pages=False, commander=False, status_page=False, postmortem=True
    )


def _postmortem(rules: model.Postmortem) -> domain.PostmortemRules:
    default = domain.PostmortemRules()
    return domain.PostmortemRules(
        sections=_texts(rules.sections or default.sections),
        due_business_days=rules.due_within or default.due_business_days,
        min_action_items=default.min_action_items if rules.action_items.min is None else rules.action_items.min,
        reviewers=_texts(rules.reviewers),
    )


def _given(default: T, declared: model.Section) -> T:
    """The default with the keys that are declared over it; the names of both are the same."""
    changes = {name: _plain(getattr(declared, name)) for name in declared.model_fields_set}
    if isinstance(default, Severity) and "urgency" in changes:
        changes["urgency"] = Urgency(changes["urgency"])
    return replace(default, **changes)  # type: ignore[type-var]  # every default here is a dataclass


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return _texts(value)
    return str(value) if isinstance(value, str) else value
