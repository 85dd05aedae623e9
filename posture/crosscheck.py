"""What no key can say by itself: names that lead nowhere, tiers that page nobody, addresses given twice.

Each check reads the whole document and yields findings; `CHECKS` is the list of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from bot.domain import severity
from bot.domain.policies import MOST_DEEP, MOST_TIERS, Outline, circles, inside, measured, oversized
from posture.check_contacts import contact_checks
from posture.check_coverage import coverage_checks
from posture.check_services import service_checks
from posture.findings import Finding, finding, nearest
from posture.model import Document
from posture.named import (
    has_schedule,
    members,
    outlines_of,
    policies_used,
    policies_within,
    references,
    rotations,
    severities_used,
    targets_of,
    whole,
)
from posture.names import Names
from posture.services import Service
from posture.tree import Scalar, twice
from posture.values import ON_CALL

_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)


def crosscheck(document: Document, names: Names, zone: str, now: datetime) -> Iterator[Finding]:
    """Every finding about how the parts of a document fit together; `zone` is that of rotations which name none."""
    for check in CHECKS:
        yield from check(document, names)
    yield from contact_checks(document, names)
    yield from service_checks(document, names, now.date())
    yield from coverage_checks(document, names, zone, now)


def _references(document: Document, names: Names) -> Iterator[Finding]:
    for reference, section in references(document):
        if unknown := names.unknown(reference, section):
            yield unknown


def _targets(document: Document, names: Names) -> Iterator[Finding]:
    for policy in document.escalation_policies.values():
        for target in targets_of(policy):
            meant = names.meant(target)
            if isinstance(meant, Finding):
                yield meant


def _endless(document: Document, _: Names) -> Iterator[Finding]:
    outlines = outlines_of(document)
    endless = circles(outlines)
    for name in document.escalation_policies:
        for circle in endless:
            if name in circle:
                others = circle - {name}
                through = f", by way of `{min(others)}`" if others else ""
                yield finding("INC211", name.mark, f"`{name}` is inside itself{through}.", "Take one out of the other.")
    large = set(oversized(outlines)) if not endless else set()
    for name in document.escalation_policies:
        if name in large:
            message = f"`{name}` has more than {MOST_TIERS} tiers with those of the policies within it."
            if measured(outlines)[name].deep > MOST_DEEP:
                message = f"`{name}` has more than {MOST_DEEP} policies within one another."
            yield finding("INC211", name.mark, message, "Name fewer of them.")


def _escalation_to(document: Document, names: Names) -> Iterator[Finding]:
    for _, rotation in rotations(document):
        name = rotation.escalation_to
        if name is None:
            continue
        known = [section for section in ("people", "positions") if name in names.declared[section]]
        if not known:
            everyone = names.declared["people"] | names.declared["positions"]
            fix = nearest(name, everyone, "Name somebody under `people` or `positions`.")
            yield finding("INC207", name.mark, f"`{name}` is no person and no position.", fix)
        elif len(known) > 1:
            yield finding("INC208", name.mark, f"`{name}` is a person and a position.", "Rename one of the two.")


def _timeouts(document: Document, names: Names) -> Iterator[Finding]:
    for name, policy in whole("escalation_policies", document.escalation_policies, names):
        given = [tier for tier in policy.tiers if tier.timeout is not None]
        if given and len(given) < len(policy.tiers):
            message = f"`{name}` gives {len(given)} timeouts for {len(policy.tiers)} tiers."
            yield finding("INC004", name.mark, message, "Give every tier a `timeout`, or none.")


def _on_call_somewhere(document: Document, names: Names) -> Iterator[Finding]:
    """A policy that says `on-call` or `team` needs an owner that has them."""
    outlines = outlines_of(document)
    said_by: dict[str, set[Scalar]] = {}
    for _, service in whole("services", document.services, names):
        for policy in [service.policy, *(rules.policy for rules in service.severities.values())]:
            if policy is None:
                continue
            if str(policy) not in said_by:
                said_by[str(policy)] = _relative(document, policy, outlines)
            relative = said_by[str(policy)]
            if relative and (message := _unowned(document, names, service, policy, relative)):
                with_owner = "Give the team a `rotation`, or name a schedule."
                fix = with_owner if service.owner else "Add `owner: …`, or name a schedule in the policy."
                yield finding("INC209", policy.mark, message, fix)


def _unowned(document: Document, names: Names, service: Service, policy: Scalar, relative: set[Scalar]) -> str:
    said = " and ".join(f"`{text}`" for text in sorted(relative))
    if service.owner is None:
        return f"`{policy}` pages {said}, and this service has no owner."
    if any(text.startswith(ON_CALL) for text in relative) and not has_schedule(document, names, service.owner):
        return f"`{policy}` pages {said}, and team `{service.owner}` has no rotation."
    return ""


def _relative(document: Document, policy: Scalar, outlines: Mapping[str, Outline]) -> set[Scalar]:
    """Targets that mean the owner of the service, in the policy or in one within it."""
    named = {str(policy)} | inside(str(policy), outlines)
    policies = [one for name, one in document.escalation_policies.items() if name in named]
    return {target.text for one in policies for target in targets_of(one) if not target.name}


def _somebody_to_page(document: Document, names: Names) -> Iterator[Finding]:
    for name, service in whole("services", document.services, names):
        if service.owner is None and service.policy is None:
            yield finding("INC104", name.mark, f"`{name}` has no owner and no policy.", "Add `owner: …`, a team.")
    for name, team in whole("teams", document.teams, names):
        if not team.members and not any(members(team.rotation.layers if team.rotation else [])):
            yield finding("INC104", name.mark, f"Team `{name}` has no members.", "Add `members: [alice, bob]`.")
    for name, schedule in whole("schedules", document.schedules, names):
        if schedule.team is None and not schedule.source and not all(layer.members for layer in schedule.layers):
            yield finding("INC104", name.mark, f"`{name}` has a rotation without members.", "Add `members: [alice]`.")


def _same_schedule(document: Document, names: Names) -> Iterator[Finding]:
    teams = {str(name): name for name in document.teams}
    for name in document.schedules:
        if name in names.own_schedules and name in teams:
            yield twice(name, teams[name].mark)


def _handoffs(document: Document, _: Names) -> Iterator[Finding]:
    for layer in (layer for _, rotation in rotations(document) for layer in rotation.layers):
        period = layer.rotation_period.length if layer.rotation_period else _WEEK
        if layer.handoff and layer.handoff.weekday is not None and period % _WEEK:
            message = "A handoff on a weekday needs a period of whole weeks."
            yield finding(
                "INC108", layer.handoff.mark, message, "Leave the weekday out, or write `rotation_period: 7d`."
            )
        if layer.rotation_period and period < _DAY and _DAY % period:
            message = "This period does not divide a day, so that handovers come at different times every day."
            yield finding("INC305", layer.rotation_period.mark, message, "Write 1h, 2h, 3h, 4h, 6h, 8h or 12h.")


def _severities(document: Document, _: Names) -> Iterator[Finding]:
    known = {str(key) for key in document.severities} | set(severity.DEFAULTS)
    for name in severities_used(document):
        if name not in known:
            yield finding("INC113", name.mark, f"The severity `{name}` is not declared.", nearest(name, known))


def _addresses(document: Document, _: Names) -> Iterator[Finding]:
    for what in ("slack", "email", "phone"):
        seen: dict[str, Scalar] = {}
        for handle, person in document.people.items():
            address = getattr(person, what)
            if address is None:
                continue
            owner = seen.setdefault(address.lower(), handle)
            if owner is not handle:
                message = f"`{address}` is the {what} of `{owner}` too ({owner.mark.file}:{owner.mark.line})."
                yield finding("INC210", address.mark, message, "Give each person their own.")


def _reachable(document: Document, names: Names) -> Iterator[Finding]:
    for handle, person in whole("people", document.people, names):
        if not (person.slack or person.email or person.phone):
            message = f"`{handle}` cannot be reached by anything."
            yield finding("INC301", handle.mark, message, 'Add `slack: U…`, `email: …` or `phone: "+…"`.')


def _outsiders(document: Document, names: Names) -> Iterator[Finding]:
    teams = {str(name): team for name, team in whole("teams", document.teams, names) if team.members}
    owned = [(name, str(name), team.rotation) for name, team in document.teams.items() if team.rotation]
    owned += [(name, str(schedule.team), schedule) for name, schedule in document.schedules.items()]
    for name, owner, rotation in owned:
        team = teams.get(owner)
        for member in members(rotation.layers) if team else ():
            if team and member not in team.members and member in names.declared["people"]:
                message = f"`{member}` is in the rotation of `{name}` and not in the team `{owner}`."
                yield finding("INC302", member.mark, message, f"Add `{member}` to the team's `members`.")


def _anybody(_: Document, names: Names) -> Iterator[Finding]:
    missing = [
        section for section in ("people", "services") if not names.declared[section] and section not in names.unread
    ]
    if missing:
        message = f"No {' and no '.join(missing)} are declared, so nobody can be paged."
        yield finding("INC303", names.top, message, f"Add {' and '.join(f'`{section}:`' for section in missing)}.")


def _unused(document: Document, names: Names) -> Iterator[Finding]:
    used = policies_used(document)
    used |= {one for policy in document.escalation_policies.values() for one in policies_within(policy)}
    if any(section == "services" for section, _ in names.faulty):
        return  # the one that uses it may be among them
    for name in document.escalation_policies:
        if name not in used:
            message = f"No service uses the policy `{name}`."
            yield finding("INC304", name.mark, message, f"Write `policy: {name}` under a service, or remove it.")


CHECKS: tuple[Callable[[Document, Names], Iterator[Finding]], ...] = (
    _references, _targets, _endless, _escalation_to, _timeouts, _on_call_somewhere, _somebody_to_page, _same_schedule,
    _handoffs, _severities, _addresses, _reachable, _outsiders, _anybody, _unused,
)  # fmt: skip
