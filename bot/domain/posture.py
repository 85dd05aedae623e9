"""The posture as the domain sees it: validated, resolved, immutable. `posture/` makes it from YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bot.domain import severity as sev
from bot.domain.component import HealthCheck, StatusPage
from bot.domain.escalation import Policy, Target, TargetKind, Tier
from bot.domain.oncall import Schedule
from bot.domain.policies import flattened
from bot.domain.remediation import Remedy
from bot.domain.routing import Route
from bot.domain.runbook import Runbook
from bot.domain.severity import ReminderRules, Severity

DEFAULT_SEVERITY = "SEV2"  # it pages (SPEC §2)
ROOM_PATTERN = "inc-{id}-{slug}"


@dataclass(frozen=True, slots=True)
class PersonDecl:
    """A person as the posture declares them."""

    handle: str
    name: str
    slack_id: str | None = None
    email: str | None = None
    phone: str | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Team:
    name: str
    members: tuple[str, ...]
    schedules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CanaryRules:
    """What a failed canary does (SPEC §10)."""

    severity: str = "SEV2"
    rollback: str = "offer"  # or `run`


@dataclass(frozen=True, slots=True)
class Service:
    name: str
    team: str | None = None
    policy: str | None = None
    runbook: str = ""  # a URL: the one that every page links to
    description: str = ""
    deployed: bool = True
    components: tuple[str, ...] = ()
    runbooks: tuple[str, ...] = ()  # all of them: names of the posture's, and URLs
    health_checks: tuple[HealthCheck, ...] = ()
    dependencies: tuple[str, ...] = ()  # services it cannot do without
    remediation: tuple[Remedy, ...] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict)  # whole rules, of those that it changes
    canary: CanaryRules | None = None  # None: the posture's
    reviewed: date | None = None  # when somebody last saw that all of this is still so


@dataclass(frozen=True, slots=True)
class PostmortemRules:
    sections: tuple[str, ...] = (
        "Summary", "Impact", "Timeline", "Root Cause", "Contributing Factors", "Resolution",
        "Action Items", "Lessons Learned",
    )  # fmt: skip
    due_business_days: int = 3
    min_action_items: int = 1
    reviewers: tuple[str, ...] = ()  # positions
    owners_required: bool = True  # of every action item
    deadlines_required: bool = True
    priorities_required: bool = False


@dataclass(frozen=True, slots=True)
class AlertRules:
    auto_resolve: bool = True
    quiet: timedelta = timedelta(minutes=2)  # all alerts must stay resolved this long
    routes: tuple[Route, ...] = ()  # the first that matches decides


@dataclass(frozen=True, slots=True)
class EmojiRules:
    ack: tuple[str, ...] = ("eyes", "white_check_mark")
    decline: tuple[str, ...] = ("x",)
    volunteer: tuple[str, ...] = ("medal", "military_medal", "sports_medal")
    pin: tuple[str, ...] = ("pushpin",)
    confirm: str = "white_check_mark"


@dataclass(frozen=True, slots=True)
class Posture:
    """Everything a team declared. Mappings are keyed by name."""

    people: Mapping[str, PersonDecl]
    positions: Mapping[str, tuple[str, ...]]
    teams: Mapping[str, Team]
    schedules: Mapping[str, Schedule]
    policies: Mapping[str, Policy]
    services: Mapping[str, Service]
    severities: Mapping[str, Severity] = field(default_factory=lambda: dict(sev.DEFAULTS))
    postmortem: PostmortemRules = PostmortemRules()
    reminders: ReminderRules = ReminderRules()
    alerts: AlertRules = AlertRules()
    emoji: EmojiRules = EmojiRules()
    status_page: StatusPage = StatusPage()
    canary: CanaryRules = CanaryRules()
    runbooks: Mapping[str, Runbook] = field(default_factory=dict)
    admins: tuple[str, ...] = ()
    default_service: str = ""
    default_severity: str = DEFAULT_SEVERITY
    room_pattern: str = ROOM_PATTERN
    bridge: str = ""  # where people meet when Slack is away: a call's address or number, in words
    version: int = 0  # the accepted posture row this was read from

    def severity_for(self, name: str, service: str = "") -> Severity | None:
        """The rules of a severity as a service has them; None where the posture has no such severity."""
        declared = self.services.get(service)
        own = declared.severities.get(name) if declared else None
        return own or self.severities.get(name)

    def policy_for(self, service: str, default_delay: timedelta, severity: str = "") -> Policy | None:
        """The policy that pages for a service at a severity; None where nobody is declared at all.

        The first that is declared: the service's for that severity, the service's, the severity's. Where none is:
        rotate through the owning team's schedules' assignees, then their `escalation_to`; without a schedule, the
        whole team (SPEC §7).
        """
        declared = self.services.get(service)
        if declared is None:
            return None
        team = self.teams.get(declared.team or "")
        if policy := self.policy_named(declared, severity):
            return bound(flattened(self.policies[policy], self.policies), team)
        if team is None:
            return None
        tiers = [tier for name in team.schedules for tier in self._rotate(name, default_delay)]
        if not tiers:
            tiers = [Tier((Target(TargetKind.TEAM, team.name),), default_delay)]
        return Policy(f"{service} (implied)", tuple(tiers))

    def policy_named(self, service: Service, severity: str = "") -> str | None:
        """The name of the policy that is declared for a service at a severity."""
        own, general = service.severities.get(severity), self.severities.get(severity)
        return (own and own.policy) or service.policy or (general and general.policy) or None

    def reminders_for(self, severity: Severity) -> ReminderRules:
        """How people are nudged about an incident of this severity."""
        return severity.reminders or self.reminders

    def _rotate(self, name: str, default_delay: timedelta) -> list[Tier]:
        schedule = self.schedules[name]
        delay = schedule.escalation_delay or default_delay
        tiers = [Tier((Target(TargetKind.SCHEDULE, name, offset),), delay) for offset in range(schedule.assignees)]
        if schedule.escalation_to is not None:
            kind = TargetKind.POSITION if schedule.escalation_to in self.positions else TargetKind.PERSON
            tiers.append(Tier((Target(kind, schedule.escalation_to),), delay))
        return tiers

    def most_urgent(self, severity: Severity) -> bool:
        """Whether none that pages is worse: SEV1, unless the posture lets only others page."""
        return severity.rank <= min((one.rank for one in self.severities.values() if one.pages), default=1)

    def team_of(self, service: str) -> Team | None:
        """The team that owns a service."""
        declared = self.services.get(service)
        return self.teams.get(declared.team) if declared and declared.team else None


def bound(policy: Policy, team: Team | None) -> Policy:
    """The policy as it is for a team: targets without a name mean the team that owns the service.

    `on-call` of a team that has no schedule means the whole team.
    """
    if team is None:
        return policy
    executive = _meant(policy.executive, team) if policy.executive else None
    tiers = tuple(
        replace(tier, targets=tuple(_meant(target, team) for target in tier.targets)) for tier in policy.tiers
    )
    return replace(policy, tiers=tiers, executive=executive)


def _meant(target: Target, team: Team) -> Target:
    if target.name:
        return target
    if target.kind is TargetKind.SCHEDULE and team.schedules:
        return replace(target, name=team.schedules[0])
    return replace(target, kind=TargetKind.TEAM, name=team.name, offset=0)
