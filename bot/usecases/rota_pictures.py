"""One schedule as it is shown: switched on or off, its stretches, its gaps and its people, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.bot import Bot
from bot.domain.oncall import Schedule, Slot, stretches
from bot.domain.people import Person, PersonId
from bot.domain.readiness import Gap
from bot.domain.refusals import Refusal
from bot.domain.spelling import nearest
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
        return RotaPicture(schedule, held, gaps, await tx.people.many(ids))

    return await bot.db.read(work)
