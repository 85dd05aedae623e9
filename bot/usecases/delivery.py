"""The outbox's far end: what came of a call is recorded, with what follows from it, in one transaction.

That is: surfaces, the room's id, the next notifier, the next try. `preparing` is its near end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.bot import Bot
from bot.domain.budgets import is_bundle
from bot.domain.delivery import (
    NOTIFIER_OF,
    ON_PHONES,
    Effect,
    Later,
    Never,
    NewRow,
    Outcome,
    PageState,
    Row,
    RowState,
    Sent,
    Surface,
    SurfaceKind,
    Unknown,
)
from bot.domain.people import EVERYTHING, SYSTEM, Person
from bot.domain.receipts import Reach
from bot.domain.timeline import Event, Kind
from bot.ports import Tx
from bot.usecases import admins, contacts, first_reactions, groups, standing, steering
from bot.usecases.bundles import told_anew
from bot.usecases.change import Change, card_update, page_update
from bot.usecases.hanging_up import hang_up

#: A row that is no page is given up after a day, so that the room is filled in when Slack returns from an outage;
#: pages are tried until they are answered or replaced.
GIVEN_UP_AFTER = timedelta(days=1)
#: Tries of a row that fails by a bug of ours, before what waits behind it goes on.
MOST_BUGS = 12
#: What timed out may still arrive: it is looked up only after this.
LANDING = timedelta(seconds=6)
#: Waits between tries: doubling from the first to the last.
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(seconds=60)

_LEAVES: dict[Effect, SurfaceKind] = {
    Effect.CARD_POST: SurfaceKind.CARD,
    Effect.ANNOUNCE_POST: SurfaceKind.ANNOUNCEMENT,
    Effect.PAGE_SLACK: SurfaceKind.PAGE,
    Effect.REMIND: SurfaceKind.REMINDER,
    Effect.ROOM_SAY: SurfaceKind.NOTICE,
    Effect.POSTMORTEM_POST: SurfaceKind.NOTICE,
}


@dataclass(frozen=True, slots=True)
class Drop:
    """Not to be sent any more, and why."""

    reason: str


async def settle(bot: Bot, row: Row, outcome: Outcome | Drop, now: datetime) -> None:
    """Records what came of a try. A row that somebody else claimed since is left to them."""

    async def work(tx: Tx) -> None:
        held = await tx.bundles.held(row.id) if is_bundle(row) else []
        for number in sorted({one.incident_id for one in [row, *held] if one.incident_id is not None}):
            # Whoever changes an incident holds it and then touches its rows: the other order would be a deadlock.
            await tx.incidents.get(number, EVERYTHING)
        if not await _record(tx, row, outcome, now):
            return
        if is_bundle(row):
            await _bundled(bot, tx, row, held, outcome, now)
        elif isinstance(outcome, Sent):
            await _sent(bot, tx, row, outcome, now)
        elif isinstance(outcome, Never) or (isinstance(outcome, Later | Unknown) and _given_up(row, outcome, now)):
            await _dead(bot, tx, row, outcome.reason, now)

    await bot.write(work)


async def _bundled(bot: Bot, tx: Tx, bundle: Row, held: Sequence[Row], outcome: Outcome | Drop, now: datetime) -> None:
    """What became of a bundle became of each page that it carried; one that it did not carry goes by itself."""
    match outcome:
        case Sent(ref=ref, found=found):
            if bundle.effect in ON_PHONES:
                await tx.outbox.reached(bundle.id, _first_reach(bundle.effect))
            if bundle.person_id is not None and ref.get("dm_channel"):
                await _keep_dm(tx, await tx.people.get(bundle.person_id), str(ref["dm_channel"]))
            # what is found went out in an earlier try, which told of all that was in it then; nothing joined since
            went, said = (frozenset(one.id for one in held), "found") if found else (_carried(ref), "sent")
            result = {**ref, "bundle": len(went)} | ({"repeat": True} if bundle.doubt and not found else {})
            del result["rows"]
            for one in held:
                if one.id in went and await tx.bundles.end(one, bundle, RowState.SENT, said, "", result):
                    await _delivered(bot, tx, replace(one, doubt=bundle.doubt), outcome, now)
            await tx.bundles.release(bundle.id)  # what it did not tell of is looked at by itself
            if bundle.effect is Effect.PAGE_SLACK:
                await tx.outbox.put(await _answered_meanwhile(tx, [one for one in held if one.id in went], now))
        case Never(reason=reason):
            for one in held:
                if await tx.bundles.end(one, bundle, RowState.DEAD, "never", reason, {}):
                    await _dead(bot, tx, one, reason, now)
        case Later() | Unknown():
            await tx.bundles.postpone(bundle.id, (await tx.outbox.get(bundle.id)).not_before)
        case Drop():
            await tx.bundles.release(bundle.id)  # what is left of it is dropped for its own reason


async def _answered_meanwhile(tx: Tx, rows: Sequence[Row], now: datetime) -> list[NewRow]:
    """Pages answered while their bundle was on its way: its message must not ask for them any more."""
    sent = [await tx.outbox.get(row.id) for row in rows]
    over = [row for row in sent if row.page_id and (await tx.pages.get(row.page_id)).state is not PageState.OPEN]
    return told_anew(over[:1], f"row{over[0].id}", now) if over else []


def _carried(ref: Mapping[str, object]) -> frozenset[int]:
    """The rows that a bundle's message spoke of."""
    rows = ref.get("rows")
    return frozenset(rows) if isinstance(rows, list) else frozenset()


