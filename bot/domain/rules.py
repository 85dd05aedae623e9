"""Personal rules: by which notifiers a person is paged, and how long after the page each of them goes (SPEC §8)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.people import Person
from bot.domain.refusals import Refusal
from bot.domain.severity import Urgency

#: Notifiers that reach one person, by an address of theirs, in the order in which they are fallen back on.
PERSONAL = ("slack", "sms", "voice", "email")
#: Notifiers that all pages share one address of: used only where a target or a rule names them.
SHARED = ("webhook", "pagerduty")

_ALL = PERSONAL + SHARED

LONGEST_DELAY = timedelta(minutes=60)  # by then the policy has long gone on to somebody else

_NOW = timedelta(0)


@dataclass(frozen=True, slots=True)
class Rule:
    """A notifier, and how long after the page it goes out."""

    notifier: str
    delay: timedelta = _NOW


#: Where a person made none (SPEC §8).
DEFAULTS: dict[Urgency, tuple[Rule, ...]] = {
    Urgency.HIGH: (Rule("slack"), Rule("sms"), Rule("email"), Rule("voice", timedelta(minutes=2))),
    Urgency.LOW: (Rule("slack"), Rule("email")),
}


def usable(person: Person, configured: Collection[str], named: Collection[str] = ()) -> frozenset[str]:
    """The configured notifiers that can page this person; a shared one only where it is among `named`."""
    if not person.active:
        return frozenset()
    own = {notifier for notifier in PERSONAL if person.address(notifier)}
    return frozenset((own | set(SHARED) & set(named)) & set(configured))


def plan(wanted: Sequence[Rule], by: Collection[str]) -> tuple[Rule, ...]:
    """The rules as they can be kept with the notifiers in `by`, earliest first; empty only where there are none.

    The first that can be used goes when the first of all would have gone: nobody waits two minutes for a phone
    call because there is no SMS. Where no rule can be used, every personal notifier that works goes at once.
    """
    kept = [rule for rule in wanted if rule.notifier in by]
    if not kept:
        return tuple(Rule(notifier) for notifier in PERSONAL if notifier in by)
    early = min(rule.delay for rule in kept) - min(rule.delay for rule in wanted)
    return tuple(sorted((replace(rule, delay=rule.delay - early) for rule in kept), key=lambda rule: rule.delay))


def check(urgency: Urgency, rules: Sequence[Rule], by: Collection[str]) -> tuple[Rule, ...]:
    """The rules in order, one a notifier, if they may be made by somebody whom `by` can reach; raises Refusal."""
    for rule in rules:
        if rule.notifier not in _ALL:
            raise Refusal("unknown_notifier", given=rule.notifier, known=list(_ALL))
        if not _NOW <= rule.delay <= LONGEST_DELAY:
            raise Refusal("rule_delay", limit=int(LONGEST_DELAY.total_seconds() // 60))
    if not any(rule.notifier in by for rule in rules):
        ways = [notifier for notifier in PERSONAL if notifier in by]
        raise Refusal("rules_reach_nobody", urgency=urgency.value, by=ways)
    latest_first = sorted(rules, key=lambda rule: rule.delay, reverse=True)
    kept = {rule.notifier: rule for rule in latest_first}.values()
    return tuple(sorted(kept, key=lambda rule: (rule.delay, _ALL.index(rule.notifier))))
