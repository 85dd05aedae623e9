"""Escalation policies as they really page: bound to the teams they page for, each once, with the services behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.escalation import Policy
from bot.domain.posture import Posture


@dataclass(frozen=True, slots=True)
class Effective:
    """A policy and what it pages for: services, each with the severities in question."""

    policy: Policy
    services: tuple[str, ...]


def effective(posture: Posture, default_delay: timedelta, severity: str = "") -> list[Effective]:
    """What pages for each service at a severity (empty: where a severity does not matter), in the posture's order.

    One policy may mean other people for another team; then its name says which. What is implied has the team's name.
    """
    found: dict[Policy, list[str]] = {}
    for name, service in posture.services.items():
        policy = posture.policy_for(name, default_delay, severity)
        if policy is None:
            continue
        if posture.policy_named(service, severity) is None:
            policy = replace(policy, name=f"{service.team} (implied)")
        found.setdefault(policy, []).append(name)
    names = [policy.name for policy in found]
    return [
        Effective(policy if names.count(policy.name) == 1 else _told_apart(posture, policy, of[0]), tuple(of))
        for policy, of in found.items()
    ]


def _told_apart(posture: Posture, policy: Policy, service: str) -> Policy:
    team = posture.team_of(service)
    return replace(policy, name=f"{policy.name} ({team.name if team else service})")


def retold(posture: Posture, default_delay: timedelta) -> list[Effective]:
    """Every policy that pages for some service at some severity, the general ones first; none twice."""
    known: dict[str, Effective] = {}
    for severity in ["", *posture.severities]:
        for one in effective(posture, default_delay, severity):
            before = known.get(one.policy.name)
            services = (*before.services, *one.services) if before else one.services
            known[one.policy.name] = Effective(one.policy, tuple(dict.fromkeys(services)))
    return list(known.values())
