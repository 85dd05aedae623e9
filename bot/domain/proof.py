"""Proof: whenever an incident is declared, somebody is paged in time by two notifiers that cannot fail together.

Worked out over intervals between the moments at which anything changes (SPEC §16), with the planner that pages. What
it counts on: the steps of the first cycle. What it does not: handovers between two steps, later cycles.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.almanac import Almanac, zone_of
from bot.domain.escalation import Policy, Target, TargetKind, Tier, everybody_at, step_at
from bot.domain.holes import (
    ELSEWHERE,
    NOBODY,
    ONE_WAY,
    PASSED_OVER,
    TOO_LATE,
    Cause,
    Hole,
    Proof,
    Reached,
    Span,
    causes,
    joined,
)
from bot.domain.people import Person
from bot.domain.plan import Choice, choose, incoming, ways
from bot.domain.posture import Posture
from bot.domain.reach import PROVIDERS, Readiness
from bot.domain.rules import Rule
from bot.domain.severity import Severity

#: Within which somebody is to be paged where a severity that pages promises no response time.
PROMISE = timedelta(minutes=15)
DAYS = 90

_NOW = timedelta(0)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be proven of. `delay` is that of policies that give none; `ready` None: contacts are the posture's."""

    posture: Posture
    start: datetime
    end: datetime
    delay: timedelta
    configured: Collection[str]
    ready: Readiness | None = None


def prove(asked: Asked) -> Proof:
    """Every hole of every service and severity that pages, from start to end."""
    almanac = Almanac(asked.posture, asked.start, asked.end + _reach(asked), asked.ready)
    known: dict[tuple[object, ...], list[tuple[Cause, tuple[Span, ...]]]] = {}
    found: list[Hole] = []
    paging: dict[str, None] = {}
    for service, severity, policy in pairs(asked.posture, asked.delay):
        paging[severity.name] = None
        rules = severity.response, severity.urgency, severity.notify_positions, severity.notify_by
        key = (policy.name, policy.tiers, policy.executive, *rules)
        if key not in known:
            known[key] = causes(_Prover(asked, almanac, policy, severity).judged())
        within = severity.response or PROMISE
        found += [Hole(cause, within, spans, (service,), (severity.name,)) for cause, spans in known[key]]
    holes = sorted(joined(found), key=lambda hole: (hole.warning, hole.services, hole.spans[0], hole.cause.code))
    return Proof(
        asked.start, asked.end, len(asked.posture.services), tuple(paging), frozenset(asked.configured), tuple(holes)
    )


def pairs(posture: Posture, delay: timedelta) -> Iterator[tuple[str, Severity, Policy]]:
    """Every service with each severity that pages for it, and the policy that does."""
    for service in posture.services:
        for name in posture.severities:
            severity = posture.severity_for(name, service)
            if severity is not None and severity.pages:
                policy = posture.policy_for(service, delay, name)
                yield service, severity, policy or Policy("nobody is declared", ())


def _reach(asked: Asked) -> timedelta:
    """How far beyond the end a run may look: its whole first cycle."""
    policies = [policy for _, _, policy in pairs(asked.posture, asked.delay)]
    return max((sum((tier.timeout for tier in one.tiers), _NOW) for one in policies), default=_NOW)


@dataclass(frozen=True, slots=True)
class _Seen:
    """Whom a run has paged so far: when after the declaration, by what; and the target that names them."""

    pages: Mapping[str, tuple[tuple[timedelta, str], ...]] = field(default_factory=dict)
    names: Mapping[str, tuple[str, Target]] = field(default_factory=dict)
    empty: tuple[tuple[Target, str], ...] = ()
    second: timedelta | None = None  # when a second provider pages one and the same person

    def in_time(self, within: timedelta) -> tuple[Reached, ...]:
        by = {who: [way for at, way in pages if at < within] for who, pages in self.pages.items()}
        return tuple(
            Reached(who, self.names[who][0], tuple(dict.fromkeys(ways)), self.names[who][1])
            for who, ways in sorted(by.items())
            if ways
        )


def _second(pages: Iterable[tuple[timedelta, str]]) -> timedelta | None:
    first = None
    for at, way in sorted(pages):
        if first is not None and PROVIDERS[way] != first:
            return at
        first = first or PROVIDERS[way]
    return None


