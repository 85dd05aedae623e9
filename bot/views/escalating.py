"""The form that escalates: whom each tier would page now, and by what, before anybody is (SPEC §7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.domain.escalation import Policy, Target, TargetKind, Tier
from bot.domain.picture import Picture, Preview, TierPreview
from bot.domain.rules import Rule
from bot.views import facts, names, situation
from bot.views.forms import about
from bot.views.inputs import choices
from bot.views.message import Block, context, option, paragraphs, section
from bot.views.troubles import reason
from bot.views.words import count, cut, duration, escape, notifier, one_line, series

_TIERS = 9000  # characters of who is in which tier


def escalate_form(shown: Preview, now: datetime, private_metadata: str = "") -> dict[str, Any]:
    """The tiers with their people, and the choice of one; the next step is chosen where nothing is."""
    lines = [_tier_line(one, shown.policy) for one in shown.tiers if shown.policy is not None]
    tiers, left = paragraphs(lines, _TIERS, keep="first")
    options = [option("The next step", names.NEXT_TIER, escape(_names(shown.next)))]
    options += _tier_options(shown.policy, shown) if shown.policy else []
    blocks = [
        section(situation.who_has_it(shown.picture, now)),
        section(_next_page(shown)),
        *tiers,
        context(f"{count(left, 'tier')} more did not fit here; the menu has them.") if left else None,
        choices(names.IN_TIER, "Page whom?", options[:100], names.NEXT_TIER),
    ]
    return about(shown.picture.incident, names.FORM_ESCALATE, "Escalate", "Page now", blocks, private_metadata)


def _next_page(shown: Preview) -> str:
    if shown.policy is None:
        return "No policy pages for this service. Page somebody by hand, or assign it."
    if shown.next is None:
        return "Nobody can be reached as things stand. Page somebody by hand, or assign it."
    return f"*The next step* is {_place(shown.next.tier, shown.policy)}: {_whom(shown.next)}."


def _tier_line(one: TierPreview, policy: Policy) -> str:
    """`*Tier 2 of 3:* Bob Okafor (Slack, SMS and email; phone call after 2 min)`."""
    name = _place(one.tier, policy)
    why = f": {series([reason(code) for code in one.reasons])}" if one.reasons else ""
    return f"*{name[0].upper()}{name[1:]}:* {_whom(one) or escape(f'nobody{why}')}"


def _place(tier: int, policy: Policy) -> str:
    return f"tier {tier} of {len(policy.tiers)}" if tier else "the fallback"


def _whom(one: TierPreview) -> str:
    return series([f"{escape(one_line(person.name))} ({by_ways(ways)})" for person, ways in one.people])


def by_ways(ways: Sequence[Rule]) -> str:
    """`Slack, SMS and email; phone call after 2 min`."""
    delays = sorted({rule.delay for rule in ways})
    parts = []
    for delay in delays:
        said = series([notifier(rule.notifier) for rule in ways if rule.delay == delay])
        parts.append(f"{said} after {duration(delay)}" if delay else said)
    return "; ".join(parts)


def _names(one: TierPreview | None) -> str:
    return series([one_line(person.name) for person, _ in one.people], 4) if one else "nobody can be reached"


def _tier_options(policy: Policy, shown: Preview) -> list[Block]:
    now = {one.tier: _names(one) for one in shown.tiers}
    return [
        option(
            f"Tier {number} of {len(policy.tiers)}",
            str(number),
            escape(now.get(number, "")) or f"nobody of {_targets(tier, shown.picture)}",
        )
        for number, tier in enumerate(policy.tiers, 1)
    ]


def _targets(tier: Tier, picture: Picture) -> str:
    """Whom a tier means, in a few words."""
    return series([_target(one, picture) for one in tier.targets], 3)


def _target(target: Target, picture: Picture) -> str:
    name = escape(cut(one_line(facts.target_name(target.name, picture.people)), 50))
    if target.kind is TargetKind.SCHEDULE:
        return f"on call for {name}" if target.offset == 0 else f"next on call for {name} (+{target.offset})"
    return f"the team {name}" if target.kind is TargetKind.TEAM else name
