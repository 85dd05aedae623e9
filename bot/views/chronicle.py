"""The log as it is told: what one moment recorded several times becomes one line, and causes come before effects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import groupby

from bot.domain.people import PersonId
from bot.domain.timeline import Event, Kind
from bot.views.words import strings

#: Facts that say for everybody who is paged by them.
_STEPS = frozenset({Kind.ESCALATED, Kind.FALLBACK, Kind.HANDOVER, Kind.ASKED})
#: Deliveries of one page that went out this close together are one line.
_TOGETHER = timedelta(minutes=1)


def told(events: Sequence[Event]) -> list[Event]:
    """The facts in order of time. A line that stands for several bears the id of the one that says most."""
    ordered = sorted(events, key=lambda one: (one.at, one.id))
    moments = [list(moment) for _, moment in groupby(ordered, key=lambda one: one.at)]
    return _deliveries(fact for moment in moments for fact in _joins(_updates(_pages(moment))))


def _people(event: Event) -> set[PersonId]:
    """Whom a fact is about."""
    one, several = event.data.get("person_id"), event.data.get("person_ids")
    named = {one} if isinstance(one, int) else set()
    return named | {person for person in (several if isinstance(several, list | tuple) else ()) if person is not None}


def _pages(moment: list[Event]) -> list[Event]:
    """A step of the policy says who is paged by it: before the pages where these went different ways, else alone."""
    left = list(moment)
    for step in [fact for fact in moment if fact.kind in _STEPS]:
        pages = [fact for fact in left if fact.kind is Kind.PAGED and _people(fact) <= _people(step)]
        ways = [(fact.data.get("notifiers"), fact.data.get("later")) for fact in pages]
        same = bool(ways) and all(one == ways[0] for one in ways)
        whole = replace(step, data={**step.data, "notifiers": ways[0][0], "later": ways[0][1]}) if same else step
        rest = [fact for fact in left if fact is not step and not (same and fact in pages)]
        first = min((n for n, fact in enumerate(left) if fact is step or fact in pages), default=0)
        left = [*rest[:first], whole, *rest[first:]]
    return left


def _updates(moment: list[Event]) -> list[Event]:
    """A status update says the status that it brought, and what it was."""
    moved = {fact.actor_id: fact for fact in moment if fact.kind is Kind.STATUS}
    said = {fact.actor_id for fact in moment if fact.kind is Kind.UPDATE} & set(moved)
    return [
        replace(fact, data={**fact.data, "from": moved[fact.actor_id].data.get("from")})
        if fact.kind is Kind.UPDATE and fact.actor_id in said
        else fact
        for fact in moment
        if not (fact.kind is Kind.STATUS and fact.actor_id in said)
    ]


def _joins(moment: list[Event]) -> list[Event]:
    """Who did something, or was given it, is on the incident by that."""
    others = [fact for fact in moment if fact.kind is not Kind.JOINED]
    busy = {fact.actor_id for fact in others}.union(*(_people(fact) for fact in others))
    return [fact for fact in moment if fact.kind is not Kind.JOINED or not _people(fact) & busy]


def _deliveries(facts: Iterable[Event]) -> list[Event]:
    """One line for a page that went out by several notifiers; what may be a repeat stays a line of its own."""
    lines: list[Event] = []
    begun: dict[object, int] = {}  # whose page went out, and the number of its line
    for fact in facts:
        person = fact.data.get("person_id")
        if fact.kind is Kind.PAGE_DELIVERED and fact.data.get("repeat") is not True:
            number = begun.get(person)
            if number is not None and fact.at - lines[number].at <= _TOGETHER:
                lines[number] = _by_both(lines[number], fact)
                continue
            begun[person] = len(lines)
        elif fact.kind is Kind.PAGED or fact.kind in _STEPS:
            begun = {one: number for one, number in begun.items() if one not in _people(fact)}
        lines.append(fact)
    return lines


def _by_both(first: Event, second: Event) -> Event:
    ways = [*strings(first.data.get("notifier")), *strings(second.data.get("notifier"))]
    return replace(first, data={**first.data, "notifier": ways})
