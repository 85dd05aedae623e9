"""Is somebody on call at every moment of the next 14 days, for each service that pages whoever is on call first?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.escalation import TargetKind
from bot.domain.oncall import Rotation, Schedule, shifts
from posture.build_services import texts
from posture.findings import Finding, Mark, finding
from posture.model import Document, Policy
from posture.named import members, rotations, whole
from posture.names import Names
from posture.rotas import Rotas
from posture.services import Service
from posture.targets import Written

#: How far ahead gaps are looked for (SPEC §16).
AHEAD = timedelta(days=14)


def coverage_checks(document: Document, names: Names, zone: str, now: datetime) -> Iterator[Finding]:
    """One finding for each set of schedules of which none covers some moment."""
    start = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    schedules = _schedules(document, names, zone)
    places = {str(name): name.mark for name, _ in rotations(document)}
    first: dict[frozenset[str], str] = {}
    for name, service in whole("services", document.services, names):
        if paged := _first_paged(document, names, service):
            first.setdefault(frozenset(paged), str(name))
    for together in sorted(first, key=sorted):
        if together <= set(schedules):
            yield from _gap([schedules[name] for name in sorted(together)], places[min(together)], start, zone)


def _schedules(document: Document, names: Names, zone: str) -> Mapping[str, Schedule]:
    """Those that can be made: of teams and schedules without a fault, that have members."""
    faulty = {name for section, name in names.faulty if section in ("teams", "schedules")}
    teams = {
        str(name): texts(team.members or members(team.rotation.layers if team.rotation else []))
        for name, team in document.teams.items()
    }
    made = Rotas(document, zone).schedules(teams)
    return {name: schedule for name, schedule in made.items() if name not in faulty and schedule.handles}


def _first_paged(document: Document, names: Names, service: Service) -> set[str]:
    """The schedules that are all whom a service pages first; empty where somebody else is paged beside them."""
    targets = _first_targets(document, service)
    paged: set[str] = set()
    for target in targets or ():
        if names.meant(target) is not TargetKind.SCHEDULE:
            return set()
        schedule = target.name or _own(document, names, service)
        if not schedule:
            return set()
        paged.add(schedule)
    if targets is None and (schedule := _own(document, names, service)):
        paged.add(schedule)
    return paged


def _first_targets(document: Document, service: Service) -> list[Written] | None:
    """Of the first tier, with those of policies within it; None where it pages whoever is on call unasked."""
    policies = {str(name): policy for name, policy in document.escalation_policies.items()}
    policy = policies.get(str(service.policy))
    return _of_first_tier(policy, policies, set()) if policy is not None and policy.tiers else None


def _of_first_tier(policy: Policy, policies: Mapping[str, Policy], seen: set[str]) -> list[Written]:
    found: list[Written] = []
    for target in policy.tiers[0].targets if policy.tiers else ():
        if target.kind is not TargetKind.POLICY:
            found.append(target)
        elif target.name in policies and target.name not in seen:
            seen.add(target.name)
            found += _of_first_tier(policies[target.name], policies, seen)
    return found


def _own(document: Document, names: Names, service: Service) -> str:
    """The schedule that `on-call` means for the team that owns a service."""
    if service.owner is None or service.owner in names.own_schedules:
        return str(service.owner or "")
    return next((str(name) for name, one in document.schedules.items() if one.team == service.owner), "")


def _gap(together: list[Schedule], place: Mark, start: datetime, zone: str) -> Iterator[Finding]:
    if not all(schedule.is_active for schedule in together) or any(_always(schedule) for schedule in together):
        return
    covered = sorted((shift.start, shift.end) for one in together for shift in shifts(one, start, start + AHEAD))
    since = start
    for begin, end in covered:
        if begin > since:
            yield _finding(together, place, since, begin, zone)
            return
        since = max(since, end)
    if since < start + AHEAD:
        yield _finding(together, place, since, start + AHEAD, zone)


def _always(schedule: Schedule) -> bool:
    """Whether a layer covers without a break, which most do: nothing has to be worked out for those."""
    return any(
        isinstance(layer, Rotation) and not (layer.active or layer.start or layer.end or layer.terms)
        for layer in schedule.layers
    )


def _finding(together: list[Schedule], place: Mark, since: datetime, until: datetime, zone: str) -> Finding:
    layers = [layer for schedule in together for layer in schedule.layers if isinstance(layer, Rotation)]
    home = layers[0].zone if layers else zone
    first, last = (at.astimezone(ZoneInfo(home)) for at in (since, until))
    named = " and ".join(f"`{schedule.name}`" for schedule in together)
    message = f"Nobody is on call by {named} from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} ({home})."
    return finding("INC306", place, message, "Add a layer that covers it, or page somebody beside it.")