def _given_up(row: Row, outcome: Later | Unknown, now: datetime) -> bool:
    if row.effect in NOTIFIER_OF:
        return False
    bug = isinstance(outcome, Unknown) and outcome.bug
    return now - row.created_at >= GIVEN_UP_AFTER or (bug and row.tries >= MOST_BUGS)


def back_off(tries: int) -> timedelta:
    """1 s, 2 s, 4 s … 60 s."""
    doubled: timedelta = FIRST_WAIT * 2 ** min(max(tries - 1, 0), 10)
    return min(doubled, LONGEST_WAIT)


async def _record(tx: Tx, row: Row, outcome: Outcome | Drop, now: datetime) -> bool:
    match outcome:
        case Sent(ref=ref, found=found):
            result = {**ref, "found": True} if found else {**ref, "repeat": True} if row.doubt else dict(ref)
            said = "found" if found else "sent"
            return await tx.outbox.settle(row, state=RowState.SENT, outcome=said, result=result)
        case Never(reason=reason):
            return await tx.outbox.settle(row, state=RowState.DEAD, outcome="never", reason=reason)
        case Drop(reason=reason):
            return await tx.outbox.settle(row, state=RowState.DROPPED, outcome="dropped", reason=reason)
        case Later(after=after):
            return await _again(tx, row, outcome, now, after or back_off(row.tries), doubt=row.doubt)
        case Unknown():
            wait = max(back_off(row.tries), LANDING) if outcome.under_way else back_off(row.tries)
            return await _again(tx, row, outcome, now, wait, doubt=True)


async def _again(tx: Tx, row: Row, outcome: Later | Unknown, now: datetime, wait: timedelta, *, doubt: bool) -> bool:
    said, reason = "later" if isinstance(outcome, Later) else "unknown", outcome.reason
    if _given_up(row, outcome, now):
        reason = f"given up after {row.tries} tries: {reason}"
        return await tx.outbox.settle(row, state=RowState.DEAD, outcome=said, reason=reason, doubt=doubt)
    at = now + wait
    return await tx.outbox.settle(row, state=RowState.PENDING, outcome=said, reason=reason, not_before=at, doubt=doubt)


async def _sent(bot: Bot, tx: Tx, row: Row, outcome: Sent, now: datetime) -> None:
    ref = outcome.ref
    if row.effect in _LEAVES and "ts" in ref:
        kind = _LEAVES[row.effect]
        place = (str(ref["channel"]), str(ref["ts"]))
        await tx.surfaces.put(Surface(*place, kind, row.incident_id or 0, row.page_id, row.person_id, now))
    if row.effect is Effect.ROOM_CREATE:
        await _room_made(bot, tx, row, ref, now)
    elif row.effect is Effect.CARD_POST:
        await tx.outbox.put(first_reactions.on_card(bot, row, ref, now))
    elif row.effect is Effect.PAGE_UPDATE and row.page_id is not None:
        await tx.outbox.put(first_reactions.taken_back(bot, await tx.pages.get(row.page_id), row, now))
    elif row.effect in NOTIFIER_OF:
        await _delivered(bot, tx, row, outcome, now)
    elif row.effect is Effect.POSTMORTEM_POST:
        fact = Event(
            row.incident_id or 0, now, Kind.POSTMORTEM, None, "Tocsin", {"permalink": str(ref.get("permalink", ""))}
        )
        await tx.timeline.add([fact])
    elif row.effect in standing.EFFECTS:
        await standing.shown(tx, row, ref, now)
    elif row.effect is Effect.GROUP_FILL:
        await groups.filled(bot, tx, row, ref, now)
    elif row.effect is Effect.ROOM_INVITE and ref.get("failed"):
        await _not_invited(bot, tx, row, ref, now)
    if row.person_id is not None and ref.get("dm_channel"):
        await _keep_dm(tx, await tx.people.get(row.person_id), str(ref["dm_channel"]))


async def _keep_dm(tx: Tx, person: Person, channel: str) -> None:
    if person.dm_channel != channel:
        await tx.people.save(replace(person, dm_channel=channel))


