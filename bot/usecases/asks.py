"""`/incident page`: somebody is asked for by hand, by a run of its own that only they can answer (SPEC §7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.bot import Bot
from bot.domain import plan
from bot.domain.answers import Answer
from bot.domain.delivery import PageState
from bot.domain.escalation import Policy, RunKind, RunState, Target, TargetKind, Tier
from bot.domain.people import Actor, Person
from bot.domain.policies import flattened
from bot.domain.posture import Posture, bound
from bot.domain.refusals import Refusal
from bot.domain.spelling import nearest
from bot.ports import Tx
from bot.usecases import climb
from bot.usecases.change import Change, load, require_open
from bot.usecases.declare import policy_of

#: How long somebody asked for by hand has before they are paged again, at most.
LONGEST = timedelta(minutes=15)

#: What a name alone may mean, as in the posture; a team with a rotation means whoever is on call for it.
_BARE = (TargetKind.PERSON, TargetKind.POSITION, TargetKind.SCHEDULE, TargetKind.TEAM)


@dataclass(frozen=True, slots=True)
class Whom:
    """Who is asked for: a person, or a name of the posture, of a kind where one was said."""

    name: str = ""
    kind: TargetKind | None = None
    person: Person | None = None


async def page(bot: Bot, number: int, whom: Whom, by: Actor, now: datetime) -> Answer:
    """Pages them beside the policy until they answer or the incident closes; asking again pages them again."""

    async def work(tx: Tx) -> Answer:
        change = await load(bot, tx, number, by, now, "page")
        await require_open(change)
        policy = await _policy(change, whom)
        if (await climb.asked(change, plan.choose(policy, 0, now, bot.config.notifiers))).decision is None:
            raise Refusal("nobody_to_page", person=policy.name)
        for run in await tx.runs.of(number):
            if run.kind is RunKind.PAGE and run.state is RunState.CLIMBING and run.policy.name == policy.name:
                await climb.stop_run(change, run, RunState.ENDED, "asked for again", PageState.SUPERSEDED)
        run = await tx.runs.add(number, RunKind.PAGE, policy, now, asked_by_id=by.person_id)
        climbed = await climb.climb(change, run, "asked")
        people = climb.names(climbed.people)
        return Answer("paged", await change.finish(), data={"people": people})

    return await bot.write(work)


async def _policy(change: Change, whom: Whom) -> Policy:
    """The policy of the run: the one that was named, or a single tier that is paged again and again."""
    if whom.person is not None:
        target = Target(TargetKind.PERSON, whom.person.handle or f"#{whom.person.id}")
        return Policy(whom.person.name, (Tier((target,), _patience(change)),), 0)
    target = meant(change.posture, whom)
    if target.kind is not TargetKind.POLICY:
        return Policy(await _label(change.tx, target), (Tier((target,), _patience(change)),), 0)
    policies = change.posture.policies
    return bound(flattened(policies[target.name], policies), change.posture.team_of(change.incident.service))


def _patience(change: Change) -> timedelta:
    policy = policy_of(change)
    timeout = policy.tiers[0].timeout if policy and policy.tiers else change.bot.config.escalation_delay
    return min(timeout, LONGEST)


async def _label(tx: Tx, target: Target) -> str:
    if target.kind is not TargetKind.USER_GROUP:
        return target.name
    group = (await tx.user_groups.named([target.name])).get(target.name)
    return f"@{group.handle}" if group else f"@{target.name}"


def meant(posture: Posture, whom: Whom) -> Target:
    """What a name means here; refuses one that means nothing, or several things."""
    if whom.kind is TargetKind.USER_GROUP:
        return Target(TargetKind.USER_GROUP, whom.name)
    kinds = [kind for kind, names in _declared(posture).items() if whom.name in names]
    if whom.kind is not None:
        kinds = [kind for kind in kinds if kind is whom.kind]
    elif any(kind in _BARE for kind in kinds):
        kinds = [kind for kind in kinds if kind in _BARE and not _own_rotation(posture, kind, whom.name)]
    if len(kinds) == 1:
        return Target(kinds[0], whom.name)
    if kinds:
        raise Refusal("target_unclear", given=whom.name, kinds=[kind.value for kind in kinds])
    known = {name for names in _declared(posture).values() for name in names}
    raise Refusal("unknown_target", given=whom.name, nearest=nearest(whom.name, known) or "")


def _declared(posture: Posture) -> dict[TargetKind, set[str]]:
    return {
        TargetKind.PERSON: set(posture.people),
        TargetKind.POSITION: set(posture.positions),
        TargetKind.SCHEDULE: set(posture.schedules),
        TargetKind.TEAM: set(posture.teams),
        TargetKind.POLICY: set(posture.policies),
    }


def _own_rotation(posture: Posture, kind: TargetKind, name: str) -> bool:
    """A team that means whoever is on call for it."""
    return kind is TargetKind.TEAM and name in posture.schedules
