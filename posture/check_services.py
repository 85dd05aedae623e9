"""Checks of what can break: is it paged for, answered for, shown to customers, and looked at from time to time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from bot.domain.escalation import TargetKind
from bot.domain.policies import circles, inside, measured
from bot.domain.routing import Route
from bot.domain.severity import DEFAULTS
from posture.findings import Finding, Mark, finding
from posture.model import Document
from posture.named import has_schedule, members, outlines_of, targets_of, whole
from posture.names import Names
from posture.services import Service, Severity
from posture.tree import Scalar, twice
from posture.values import ON_CALL

#: Severities that a policy must be able to climb for (SPEC §16, INC001).
_URGENT = ("SEV1", "SEV2")
_REVIEW_EVERY = timedelta(weeks=26)


def service_checks(document: Document, names: Names, today: date) -> Iterator[Finding]:
    """Every finding about services and what belongs to them."""
    for check in CHECKS:
        yield from check(document, names)
    yield from _reviews(document, today)


def _climbs(document: Document, names: Names) -> Iterator[Finding]:
    """A policy that is declared with one tier has nobody to climb to."""
    outlines = outlines_of(document)
    sizes = {} if circles(outlines) else measured(outlines)  # endless ones are told of already
    paging: dict[str, list[str]] = {}
    for name, service in whole("services", document.services, names):
        for urgent in _URGENT:
            policy = _policy(document, service, urgent)
            if policy is not None and _pages(document, service, urgent):
                paging.setdefault(str(policy), []).append(f"{urgent} of `{name}`")
    for name, _ in whole("escalation_policies", document.escalation_policies, names):
        if name in paging and name in sizes and sizes[str(name)].tiers < 2:
            said = paging[name]
            others = f" and {len(said) - 1} more" if len(said) > 1 else ""
            message = f"`{name}` pages for {said[0]}{others}, and has one tier."
            yield finding("INC001", name.mark, message, "Add a tier for when nobody answers, such as `team`.")


def _climbs_unasked(document: Document, names: Names) -> Iterator[Finding]:
    """Without a policy a service pages its rotation in turn: one person is one tier. Judged where it is deployed."""
    for name, service in whole("services", document.services, names):
        paging = [one for one in _URGENT if _pages(document, service, one) and not _policy(document, service, one)]
        if not service.deployed or not paging or service.owner is None or ("teams", str(service.owner)) in names.faulty:
            continue
        team = next((team for key, team in document.teams.items() if key == service.owner), None)
        rotation = team.rotation if team else None
        if team is None or rotation is None or rotation.source or rotation.escalation_to:
            continue
        turning = {str(member) for member in members(rotation.layers)} or {str(member) for member in team.members}
        if len(turning) == 1 and not any(schedule.team == service.owner for schedule in document.schedules.values()):
            message = f"`{name}` pages `{min(turning)}` and nobody after them."
            yield finding("INC001", name.mark, message, "Name a `policy`, or an `escalation_to` of the rotation.")


def _policy(document: Document, service: Service, name: str) -> Scalar | None:
    own, general = service.severities.get(_key(name)), document.severities.get(_key(name))
    return (own and own.policy) or service.policy or (general and general.policy) or None


def _pages(document: Document, service: Service, name: str) -> bool:
    declared = [service.severities.get(_key(name)), document.severities.get(_key(name))]
    said = [rules.pages for rules in declared if rules is not None and rules.pages is not None]
    return said[0] if said else DEFAULTS[name].pages


def _key(name: str) -> Scalar:
    return Scalar(name, Mark("", 0, 0))


def _on_call(document: Document, names: Names) -> Iterator[Finding]:
    for name, service in whole("services", document.services, names):
        if service.deployed and not _somebody_on_call(document, names, service):
            message = f"`{name}` is deployed, and nobody is on call for it."
            yield finding("INC002", name.mark, message, "Give its team a `rotation`, or page a schedule in its policy.")


def _somebody_on_call(document: Document, names: Names, service: Service) -> bool:
    owned = service.owner is not None and has_schedule(document, names, service.owner)
    if service.policy is None or owned:
        return owned
    policies = {str(name): policy for name, policy in document.escalation_policies.items()}
    named = {str(service.policy)} | inside(str(service.policy), outlines_of(document))  # of few: most have an owner
    if not named <= set(policies) or any(("escalation_policies", one) in names.faulty for one in named):
        return True  # told already
    targets = [target for one in named for target in targets_of(policies[one])]
    if any(target.text.startswith(ON_CALL) for target in targets):
        return True  # INC209 says it
    return any(
        names.meant(target) is TargetKind.SCHEDULE or not policies[one].tiers for one in named for target in targets
    )


def _answered(document: Document, _: Names) -> Iterator[Finding]:
    for _where, rules in _declared(document, "SEV1"):
        if rules.response is not None and rules.response.length is None:
            message = "SEV1 has no response time: nobody is promised when it is answered."
            yield finding("INC003", rules.response.mark, message, "Write `response: 5m`.")


def _declared(document: Document, name: str) -> Iterator[tuple[str, Severity]]:
    everywhere: list[Mapping[Scalar, Severity]] = [document.severities]
    everywhere += [service.severities for service in document.services.values()]
    for severities in everywhere:
        yield from ((str(key), rules) for key, rules in severities.items() if key == name)


def _action_items(document: Document, _: Names) -> Iterator[Finding]:
    rules = document.postmortem
    for section in rules.sections or ():
        if section.lower() == "action items" and rules.action_items.min == 0:
            message = "Every postmortem has this section, and `action_items` asks for none."
            yield finding("INC005", section.mark, message, "Write `action_items: {min: 1}`, or leave the section out.")


def _deployed(document: Document, names: Names) -> Iterator[Finding]:
    for name, service in whole("services", document.services, names):
        if service.deployed and not service.components:
            message = f"`{name}` is deployed, and customers see nothing of it."
            yield finding("INC307", name.mark, message, "Add `components: […]`, declared under `status_page`.")
        if service.deployed and not (service.runbook or service.runbooks):
            message = f"`{name}` is deployed, and nobody has written down what to do when it breaks."
            yield finding("INC308", name.mark, message, "Add `runbook: https://…`.")


def _components(document: Document, names: Names) -> Iterator[Finding]:
    page = document.status_page
    shown = {component for service in document.services.values() for component in service.components}
    faulty = any(section == "services" for section, _ in names.faulty)
    for name, component in whole("components", page.components, names):
        if component.health_check is None:
            message = f"Nothing says how `{name}` is."
            yield finding("INC309", name.mark, message, "Add `health_check: …`, one of a service's `health_checks`.")
        if name not in shown and not faulty:
            message = f"No service has the component `{name}`, so no incident changes it."
            yield finding("INC310", name.mark, message, f"Write `components: [{name}]` under a service.")
        if component.group is not None and page.groups is not None and component.group not in page.groups:
            message = f"There is no group `{component.group}`."
            yield finding("INC216", component.group.mark, message, "Add it to `groups`, or leave `groups` out.")


def _health_checks(document: Document, _: Names) -> Iterator[Finding]:
    """A component says which it means by its name alone."""
    seen: dict[str, Scalar] = {}
    for service in document.services.values():
        for name in service.health_checks:
            if seen.setdefault(str(name), name) is not name:
                yield twice(name, seen[str(name)].mark)


def _dependencies(document: Document, _: Names) -> Iterator[Finding]:
    for name, service in document.services.items():
        for needed in service.dependencies:
            if needed == name:
                yield finding("INC106", needed.mark, f"`{name}` depends on itself.", "Take it out.")


def _routes(document: Document, _: Names) -> Iterator[Finding]:
    routes = [
        (route, Route(tuple((str(k), str(v)) for k, v in route.match.items()))) for route in document.alerts.routes
    ]
    for number, (declared, route) in enumerate(routes):
        before = next((place for place, (_, one) in enumerate(routes[:number], 1) if one.covers(route)), None)
        if before is not None:
            message = f"No alert gets here: route {before} takes all of them."
            yield finding("INC311", declared.place, message, "Put the narrower route first, or remove this one.")


def _reviews(document: Document, today: date) -> Iterator[Finding]:
    every = document.review_every or _REVIEW_EVERY
    reviewed = [(name, service.reviewed) for name, service in document.services.items()]
    reviewed += [(name, runbook.reviewed) for name, runbook in document.runbooks.items()]
    for name, seen in reviewed:
        if seen is not None and seen.day + every < today:
            message = f"`{name}` was last reviewed {(today - seen.day).days} days ago."
            yield finding("INC312", seen.mark, message, "See whether it is still so, and write today's date.")


CHECKS: tuple[Callable[[Document, Names], Iterator[Finding]], ...] = (
    _climbs, _climbs_unasked, _on_call, _answered, _action_items, _deployed, _components,
    _health_checks, _dependencies, _routes,
)  # fmt: skip
