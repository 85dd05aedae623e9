"""User groups are found by handle and by id, and the active one of two that share a handle is meant."""

from __future__ import annotations

from dataclasses import replace

from storage_samples import four

from bot.domain.groups import UserGroup
from bot.ports import Tx
from storage.database import SqlDatabase

ONCALL = UserGroup("S1", "oncall", "On call", ("U2", "U1"), changed=1_790_000_000)


async def test_a_group_is_found_by_handle_and_by_id(db: SqlDatabase) -> None:
    await db.write(lambda tx: tx.user_groups.put(ONCALL))
    found = await db.read(lambda tx: tx.user_groups.named(["oncall", "S1", "nobody"]))
    assert found == {"oncall": ONCALL, "S1": ONCALL}


async def test_a_group_is_replaced_whole(db: SqlDatabase) -> None:
    later = replace(ONCALL, handle="on-duty", members=(), active=False, changed=1_800_000_000)
    for group in (ONCALL, later):
        await db.write(lambda tx, one=group: tx.user_groups.put(one))  # type: ignore[misc]  # bound now
    assert await db.read(lambda tx: tx.user_groups.all()) == [later]


async def test_of_two_groups_of_one_handle_the_active_one_is_meant(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> None:
        for one in (ONCALL, replace(ONCALL, slack_id="S2", active=False, changed=ONCALL.changed + 1)):
            await tx.user_groups.put(one)

    await db.write(work)
    assert (await db.read(lambda tx: tx.user_groups.named(["oncall"])))["oncall"] == ONCALL


async def test_people_are_found_by_several_slack_ids_at_once(db: SqlDatabase) -> None:
    people = await db.write(four)
    found = await db.read(lambda tx: tx.people.by_slacks(["U1", "U4", "U9"]))
    assert found == {"U1": people["alice"], "U4": people["dave"]}
