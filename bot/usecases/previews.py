"""Before somebody escalates: whom each choice would page now, and by what (SPEC §7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.bot import Bot
from bot.domain.escalation import BESIDE, Decision, Policy, Run, RunState, policy_steps, step_at
from bot.domain.incident import Incident
from bot.domain.people import Person, PersonId, Viewer
from bot.domain.picture import Picture, Preview, TierPreview
from bot.domain.plan import Choice, Skipped, choose, reachable, ways
from bot.domain.rules import Rule
from bot.ports import Tx
from bot.usecases.change import existing
from bot.usecases.finding import find_people
from bot.usecases.forecasts import answered
from bot.usecases.pictures import picture_in


async def preview(bot: Bot, number: int, viewer: Viewer, now: datetime) -> Preview:
    """The incident with the tiers that an escalation may choose from; refuses one that the viewer may not see."""

    async def work(tx: Tx) -> Preview:
        shown = await picture_in(bot, tx, await existing(tx, number, viewer))
        run = _run(shown)
        policy = run.policy if run else _declared(bot, shown.incident)
        if policy is None:
            return Preview(shown)
        steps = [step_at(policy, number, now) for number in (*range(len(policy.tiers)), policy_steps(policy))]
        tiers = [(step.tier, await _choice(bot, tx, step, now)) for step in steps]
        asking = choose(policy, run.step + 1 if run else 0, now, bot.config.notifiers)
        following = await answered(tx, bot.posture(), asking)
        if following.decision is not None:
            tiers.append((following.decision.tier, following))
        own = await tx.rules.many({one.id for _, choice in tiers for one in choice.people}, shown.severity.urgency)
        *every, last = [_tier(bot, shown, tier, choice, own) for tier, choice in tiers]
        if following.decision is None:
            return Preview(shown, policy, None, (*every, last))
        return Preview(shown, policy, last, tuple(every))

    return await bot.db.read(work)


def _declared(bot: Bot, incident: Incident) -> Policy | None:
    return bot.posture().policy_for(incident.service, bot.config.escalation_delay, incident.severity)


def _run(shown: Picture) -> Run | None:
    """The run that would climb on."""
    runs = [one.run for one in shown.runs if one.run.kind not in BESIDE]
    return runs[-1] if runs and runs[-1].state is not RunState.ENDED else None


async def _choice(bot: Bot, tx: Tx, decision: Decision, now: datetime) -> Choice:
    """What this step would page, and no other."""
    found = await find_people(tx, bot.posture(), decision.targets, now)
    people = reachable(found, bot.config.notifiers)
    return Choice(decision, people, () if people else (Skipped(decision, tuple(found)),))


def _tier(bot: Bot, shown: Picture, tier: int, choice: Choice, own: Mapping[PersonId, tuple[Rule, ...]]) -> TierPreview:
    urgency, known = shown.severity.urgency, bot.config.notifiers
    people: list[tuple[Person, tuple[Rule, ...]]] = [
        (person, ways(person, target, urgency, known, own.get(person.id, ())))
        for person, target in choice.people.items()
    ]
    reasons = choice.skipped[0].reasons if choice.skipped and not people else []
    return TierPreview(tier, tuple(people), tuple(reasons))
