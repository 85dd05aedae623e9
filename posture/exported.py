"""A posture as other pagers and status pages read it: PagerDuty's and Opsgenie's JSON, and status components.

Field names are those of PagerDuty's REST API v2 (escalation policies), Opsgenie's REST API v2 (escalations).
Ids that only the provider knows stand as `{{resolve:KIND:NAME}}`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.domain.component import Component
from bot.domain.effective import Effective, retold
from bot.domain.escalation import Policy, Target, TargetKind, Tier
from bot.domain.posture import PersonDecl, Posture

Json = dict[str, Any]

#: How often PagerDuty and Opsgenie repeat a policy at most.
MOST_LOOPS, MOST_REPEATS = 9, 20
#: Said in what is pushed, so that what the posture retires can be told from what others made.
MARK = "Written from the posture by Tocsin; changes made here are overwritten."


@dataclass(slots=True)
class Exported:
    """A document, and what it could not say, in sentences."""

    document: Json
    remarks: list[str] = field(default_factory=list)


def pagerduty(posture: Posture, default_delay: timedelta) -> Exported:
    """Escalation policies, and the services that they page for."""
    remarks: list[str] = []
    known = [(one, _policy(posture, one, remarks)) for one in retold(posture, default_delay)]
    policies = [one for one, made in known if made["escalation_rules"]]
    remarks += [
        f"{one.policy.name} pages nobody that PagerDuty knows: left out." for one, _ in known if one not in policies
    ]
    if policies:
        remarks.append("PagerDuty has no fallback: after the last repeat it pages nobody more.")
    document = {
        "escalation_policies": [made for one, made in known if one in policies],
        "services": [_service(posture, service, one) for one in policies for service in _first(policies, one)],
    }
    return Exported(document, remarks)


def _first(policies: list[Effective], one: Effective) -> list[str]:
    """The services whose general policy this is: PagerDuty gives each one policy."""
    earlier = {service for before in policies[: policies.index(one)] for service in before.services}
    return [service for service in one.services if service not in earlier]


def _policy(posture: Posture, one: Effective, remarks: list[str]) -> Json:
    policy = one.policy
    if policy.repeat_cycles > MOST_LOOPS:
        remarks.append(f"PagerDuty repeats {MOST_LOOPS} times at most, {policy.name} says {policy.repeat_cycles}.")
    rules = [_rule(posture, policy, tier, remarks) for tier in policy.tiers]
    return {
        "type": "escalation_policy",
        "name": policy.name,
        "description": f"{_for(one)} {MARK}",
        "escalation_rules": [rule for rule in rules if rule["targets"]],
        "num_loops": min(policy.repeat_cycles, MOST_LOOPS),
    }


def _for(one: Effective) -> str:
    return f"Pages for {', '.join(one.services)}."


def _rule(posture: Posture, policy: Policy, tier: Tier, remarks: list[str]) -> Json:
    targets = [_reference(kind, name, shown) for kind, name, shown in _meant(posture, policy, tier, remarks)]
    return {"escalation_delay_in_minutes": _minutes(tier.timeout), "targets": targets}


def _reference(kind: str, name: str, shown: str) -> Json:
    return {"id": f"{{{{resolve:{kind}:{name}}}}}", "type": f"{kind}_reference", "summary": shown}


def _service(posture: Posture, name: str, one: Effective) -> Json:
    reference = _reference("escalation_policy", one.policy.name, one.policy.name)
    description = " ".join(part for part in (posture.services[name].description, MARK) if part)
    return {"type": "service", "name": name, "description": description, "escalation_policy": reference}


def opsgenie(posture: Posture, default_delay: timedelta) -> Exported:
    """Escalations: every recipient is a rule of its own, with its delay from the beginning."""
    made = Exported({})
    made.document = {"escalations": [_escalation(posture, one, made.remarks) for one in retold(posture, default_delay)]}
    return made


def _escalation(posture: Posture, one: Effective, remarks: list[str]) -> Json:
    policy, rules, delay = one.policy, list[Json](), timedelta()
    for tier in policy.tiers:
        for kind, name, _ in _meant(posture, policy, tier, remarks):
            key = "username" if kind == "user" else "name"
            recipient = {"type": kind, "id": f"{{{{resolve:{kind}:{name}}}}}", key: name}
            wait = {"timeAmount": _minutes(delay), "timeUnit": "minutes"}
            rules.append({"condition": "if-not-acked", "notifyType": "default", "delay": wait, "recipient": recipient})
        delay += tier.timeout
    made: Json = {"name": policy.name, "description": f"{_for(one)} {MARK}", "rules": rules}
    if policy.repeat_cycles and policy.tiers:
        last = _minutes(policy.tiers[-1].timeout)
        count = min(policy.repeat_cycles, MOST_REPEATS)
        made["repeat"] = {"waitInterval": last, "count": count, "resetRecipientStates": True}
    return made


def _minutes(span: timedelta) -> int:
    """Whole minutes, rounded up: nobody is passed over sooner than the posture says."""
    return math.ceil(span / timedelta(minutes=1))


Meant = tuple[str, str, str]  # kind, name at the provider, name for people


def _meant(posture: Posture, policy: Policy, tier: Tier, remarks: list[str]) -> list[Meant]:
    """Whom a tier means, as a schedule or as users; none twice."""
    found = (one for target in tier.targets for one in _of_target(posture, policy, target, remarks))
    return list(dict.fromkeys(found))


def _of_target(posture: Posture, policy: Policy, target: Target, remarks: list[str]) -> Iterator[Meant]:
    if target.kind is TargetKind.SCHEDULE and not target.offset:
        yield "schedule", target.name, target.name
    elif target.kind is TargetKind.SCHEDULE:
        remarks.append(f"{policy.name} pages the next in line of {target.name}, which has no equal there: left out.")
    elif target.kind is TargetKind.USER_GROUP:
        remarks.append(f"{policy.name} pages the user group {target.name}, which only Slack knows: left out.")
    else:
        yield from _users(posture, _handles(posture, target))


def _handles(posture: Posture, target: Target) -> Iterable[str]:
    if target.kind is TargetKind.POSITION:
        return posture.positions.get(target.name, ())
    if target.kind is TargetKind.TEAM:
        team = posture.teams.get(target.name)
        return team.members if team else ()
    return (target.name,)


def _users(posture: Posture, handles: Iterable[str]) -> Iterator[Meant]:
    for handle in handles:
        person = posture.people.get(handle) or PersonDecl(handle, handle)
        yield "user", person.email or person.name, person.name


def components(posture: Posture) -> Exported:
    """The status page's components in their groups; those without one stand beside them."""
    page = posture.status_page
    named = dict.fromkeys([*page.groups, *(one.group for one in page.components.values() if one.group)])
    wait = _short(page.min_duration)
    groups = [{"name": group, "components": [_component(one, wait) for one in page.of_group(group)]} for group in named]
    alone = [_component(one, wait) for one in page.of_group("")]
    document = {"provider": page.provider.value, "page_id": page.page_id, "auto_update": page.auto_update}
    return Exported({**document, "groups": groups, "components": alone})


def _component(one: Component, wait: str) -> Json:
    return {
        "id": one.name,
        "name": one.title,
        "description": one.description,
        "health_check_ref": one.health_check,
        "min_duration_before_update": wait,
    }


def _short(span: timedelta) -> str:
    """As postures write it: `5m`, `90s`."""
    seconds = int(span.total_seconds())
    return f"{seconds // 60}m" if seconds % 60 == 0 else f"{seconds}s"