async def _change(bot: Bot, tx: Tx, row: Row, now: datetime) -> Change:
    assert row.incident_id is not None
    incident = await tx.incidents.get(row.incident_id, EVERYTHING)
    assert incident is not None
    return Change(bot, tx, incident, SYSTEM, now)


async def _room_made(bot: Bot, tx: Tx, row: Row, ref: object, now: datetime) -> None:
    assert isinstance(ref, dict)
    change = await _change(bot, tx, row, now)
    change.set(room_channel=str(ref["channel"]), room_name=str(ref["name"]))
    change.record(Kind.ROOM, channel=str(ref["channel"]), name=str(ref["name"]))
    await change.finish()


async def _delivered(bot: Bot, tx: Tx, row: Row, outcome: Sent, now: datetime) -> None:
    """The card shows what reached whom; a send that may be a repeat is said to be one."""
    notifier = NOTIFIER_OF[row.effect]
    await tx.outbox.reached(row.id, _first_reach(row.effect))
    repeat = row.doubt and not outcome.found
    data: dict[str, object] = {"person_id": row.person_id, "notifier": notifier, "repeat": repeat}
    if row.bundle_id is not None:
        data["bundle"] = len(_carried(outcome.ref))
    fact = Event(row.incident_id or 0, now, Kind.PAGE_DELIVERED, None, "Tocsin", data, f"sent/{row.key}")
    await tx.timeline.add([fact])
    incident = await tx.incidents.get(row.incident_id or 0, EVERYTHING)
    assert incident is not None and row.page_id is not None
    rows = [card_update(incident, f"row{row.id}", now)]
    if notifier == "slack" and row.bundle_id is None:
        page = await tx.pages.get(row.page_id)
        rows += first_reactions.on_page(bot, page, row, outcome.ref, now)
        # Answered while this was on its way, it must not ask any more; and what else changed since must not stay so.
        if page.state is not PageState.OPEN or outcome.ref.get("version") != incident.version:
            posted = await tx.surfaces.find(str(outcome.ref["channel"]), str(outcome.ref["ts"]))
            rows += [page_update(incident, posted, f"row{row.id}", now)] if posted else []
    await tx.outbox.put([*rows, *await _unwanted_call(tx, row, outcome, now)])


async def _unwanted_call(tx: Tx, row: Row, outcome: Sent, now: datetime) -> list[NewRow]:
    """A call whose page was answered while it was being placed rings for nothing."""
    if row.effect is not Effect.PAGE_VOICE or row.page_id is None or row.bundle_id or "sid" not in outcome.ref:
        return []
    page = await tx.pages.get(row.page_id)
    return [] if page.state is PageState.OPEN else [hang_up(row, outcome.ref["sid"], now)]


def _first_reach(effect: Effect) -> Reach:
    """What the answer to a send proves; of phones, receipts tell more."""
    if effect in ON_PHONES:
        return Reach.QUEUED
    return Reach.DELIVERED if effect is Effect.PAGE_SLACK else Reach.ACCEPTED


async def _dead(bot: Bot, tx: Tx, row: Row, reason: str, now: datetime) -> None:
    """It cannot be done: a page moves on at once; a step of the room is shown as failed."""
    if row.effect is Effect.PAGE_SMS and contacts.says_stopped(reason) and row.person_id is not None:
        await contacts.stopped(tx, bot, (await tx.people.get(row.person_id)).number or "", now)
    if row.incident_id is None:
        await contacts.code_failed(tx, row, reason, now)
        await admins.unheard(tx, row, now)
        await standing.failed(tx, row, reason, now)
        await groups.failed(bot, tx, row, reason, now)
        return
    change = await _change(bot, tx, row, now)
    if row.effect in NOTIFIER_OF:
        await steering.undelivered(change, row, reason)
    else:
        change.record(Kind.STEP_FAILED, key=f"step/{row.key}", step=row.effect.value, reason=reason)
        if row.effect in (Effect.CARD_UPDATE, Effect.ROOM_TOPIC, Effect.ANNOUNCE_UPDATE, Effect.PAGE_UPDATE):
            await tx.timeline.add(change.events)  # a refresh here would only fail again
            return
    await change.finish()


async def _not_invited(bot: Bot, tx: Tx, row: Row, ref: object, now: datetime) -> None:
    assert isinstance(ref, dict)
    change = await _change(bot, tx, row, now)
    for slack_id, reason in ref["failed"].items():
        person = await tx.people.by_slack(slack_id)
        data = {"step": row.effect.value, "slack_id": slack_id, "reason": reason}
        data |= {"person_id": person.id} if person is not None else {}
        change.record(Kind.STEP_FAILED, data, key=f"step/{row.key}/{slack_id}")
    await change.finish()
