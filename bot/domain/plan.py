"""What a run does next and after that: the one planner behind every page, the card's "next", `why` and `simulate`.

A planner asks and is answered: it yields a question about people or about who takes over when, and is sent the
answer. `usecases.forecasts` answers from the database, `simulation` from a posture alone; so they can never disagree
about anything but the answers.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain import rules
from bot.domain.escalation import Decision, Policy, Run, RunState, Target, everybody_at, policy_steps, step_at
from bot.domain.incident import Incident, Responder, State
from bot.domain.meaning import Found
from bot.domain.people import Person, PersonId
from bot.domain.rules import Rule
from bot.domain.severity import Urgency

#: How soon people are looked for again when nobody at all can be paged.
NOBODY_RETRY = timedelta(minutes=1)
#: How far ahead a plan waits for somebody to come on call.
_PATIENCE = timedelta(weeks=2)


@dataclass(frozen=True, slots=True)
class Who:
    """Who do these targets mean at this moment? Answered with one Found each."""

    targets: tuple[Target, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Handover:
    """When, after `at` and before `before`, does somebody else take over a schedule of these targets? None: never."""

    targets: tuple[Target, ...]
    at: datetime
    before: datetime


Question = Who | Handover
Reply = Sequence[Found] | datetime | None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A step that means nobody who can be reached, with why."""

    decision: Decision
    found: tuple[Found, ...]

    @property
    def reasons(self) -> list[str]:
        return sorted({one.reason or "no_address" for one in self.found})


@dataclass(frozen=True, slots=True)
class Choice:
    """The step that is taken, with whom it pages by which target; `decision` is None where there is nobody."""

    decision: Decision | None
    people: Mapping[Person, Target] = field(default_factory=dict)
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """What happens at a moment if nobody answers: a step, or the pages that a handover within it adds."""

    at: datetime
    choice: Choice
    handover: bool = False


def choose(
    policy: Policy, step: int, at: datetime, configured: Collection[str], besides: Collection[PersonId] = ()
) -> Generator[Question, Reply, Choice]:
    """The first step from this one on, taken at `at`, that means somebody who can be reached and is not `besides`.

    Each tier is looked at once; after the last one the fallback is, whether or not its turn has come.
    """
    skipped: list[Skipped] = []
    for decision in _candidates(policy, step, at):
        found = yield Who(decision.targets, at)
        assert isinstance(found, list)
        anybody = reachable(found, configured)
        wanted = {person: target for person, target in anybody.items() if person.id not in besides}
        if wanted:
            return Choice(decision, wanted, tuple(skipped))
        if not anybody:
            skipped.append(Skipped(decision, tuple(found)))
    return Choice(None, skipped=tuple(skipped))


def _candidates(policy: Policy, step: int, at: datetime) -> Iterator[Decision]:
    last = policy_steps(policy)
    for number in range(step, min(step + len(policy.tiers), last)):
        yield step_at(policy, number, at)
    yield step_at(policy, max(step, last), at)
    if policy.executive is not None:
        yield everybody_at(policy, max(step, last), at)


def ahead(
    policy: Policy, step: int, at: datetime, configured: Collection[str], most: int
) -> Generator[Question, Reply, list[Planned]]:
    """What happens from this step on, taken at `at`, if nobody ever answers: up to the first fallback, `most` events.

    From the fallback on it is the same again at the last timeout. Where nobody can be reached, that is one event, and
    the plan goes on when somebody comes on call.
    """
    planned: list[Planned] = []
    patience = at + _PATIENCE
    while len(planned) < most:
        choice = yield from choose(policy, step, at, configured)
        decision = choice.decision
        if decision is None:
            if not planned or planned[-1].choice.decision is not None:
                planned.append(Planned(at, choice))
                patience = at + _PATIENCE
            again = yield from _somebody_comes(policy, at, patience)
            if again is None:
                break
            at = again
            continue
        planned.append(Planned(at, choice))
        waiting = replace(decision, targets=step_at(policy, decision.step, at).targets)
        planned += yield from handovers(waiting, {person.id for person in choice.people}, at, configured)
        if decision.tier == 0:
            break
        step, at = decision.step + 1, decision.next_due
    return planned[:most]


def handovers(
    decision: Decision, paged: Collection[PersonId], at: datetime, configured: Collection[str]
) -> Generator[Question, Reply, list[Planned]]:
    """The pages that a step adds after `at` while it waits: whoever comes on call for its targets is paged too."""
    planned: list[Planned] = []
    known = set(paged)
    while True:
        change = yield Handover(decision.targets, at, decision.next_due)
        if change is None:
            return planned
        assert isinstance(change, datetime)
        choice = yield from incoming(decision, known, change, configured)
        if choice.people:
            planned.append(Planned(change, choice, handover=True))
            known |= {person.id for person in choice.people}
        at = change


def standing(run: Run) -> Decision | None:
    """The step a run waits in, with when the next one is due; None where it waits in none."""
    if run.step < 0 or run.next_due is None:
        return None
    return replace(step_at(run.policy, run.step, run.next_due), next_due=run.next_due)


def incoming(
    decision: Decision, paged: Collection[PersonId], at: datetime, configured: Collection[str]
) -> Generator[Question, Reply, Choice]:
    """Whom the targets of a step mean now, who was not paged by it yet."""
    found = yield Who(decision.targets, at)
    assert isinstance(found, list)
    people = {person: target for person, target in reachable(found, configured).items() if person.id not in paged}
    return Choice(decision, people)


def _somebody_comes(policy: Policy, at: datetime, until: datetime) -> Generator[Question, Reply, datetime | None]:
    """When people are looked for after the next handover of any schedule; None where none is in sight."""
    change = yield Handover(everybody_at(policy, 0, at).targets + _executive(policy), at, until)
    if change is None:
        return None
    assert isinstance(change, datetime)
    return at + -((at - change) // NOBODY_RETRY) * NOBODY_RETRY


def _executive(policy: Policy) -> tuple[Target, ...]:
    return (policy.executive,) if policy.executive else ()


def reachable(found: Sequence[Found], configured: Collection[str]) -> dict[Person, Target]:
    """Everybody who can be reached by any configured notifier, once, with the target that named them first."""
    people: dict[Person, Target] = {}
    for one in found:
        for person in one.people:
            if rules.usable(person, configured, one.target.notifiers):
                people.setdefault(person, one.target)
    return people


def ways(
    person: Person, target: Target, urgency: Urgency, configured: Collection[str], own: Sequence[Rule] = ()
) -> tuple[Rule, ...]:
    """The target's notifiers at once, else the person's `own` rules or the defaults; as far as they can be used."""
    named = tuple(Rule(notifier) for notifier in target.notifiers)
    wanted = named or tuple(own) or rules.DEFAULTS[urgency]
    return rules.plan(wanted, rules.usable(person, configured, [one.notifier for one in wanted]))


def ack_due(run: Run, incident: Incident, responders: Sequence[Responder]) -> datetime | None:
    """When an acked run is given back, if there is no update and no ack until then; None where that never happens."""
    if run.state is not RunState.ACKED or run.acked_at is None or run.policy.ack_timeout is None:
        return None
    if incident.state is not State.IN_PROGRESS:
        return None
    signs = [run.acked_at, incident.last_update_at, *[one.acked_at for one in responders]]
    return max(sign for sign in signs if sign is not None) + run.policy.ack_timeout
