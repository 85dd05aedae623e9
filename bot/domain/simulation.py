"""What would be paged, from a posture alone: no database, no Slack, nothing sent (SPEC §7).

The planner that real runs use is asked here; who is on call comes from the rotations, who can be reached from the
addresses that the posture gives. Overrides, personal rules and who is in a Slack user group are not in a posture.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from bot.domain.escalation import Policy, Target, TargetKind, Tier, step_at
from bot.domain.groups import UserGroup
from bot.domain.meaning import Found, Known, found, groups_of, moved_on, names_of, schedules_of
from bot.domain.oncall import Slot, next_change, shifts
from bot.domain.people import Person
from bot.domain.plan import Choice, Planned, Question, Reply, Who, ahead, incoming, ways
from bot.domain.posture import PersonDecl, Posture
from bot.domain.rules import Rule
from bot.domain.severity import Severity

T = TypeVar("T")

#: Events that are simulated at most.
MOST = 400
_INSTANT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One page by one notifier, if nobody answers until then."""

    at: datetime
    person: Person
    notifier: str


@dataclass(frozen=True, slots=True)
class Simulation:
    """An incident that nobody ever answers. `events` end with the first fallback, which comes again every `again`.

    `told` are the positions that the severity names, with whom each pages at once beside the policy.
    """

    service: str
    severity: Severity
    at: datetime
    policy: Policy
    events: tuple[Planned, ...]
    told: tuple[tuple[str, Choice], ...]
    again: timedelta | None  # None: it never comes to a fallback that pages anybody

    def rules(self, choice: Choice, person: Person, configured: Collection[str]) -> tuple[Rule, ...]:
        """By what a person is paged, by the posture and the defaults."""
        return ways(person, choice.people[person], self.severity.urgency, configured)


def simulate(
    posture: Posture, service: str, severity: Severity, at: datetime, delay: timedelta, configured: Collection[str]
) -> Simulation:
    """An incident of this service that is declared at `at`; `delay` is that of policies which give none."""
    roster = Roster(posture)
    policy = posture.policy_for(service, delay, severity.name) or Policy("nobody is declared", ())
    events = tuple(roster.answered(ahead(policy, 0, at, configured, MOST)))
    first = events[0].choice if events else Choice(None)
    told = tuple(_told(roster, severity, first, at, configured)) if severity.pages else ()
    last = events[-1] if events else None
    decision = last.choice.decision if last is not None else None
    again = _timeout(policy) if decision is not None and decision.tier == 0 else None
    return Simulation(service, severity, at, policy, events, told, again)


def _timeout(policy: Policy) -> timedelta:
    """How long the fallback waits before it pages again."""
    return policy.tiers[-1].timeout


def _told(
    roster: Roster, severity: Severity, first: Choice, at: datetime, configured: Collection[str]
) -> Iterator[tuple[str, Choice]]:
    known = {person.id for person in first.people}
    for position in severity.notify_positions:
        if position in roster.posture.positions:
            target = Target(TargetKind.POSITION, position, notifiers=severity.notifiers_of(position))
            tier = Tier((target,), timedelta(minutes=1))
            choice = roster.answered(incoming(step_at(Policy(position, (tier,), 0), 0, at), known, at, configured))
            known |= {person.id for person in choice.people}
            if choice.people:
                yield position, choice


def deliveries(made: Simulation, configured: Collection[str]) -> list[Delivery]:
    """Every page by every notifier until the first fallback comes again, in order of time.

    A delivery that waits for its time gives way to the person's next page by the policy.
    """
    sent = [one for _, choice in made.told for one in _sent(made, made.at, choice, configured)]
    for number, event in enumerate(made.events):
        newer: dict[Person, datetime] = {}
        for later in reversed(made.events[number + 1 :]):
            newer |= dict.fromkeys(later.choice.people, later.at)
        pages = _sent(made, event.at, event.choice, configured)
        sent += [one for one in pages if one.person not in newer or one.at < newer[one.person]]
    return sorted(sent, key=lambda one: one.at)


def _sent(made: Simulation, at: datetime, choice: Choice, configured: Collection[str]) -> list[Delivery]:
    return [
        Delivery(at + rule.delay, person, rule.notifier)
        for person in choice.people
        for rule in made.rules(choice, person, configured)
    ]


class Roster:
    """Answers the planner's questions from a posture."""

    def __init__(self, posture: Posture) -> None:
        self.posture = posture
        self.people = {
            handle: _person(number, declared) for number, (handle, declared) in enumerate(posture.people.items(), 1)
        }
        self.groups: dict[str, Person] = {}

    def answered(self, asking: Generator[Question, Reply, T]) -> T:
        """What a planner comes to."""
        try:
            question = next(asking)
            while True:
                question = asking.send(self._answer(question))
        except StopIteration as done:
            result: T = done.value
            return result

    def _answer(self, question: Question) -> Reply:
        if isinstance(question, Who):
            return self._found(question.targets, question.at)
        changes = [
            next_change(self._slots(name, question.at, question.before), question.at, question.before)
            for name in schedules_of(question.targets, self.posture)
        ]
        return min((change for change in changes if change is not None), default=None)

    def _found(self, targets: Sequence[Target], at: datetime) -> list[Found]:
        holders = {name: self._holder(name, at) for name in schedules_of(targets, self.posture)}
        groups = {name: UserGroup(name, name, name, (name,)) for name in groups_of(targets)}
        people = self.people | {f"@{name}": self._members(name) for name in groups}
        known = Known(holders, groups)
        meant = [moved_on(one, names_of(one, self.posture, known), self.posture, people, at) for one in targets]
        return [found(target, names, people) for target, names in zip(targets, meant, strict=True)]

    def _members(self, group: str) -> Person:
        """All of a user group as one: Slack alone knows who that is."""
        number = -1 - len(self.groups)
        return self.groups.setdefault(group, Person(number, f"whoever is in @{group}", slack_id=group))

    def _holder(self, schedule: str, at: datetime) -> str | None:
        return next((one.handle for one in shifts(self.posture.schedules[schedule], at, at + _INSTANT)), None)

    def _slots(self, schedule: str, start: datetime, end: datetime) -> list[Slot]:
        return [
            Slot(0, schedule, self.people[one.handle].id, one.start, one.end, one.layer)
            for one in shifts(self.posture.schedules[schedule], start, end)
            if one.handle in self.people
        ]


def _person(number: int, declared: PersonDecl) -> Person:
    """Slack finds people by their mail address too."""
    slack = declared.slack_id or declared.email
    return Person(number, declared.name, declared.handle, slack, declared.email, declared.phone, declared.zone or "UTC")
