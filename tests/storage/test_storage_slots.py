"""Slots: who covers which moment, and what a new rota may touch."""

from __future__ import annotations

from datetime import timedelta

import pytest
from storage_samples import NOON, four

from bot.domain.oncall import Slot
from bot.domain.people import Person
from bot.ports import Tx
from storage.database import SqlDatabase
from storage.transaction import SqlTx
from storage.work_tables import slot

DAY = timedelta(days=1)


def covers(person: Person, start: float, end: float, layer: int = 0, schedule: str = "payments") -> Slot:
    """From day `start` to day `end`."""
    return Slot(0, schedule, person.id, NOON + start * DAY, NOON + end * DAY, layer)


async def override(tx: Tx, person: Person, start: float, end: float) -> None:
    assert isinstance(tx, SqlTx)
    times = {"starts_at": NOON + start * DAY, "ends_at": NOON + end * DAY}
    row = {"schedule": "payments", "person_id": person.id, "layer": 0, "is_override": True}
    await tx.scope.run(slot.insert().values(row | times))


@pytest.fixture
async def people(db: SqlDatabase) -> dict[str, Person]:
    return await db.write(four)


def spans(slots: list[Slot]) -> list[tuple[int, float, float]]:
    return [(one.person_id, (one.start - NOON) / DAY, (one.end - NOON) / DAY) for one in slots]


async def test_the_highest_layer_covers_and_an_override_covers_first(
    db: SqlDatabase, people: dict[str, Person]
) -> None:
    async def work(tx: Tx) -> list[int | None]:
        alice, bob, carol, dave = people.values()
        rota = [covers(alice, 0, 9, 0), covers(bob, 1, 8, 5)]
        await tx.slots.replace("payments", NOON, rota)
        await override(tx, dave, 2, 5)
        await override(tx, carol, 3, 4)
        found = [await tx.slots.at("payments", NOON + day * DAY) for day in (-1, 0, 1, 2, 3, 4, 5, 8, 9)]
        return [one and one.person_id for one in found]

    alice, bob, carol, dave = (person.id for person in people.values())
    assert await db.write(work) == [None, alice, bob, dave, carol, dave, bob, alice, None]


async def test_a_new_rota_leaves_the_past_and_overrides_alone(db: SqlDatabase, people: dict[str, Person]) -> None:
    alice, bob, carol, _dave = people.values()

    async def work(tx: Tx) -> None:
        await tx.slots.replace("payments", NOON, [covers(alice, 0, 2), covers(bob, 2, 4), covers(alice, 4, 6)])
        await tx.slots.replace("search", NOON, [covers(bob, 0, 6, schedule="search")])
        await override(tx, carol, 3, 5)
        await tx.slots.replace("payments", NOON + 3 * DAY, [covers(carol, 3, 7)])

    await db.write(work)
    every = await db.read(lambda tx: tx.slots.between("payments", NOON - DAY, NOON + 99 * DAY))
    assert spans(every) == [(alice.id, 0, 2), (bob.id, 2, 3), (carol.id, 3, 5), (carol.id, 3, 7)]
    assert [one.is_override for one in every] == [False, False, True, False]
    assert await db.read(lambda tx: tx.slots.horizon("payments")) == NOON + 7 * DAY
    assert await db.read(lambda tx: tx.slots.horizon("search")) == NOON + 6 * DAY
    assert await db.read(lambda tx: tx.slots.horizon("none")) is None


async def test_slots_are_listed_by_interval_by_person_and_from_now_on(
    db: SqlDatabase, people: dict[str, Person]
) -> None:
    alice, bob, _carol, _dave = people.values()

    async def work(tx: Tx) -> None:
        await tx.slots.replace("payments", NOON, [covers(alice, 0, 2), covers(bob, 2, 4), covers(alice, 4, 6)])
        await tx.slots.replace("search", NOON, [covers(alice, 1, 3, schedule="search")])

    await db.write(work)
    touching = await db.read(lambda tx: tx.slots.between("payments", NOON + 2 * DAY, NOON + 4 * DAY))
    assert spans(touching) == [(bob.id, 2, 4)]
    following = await db.read(lambda tx: tx.slots.after("payments", NOON, 1))
    assert spans(following) == [(bob.id, 2, 4)]
    mine = await db.read(lambda tx: tx.slots.of_person(alice.id, NOON, NOON + 4 * DAY))
    assert [(one.schedule, one.start) for one in mine] == [("payments", NOON), ("search", NOON + DAY)]