class _Prover:
    """One policy and the rules of one severity, at every moment. The same people on call again are looked at once."""

    def __init__(self, asked: Asked, almanac: Almanac, policy: Policy, severity: Severity) -> None:
        self.asked, self.almanac, self.policy, self.severity = asked, almanac, policy, severity
        self.within = severity.response or PROMISE
        self.positions = [one for one in severity.notify_positions if one in asked.posture.positions]
        targets = everybody_at(policy, 0, asked.start).targets + ((policy.executive,) if policy.executive else ())
        self.spans, self._states = almanac.states(targets)
        self._starts = [start for start, _ in self.spans]
        self._choices: dict[tuple[int, object], Choice] = {}
        self._seen: dict[tuple[int, int, timedelta], _Seen] = {}
        self._holes: dict[int, Cause] = {}

    def judged(self) -> Iterator[tuple[Span, Cause | None]]:
        """Each span of declarations, in order, with what is wrong with it; None where it is proven."""
        nothing = _Seen()
        for start, end, place in self._cut(self.asked.start, self.asked.end):
            choice = self._choice(0, place)
            seen = self._after(nothing, choice, _NOW)
            yield from self._judge(choice, seen, _NOW, (start, end), choice)

    def _judge(
        self, choice: Choice, seen: _Seen, offset: timedelta, span: Span, first: Choice
    ) -> Iterator[tuple[Span, Cause | None]]:
        """`choice` is the step taken `offset` after a declaration within `span`."""
        decision, proven = choice.decision, seen.second
        if proven is not None and proven < self.within:
            yield span, self._passed_over(first)
            return
        ended = decision is None or decision.tier == 0 or decision.step + 1 >= len(self.policy.tiers)
        following = offset + self.policy.tiers[decision.tier - 1].timeout if decision and decision.tier else offset
        if decision is None or ended or (proven is not None and following >= self.within):
            yield span, self._hole(seen)
            return
        for start, end, place in self._cut(span[0] + following, span[1] + following):
            then = self._choice(decision.step + 1, place)
            inside = start - following, end - following
            yield from self._judge(then, self._after(seen, then, following), following, inside, first)

    def _cut(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime, int]]:
        place = max(bisect_right(self._starts, since) - 1, 0)
        while place < len(self.spans) and self.spans[place][0] < until:
            start, end = self.spans[place]
            yield max(start, since), min(end, until), place
            place += 1

    def _choice(self, step: int, place: int) -> Choice:
        key = step, self._states[place]
        if key not in self._choices:
            at = self.spans[place][0]
            self._choices[key] = self.almanac.answered(choose(self.policy, step, at, self.asked.configured))
        return self._choices[key]

    def _after(self, seen: _Seen, choice: Choice, offset: timedelta) -> _Seen:
        """Known by identity: both are kept here for good."""
        key = id(seen), id(choice), offset
        if key not in self._seen:
            made = self._with(seen, choice, offset)
            for position in self.positions if not offset else ():
                made = self._with(made, self._beside(position, made), _NOW)
            self._seen[key] = made
        return self._seen[key]

    def _beside(self, position: str, seen: _Seen) -> Choice:
        """A position that the severity names is paged at once, beside the policy; who was paged already is not."""
        target = Target(TargetKind.POSITION, position, notifiers=self.severity.notifiers_of(position))
        tier = Tier((target,), timedelta(minutes=1))
        at = self.asked.start
        step = step_at(Policy(position, (tier,), 0), 0, at)
        known = {person.id for person in self.almanac.people.values() if person.handle in seen.pages}
        return self.almanac.answered(incoming(step, known, at, self.asked.configured))

    def _with(self, seen: _Seen, choice: Choice, offset: timedelta) -> _Seen:
        pages, names = dict(seen.pages), dict(seen.names)
        for person, target in choice.people.items():
            who = person.handle or person.name
            made = tuple((offset + rule.delay, rule.notifier) for rule in self._ways(person, target))
            pages[who] = tuple(page for page in pages.get(who, ()) if page[0] < offset) + made  # what waits gives way
            names.setdefault(who, (person.name, target))
        empty = [(one.target, one.reason or "no_address") for tier in choice.skipped for one in tier.found]
        moments = [moment for moment in map(_second, pages.values()) if moment is not None]
        return _Seen(pages, names, tuple(dict.fromkeys([*seen.empty, *empty])), min(moments, default=None))

    def _ways(self, person: Person, target: Target) -> tuple[Rule, ...]:
        ready = self.asked.ready
        own = ready.rules.get(person.handle or "", {}).get(self.severity.urgency, ()) if ready else ()
        return ways(person, target, self.severity.urgency, self.asked.configured, own)

    def _passed_over(self, first: Choice) -> Cause | None:
        empty = [(one.target, one.reason or "no_address") for tier in first.skipped for one in tier.found]
        if not empty:
            return None
        code = ELSEWHERE if self._elsewhere(empty) else PASSED_OVER
        return Cause(code, self.policy.name, self._zone([target for target, _ in empty]), empty=tuple(empty))

    def _elsewhere(self, empty: Iterable[tuple[Target, str]]) -> bool:
        """Whether a rota that a source keeps (a spreadsheet, PagerDuty, a calendar) may well name somebody there."""
        known = self.asked.posture.schedules
        named = [target.name for target, _ in empty if target.kind is TargetKind.SCHEDULE]
        return any(name not in known or known[name].source is not None for name in named)

    def _hole(self, seen: _Seen) -> Cause:
        if id(seen) not in self._holes:
            reached, later = seen.in_time(self.within), seen.second
            about = [*(one.target for one in reached), *(target for target, _ in seen.empty)]
            code = NOBODY if not reached else ONE_WAY if later is None else TOO_LATE
            code = ELSEWHERE if self._elsewhere(seen.empty) else code
            self._holes[id(seen)] = Cause(code, self.policy.name, self._zone(about), reached, seen.empty, later)
        return self._holes[id(seen)]

    def _zone(self, about: Iterable[Target]) -> str:
        named = [target.name for target in about if target.kind is TargetKind.SCHEDULE]
        return zone_of(self.asked.posture.schedules.get(named[0])) if named else "UTC"
