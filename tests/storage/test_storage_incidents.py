"""Incidents: numbered without holes, seen only by who may, changed only from the version that was read."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from storage_samples import MINUTE, NOON, declared, four

from bot.domain.incident import ClosedAs, Incident, State, Status
from bot.domain.people import EVERYTHING, Person, Standing, Viewer, viewer_of
from bot.domain.timeline import Event, Kind
from bot.ports import Conflict, Tx
from storage.database import SqlDatabase


async def test_every_field_comes_back(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> Incident:
        people = await four(tx)
        return await declared(
            tx,
            title="Ünïcode 🔥 <!channel>",
            state=State.RESOLVED,
            status=Status.RESOLVED,
            declared_at=datetime(2026, 11, 20, 13, tzinfo=timezone(timedelta(hours=1))),
            description="d",
            private=True,
            drill=True,
            source_link="https://example.com",
            reporter_id=people["alice"].id,
            assignee_id=people["bob"].id,
            commander_id=people["carol"].id,
            closed_as=ClosedAs.CANCELLED,
            resolution="false alarm",
            acked_at=NOON + MINUTE,
            resolved_at=NOON + 2 * MINUTE,
            resolved_by_id=people["dave"].id,
            last_update="u",
            last_update_at=NOON,
            room_channel="C1",
            room_name="inc-1-api",
            generation=2,
        )

    new = await db.write(work)
    stored = await db.read(lambda tx: tx.incidents.get(new.id, EVERYTHING))
    assert stored == new
    assert stored is not None and stored.declared_at.tzinfo is UTC


async def test_numbers_have_no_holes(db: SqlDatabase) -> None:
    async def fails(tx: Tx) -> None:
        await declared(tx)
        raise LookupError

    async def attempt(n: int) -> int | None:
        if n % 3:
            return (await db.write(declared)).id
        with pytest.raises(LookupError):
            await db.write(fails)
        return None

    numbers = await asyncio.gather(*(attempt(n) for n in range(12)))
    assert sorted(number for number in numbers if number) == list(range(1, 9))


@pytest.mark.parametrize("number", [-1, 0, 2, 2**31, 2**63, 10**40])
async def test_a_number_that_was_never_given_finds_nothing(db: SqlDatabase, number: int) -> None:
    await db.write(declared)
    assert await db.read(lambda tx: tx.incidents.get(number, EVERYTHING)) is None


async def test_a_change_from_an_old_version_is_refused(db: SqlDatabase) -> None:
    new = await db.write(declared)
    changed = await db.write(lambda tx: tx.incidents.save(replace(new, title="first")))
    assert changed == replace(new, title="first", version=2)
    with pytest.raises(Conflict):
        await db.write(lambda tx: tx.incidents.save(replace(new, title="second")))
    assert await db.read(lambda tx: tx.incidents.get(new.id, EVERYTHING)) == changed


async def test_a_private_incident_is_seen_by_its_room_and_admins_only(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> dict[str, Person]:
        people = await four(tx)
        await declared(tx, private=True, room_channel="C1")
        await declared(tx, room_channel="C2")
        await tx.responders.join_room(1, people["alice"].id)
        await tx.responders.join_room(2, people["dave"].id)
        return people

    people = await db.write(work)

    async def seen(viewer: Viewer) -> list[object]:
        async def look(tx: Tx) -> list[object]:
            got = [await tx.incidents.get(number, viewer) for number in (1, 2)]
            got += [await tx.incidents.by_channel(channel, viewer) for channel in ("C1", "C2")]
            lists = await tx.incidents.open(viewer), await tx.incidents.recent(viewer)
            return [one and one.id for one in got] + [[one.id for one in some] for some in lists]

        answer = await db.read(look)
        assert answer == await db.write(look)
        return answer

    whole = [1, 2, 1, 2, [2, 1], [2, 1]]
    part = [None, 2, None, 2, [2], [2]]
    admin = replace(people["carol"], standing=Standing.ADMIN)
    assert await seen(viewer_of(people["alice"])) == whole
    assert await seen(viewer_of(admin)) == whole
    assert await seen(EVERYTHING) == whole
    assert await seen(viewer_of(people["bob"])) == part
    assert await seen(viewer_of(people["dave"])) == part
    assert await seen(Viewer(None)) == part

    await db.write(lambda tx: tx.responders.leave_room(1, people["alice"].id))
    assert await seen(viewer_of(people["alice"])) == part


async def test_open_incidents_come_worst_first_then_newest(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> None:
        for severity in ("SEV3", "SEV1", "SEV2", "SEV1"):
            await declared(tx, severity=severity)
        await declared(tx, severity="SEV1", state=State.RESOLVED)

    await db.write(work)
    assert [one.id for one in await db.read(lambda tx: tx.incidents.open(EVERYTHING))] == [4, 2, 3, 1]
    assert [one.id for one in await db.read(lambda tx: tx.incidents.open(EVERYTHING, 2))] == [4, 2]
    assert [one.id for one in await db.read(lambda tx: tx.incidents.recent(EVERYTHING, 3))] == [5, 4, 3]


async def test_counts_tell_nothing_of_private_incidents_and_drills(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> None:
        await declared(tx)
        await declared(tx, state=State.RESOLVED)
        await declared(tx, state=State.ERROR, private=True)
        await declared(tx, state=State.ASSIGNED, drill=True)

    await db.write(work)
    assert await db.read(lambda tx: tx.incidents.count_by_state()) == {"PENDING": 1, "RESOLVED": 1}


async def test_facts_are_recorded_in_order_and_once_by_key(db: SqlDatabase) -> None:
    number, other = (await db.write(declared)).id, (await db.write(declared)).id

    def note(text: str, *, at: datetime = NOON, key: str | None = None, incident_id: int = number) -> Event:
        return Event(incident_id, at, Kind.NOTE, None, "Tocsin", {"text": text}, key)

    first = await db.write(lambda tx: tx.timeline.add([note("a"), note("b", key="k"), note("c", at=NOON - MINUTE)]))
    again = await db.write(lambda tx: tx.timeline.add([note("b", key="k"), note("d"), note("a")]))
    await db.write(lambda tx: tx.timeline.add([note("other", key="k", incident_id=other)]))
    assert [event.data["text"] for event in first] == ["a", "b", "c"]
    assert [event.data["text"] for event in again] == ["d", "a"]
    assert [event.id for event in first] == sorted(event.id for event in first)
    told = await db.read(lambda tx: tx.timeline.of(number))
    assert told == [first[2], first[0], first[1], *again]
    assert replace(told[0], id=0) == note("c", at=NOON - MINUTE)
    assert await db.read(lambda tx: tx.timeline.get(told[0].id)) == told[0]
    assert await db.read(lambda tx: tx.timeline.last(number, Kind.NOTE)) == again[1]
    assert await db.read(lambda tx: tx.timeline.last(number, Kind.ACKED)) is None


async def test_the_same_fact_told_at_once_is_recorded_once(db: SqlDatabase) -> None:
    number = (await db.write(declared)).id
    event = Event(number, NOON, Kind.ACKED, key="ack/1")
    recorded = await asyncio.gather(*(db.write(lambda tx: tx.timeline.add([event])) for _ in range(8)))
    assert sorted(len(one) for one in recorded) == [0] * 7 + [1]


async def test_text_that_no_database_can_hold_is_still_accepted(db: SqlDatabase) -> None:
    data = {"text": "NUL \0 and half \ud83d"}

    async def work(tx: Tx) -> int:
        number = (await declared(tx, title="NUL \0 and half \ud83d of a fire")).id
        await tx.timeline.add([Event(number, NOON, Kind.NOTE, data=data)])
        return number

    number = await db.write(work)
    stored = await db.read(lambda tx: tx.incidents.get(number, EVERYTHING))
    assert stored is not None
    assert stored.title == "NUL \ufffd and half ? of a fire"
    (note,) = await db.read(lambda tx: tx.timeline.of(number))
    assert note.data == data


async def test_a_naive_time_is_refused(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> None:
        await declared(tx, declared_at=datetime(2026, 11, 20, 12))  # noqa: DTZ001 - what is refused here

    with pytest.raises(Exception, match="naive time 2026-11-20T12:00:00"):
        await db.write(work)
