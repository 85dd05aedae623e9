"""Gaps: looked for at any time, and every night told once to those who can mend them, and once more when mended."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from bot.bot import Bot
from bot.domain.delivery import NewRow
from bot.domain.meaning import schedules_of
from bot.domain.oncall import stretches
from bot.domain.people import Person, PersonId, Standing
from bot.domain.posture import Posture
from bot.domain.readiness import AHEAD, CODES, SHOWN_ONLY, Gap, Known, compared
from bot.domain.readiness import gaps as found_in
from bot.domain.rota import stamp
from bot.ports import Tx
from bot.usecases.notices import note_row
from bot.usecases.stale import is_broken


async def gaps(bot: Bot, now: datetime) -> list[Gap]:
    """Everything that is to be mended within the next 14 days, errors before warnings."""
    return await bot.db.read(lambda tx: gaps_in(bot, tx, now))


async def gaps_in(bot: Bot, tx: Tx, now: datetime) -> list[Gap]:
    """Within a transaction."""
    posture, rotas = bot.posture(), await tx.rotas.all()
    off = {name for name, rota in rotas.items() if rota.is_off}
    by_name = await tx.slots.of_all(now, now + AHEAD)
    held = {name: stretches(by_name.get(name, ()), now, now + AHEAD) for name in posture.schedules}
    people = await tx.people.many({slot.person_id for some in held.values() for slot in some})
    by_policies = paged(posture, bot.config.escalation_delay)
    followed = [name for name, one in posture.schedules.items() if one.source is not None]
    stale = {name for name in followed if await is_broken(tx, name)}
    known = Known(posture.schedules, off, held, people, bot.config.notifiers, by_policies, stale)
    return found_in(known, now, now + AHEAD)


def paged(posture: Posture, delay: timedelta) -> set[str]:
    """The schedules that the policy of some service names."""
    policies = [posture.policy_for(service, delay, name) for service in posture.services for name in posture.severities]
    targets = [target for policy in policies if policy for tier in policy.tiers for target in tier.targets]
    return set(schedules_of(targets, posture))


async def tell_gaps(bot: Bot, now: datetime) -> tuple[int, int]:
    """The nightly look: how many gaps were new, and how many mended. A second time on one day does nothing."""

    async def work(tx: Tx) -> tuple[int, int]:
        if not await tx.inbox.first("gaps", f"{now:%Y-%m-%d}", now):
            return 0, 0
        found = [gap for gap in await gaps_in(bot, tx, now) if gap.code not in SHOWN_ONLY]
        new, mended, over = compared(await _told(tx), found, now)
        await tx.gaps.add(new, now)
        await tx.gaps.close([*mended, *over], now)
        everybody = {person.id: person for person in await tx.people.all()}
        await tx.outbox.put(
            [*_rows(bot, "gaps_found", new, everybody, now), *_rows(bot, "gaps_mended", mended, everybody, now)]
        )
        return len(new), len(mended)

    return await bot.write(work)


async def _told(tx: Tx) -> list[Gap]:
    """Those that were told; what the world lacks of the posture is kept beside them (`inspections`)."""
    return [gap for gap in await tx.gaps.told() if gap.code in CODES]


async def tell_new(bot: Bot, tx: Tx, schedules: Collection[str], now: datetime) -> None:
    """Gaps of these schedules that nobody was told of yet are told at once, and not only at night."""
    found = [gap for gap in await gaps_in(bot, tx, now) if gap.schedule in schedules and gap.code not in SHOWN_ONLY]
    new, _, _ = compared(await _told(tx), found, now)
    await tx.gaps.add(new, now)
    everybody = {person.id: person for person in await tx.people.all()} if new else {}
    await tx.outbox.put(_rows(bot, "gaps_found", new, everybody, now))


def _rows(
    bot: Bot, code: str, found: Sequence[Gap], everybody: Mapping[PersonId, Person], now: datetime
) -> list[NewRow]:
    """One message to each person, with all that they can mend."""
    rows = []
    for person in everybody.values():
        mine = [_data(gap, everybody) for gap in found if _can_mend(bot, gap, person)]
        row = note_row(person, code, str(stamp(now)), {"gaps": mine}, now) if mine and person.active else None
        rows += [row] if row is not None else []
    return rows


def _can_mend(bot: Bot, gap: Gap, person: Person) -> bool:
    """Admins mend everything; whoever cannot be reached adds an address; an open hour any member may take."""
    if person.standing is Standing.ADMIN or (gap.code == "no_address" and gap.person_id == person.id):
        return True
    schedule = bot.posture().schedules.get(gap.schedule)
    return gap.code == "no_slot" and schedule is not None and person.named_in(schedule.handles)


def _data(gap: Gap, everybody: Mapping[PersonId, Person]) -> dict[str, object]:
    person = everybody.get(gap.person_id) if gap.person_id is not None else None
    return {
        "code": gap.code,
        "schedule": gap.schedule,
        "person": person.name if person else "",
        "start": stamp(gap.start) if gap.start else 0,
        "end": stamp(gap.end) if gap.end else 0,
        "other": gap.other,
    }
