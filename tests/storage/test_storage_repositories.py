"""What each repository promises, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.people import Person
from bot.ports import Tx
from storage.database import SqlDatabase

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


async def test_a_person_is_found_by_every_address(db: SqlDatabase) -> None:
    async def add(tx: Tx) -> Person:
        return await tx.people.add(Person(0, "Alice", "alice", "U1", "Alice@example.com", "+15550001"))

    alice = await db.write(add)

    async def find(tx: Tx) -> list[Person | None]:
        people = tx.people
        return [
            await people.by_slack("U1"),
            await people.by_phone("+15550001"),
            await people.by_email("alice@EXAMPLE.com"),
            (await people.by_handles(["alice", "bob"])).get("alice"),
            await people.get(alice.id),
        ]

    assert await db.read(find) == [alice] * 5
