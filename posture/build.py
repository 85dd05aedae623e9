"""A checked document to the domain's `Posture`: shorthands written out, defaults filled in, names resolved."""

from __future__ import annotations

from bot.domain import posture as domain
from bot.domain.escalation import DEFAULT_REPEAT_CYCLES, Policy, Target, TargetKind, Tier, fill_timeouts
from bot.domain.oncall import Schedule
from posture import model
from posture.build_services import Severities, alerts, given, runbooks, services_of, status_page, text, texts
from posture.names import Names
from posture.rotas import Rotas
from posture.targets import Written

#: A policy that names no tiers (SPEC §16: a silent policy is on call, then the whole team).
_SILENT = ((Target(TargetKind.SCHEDULE, ""),), (Target(TargetKind.TEAM, ""),))


def build(document: model.Document, names: Names, zone: str) -> domain.Posture:
    """The posture a document without errors declares; `zone` is that of rotations which name none."""
    teams = {str(name): _members(team) for name, team in document.teams.items()}
    schedules = Rotas(document, zone).schedules(teams)
    severities = Severities(document)
    services = services_of(document, severities)
    return domain.Posture(
        people={str(handle): _person(str(handle), person) for handle, person in document.people.items()},
        positions={str(name): texts(holders) for name, holders in document.positions.items()},
        teams={name: domain.Team(name, members, _of_team(name, schedules)) for name, members in teams.items()},
        schedules=schedules,
        policies={str(n): _policy(str(n), policy, names) for n, policy in document.escalation_policies.items()},
        services=services,
        severities=severities.all,
        postmortem=_postmortem(document.postmortem),
        reminders=severities.reminders,
        alerts=alerts(document.alerts),
        emoji=given(domain.EmojiRules(), document.emoji),
        status_page=status_page(document.status_page),
        canary=given(domain.CanaryRules(), document.canary),
        runbooks=runbooks(document),
        admins=texts(document.admins),
        default_service=str(document.default_service or next(iter(services), "")),
        default_severity=str(document.default_severity or domain.DEFAULT_SEVERITY),
        room_pattern=str(document.room_name or domain.ROOM_PATTERN),
        bridge=str(document.bridge or ""),
    )


def _person(handle: str, person: model.Person) -> domain.PersonDecl:
    return domain.PersonDecl(
        handle, str(person.name or handle), text(person.slack), text(person.email), text(person.phone),
        text(person.zone),
    )  # fmt: skip


def _members(team: model.Team) -> tuple[str, ...]:
    """Those declared; where a team has only a rotation, those who take turns in it."""
    layers = team.rotation.layers if team.rotation else []
    return texts(team.members or [member.person for layer in layers for member in layer.members])


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


def _postmortem(rules: model.Postmortem) -> domain.PostmortemRules:
    default, items = domain.PostmortemRules(), rules.action_items
    return domain.PostmortemRules(
        sections=texts(rules.sections or default.sections),
        due_business_days=rules.due_within or default.due_business_days,
        min_action_items=default.min_action_items if items.min is None else items.min,
        reviewers=texts(rules.reviewers),
        owners_required=items.owners is not False,
        deadlines_required=items.deadlines is not False,
        priorities_required=items.priorities is True,
    )
