"""Who is on call, as it is shown outside: what a standing post shows, and whom a user group should hold."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.bot import Bot
from bot.domain.groups import Wish, followed, may_be_in
from bot.domain.oncall import OnCall, on_call
from bot.domain.standing import EVERY, Board, BoardLine, StandingPost, shown_by
from bot.ports import Tx
from bot.usecases.schedules import AHEAD, KNOWN, merged, on_call_now, switched


async def board_in(bot: Bot, tx: Tx, post: StandingPost, now: datetime) -> Board:
    """A post with all it shows. A schedule that another replica took over a moment ago is known here too."""
    rotas, troubles = await tx.rotas.all(), await tx.user_groups.troubles()
    whole = merged(bot.posture(), rotas)
    shown = {name: whole.schedules[name] for name in shown_by(post.about, whole.schedules)}
    many = post.about == EVERY
    answers = {one.schedule: one for one in await on_call_now(tx, whole, now)} if many else await _few(tx, shown, now)
    lines = tuple(
        BoardLine(switched(one, rotas.get(name)), answers[name], not one.is_active, troubles.get(one.user_group))
        for name, one in shown.items()
    )
    ids = {slot.person_id for line in lines for slot in (line.answer.slot, line.answer.following) if slot is not None}
    return Board(post, lines, await tx.people.many(ids))


async def _few(tx: Tx, names: Collection[str], now: datetime) -> dict[str, OnCall]:
    slots = await tx.slots.of_all(now, now + AHEAD, set(names)) if names else {}
    return {name: on_call(name, slots.get(name, ()), now, now + KNOWN) for name in names}


async def wish_in(bot: Bot, tx: Tx, group: str, now: datetime) -> Wish | None:
    """Whoever is on call by any of the schedules that name this group; None where none does."""
    names = followed(bot.posture().schedules).get(group)
    if names is None:
        return None
    slots = [await tx.slots.at(name, now) for name in names]
    people = await tx.people.many({slot.person_id for slot in slots if slot is not None})
    known = (await tx.user_groups.named([group])).get(group)
    return Wish(group, may_be_in(people.values()), known)
