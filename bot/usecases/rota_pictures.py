"""On call as it is shown: one schedule with its stretches, gaps and people; what a person is asked, and has to mend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.bot import Bot
from bot.domain.groups import GroupTrouble
from bot.domain.oncall import Schedule, Slot, stretches
from bot.domain.people import Person, PersonId, Standing
from bot.domain.readiness import Gap
from bot.domain.refusals import Refusal
from bot.domain.spelling import nearest
from bot.domain.swaps import Swap
from bot.ports import Tx
from bot.usecases.readiness import gaps_in
from bot.usecases.schedules import plan_in, switched


@dataclass(frozen=True, slots=True)
class RotaPicture:
    """What a view of one schedule needs; `schedule` says whether it is on."""

    schedule: Schedule
    held: tuple[Slot, ...]
    gaps: tuple[Gap, ...]
    people: Mapping[PersonId, Person]
    trouble: GroupTrouble | None = None  # why its user group does not follow


async def picture(bot: Bot, name: str, start: datetime, end: datetime) -> RotaPicture:
    """Refuses a name that no schedule has."""
    known = bot.posture().schedules
    if name not in known:
        raise Refusal("unknown_schedule", given=name, nearest=nearest(name, known) or "")

    async def work(tx: Tx) -> RotaPicture:
        schedule = switched(known[name], await tx.rotas.get(name))
        held = tuple(stretches(await plan_in(tx, schedule, start, end), start, end))
        gaps = tuple(gap for gap in await gaps_in(bot, tx, start) if name in (gap.schedule, gap.other))
        ids = {slot.person_id for slot in held} | {gap.person_id for gap in gaps if gap.person_id is not None}
        trouble = (await tx.user_groups.troubles()).get(schedule.user_group) if schedule.user_group else None
        return RotaPicture(schedule, held, gaps, await tx.people.many(ids), trouble)

    return await bot.db.read(work)


#: Whoever fills it leads the teams they are a member of (SPEC §1).
_LEAD = "team-lead"


def led_by(bot: Bot, person: Person) -> frozenset[str]:
    """The schedules whose gaps somebody is to mend: all of them for admins."""
    posture = bot.posture()
    if person.standing is Standing.ADMIN:
        return frozenset(posture.schedules)
    if person.handle is None or person.handle not in posture.positions.get(_LEAD, ()):
        return frozenset()
    mine = [team for team in posture.teams.values() if person.handle in team.members]
    return frozenset(name for team in mine for name in team.schedules)


async def gaps_led_by(bot: Bot, tx: Tx, person: Person, now: datetime) -> tuple[Gap, ...]:
    """Within a transaction. Nothing is read for whoever leads nothing."""
    led = led_by(bot, person)
    if not led:
        return ()
    return tuple(gap for gap in await gaps_in(bot, tx, now) if gap.schedule in led or gap.other in led)


async def requests_for(bot: Bot, tx: Tx, person: Person, now: datetime) -> tuple[Swap, ...]:
    """Within a transaction: swaps and covers that wait for this person, or that they asked for; oldest first."""
    waiting = [swap for swap in await tx.swaps.open() if not swap.over(now)]
    return tuple(swap for swap in waiting if _concerns(bot, swap, person))


def _concerns(bot: Bot, swap: Swap, person: Person) -> bool:
    if person.id in (swap.asked_by_id, swap.asked_of_id):
        return True
    schedule = bot.posture().schedules.get(swap.schedule)
    if not swap.cover or schedule is None:
        return False
    team = bot.posture().teams.get(schedule.team or "")
    return person.named_in(schedule.handles) or (team is not None and person.named_in(team.members))
