"""Standing posts are put once for a channel and what they are about; a group's trouble is kept until it is mended."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from storage_samples import four

from bot.domain.groups import GroupTrouble
from bot.domain.standing import StandingPost
from bot.ports import Tx
from storage.database import SqlDatabase

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


async def test_a_post_is_put_once_until_it_ends_and_its_number_never_comes_back(db: SqlDatabase) -> None:
    async def work(tx: Tx) -> None:
        alice = (await four(tx))["alice"].id
        first = await tx.standing.put(StandingPost(0, "C1", "schedule/web", alice, AT))
        assert first is not None
        assert await tx.standing.put(StandingPost(0, "C1", "schedule/web", alice, AT)) is None
        other = await tx.standing.put(StandingPost(0, "C1", "", alice, AT))
        assert other is not None
        assert await tx.standing.keep(first.id, "17.5", "abc")
        posted = replace(first, ts="17.5", shown="abc")
        assert (await tx.standing.get(first.id), await tx.standing.all()) == (posted, [posted, other])
        assert [await tx.standing.end(other.id), await tx.standing.end(other.id)] == [True, False]
        assert [await tx.standing.keep(other.id, "1.1", ""), await tx.standing.get(other.id)] == [False, None]
        again = await tx.standing.put(StandingPost(0, "C1", "", alice, AT))
        assert again is not None and again.id > other.id

    await db.write(work)


async def test_a_groups_trouble_is_kept_until_it_is_mended(db: SqlDatabase) -> None:
    trouble = GroupTrouble("oncall", "permission_denied", AT, AT)
    later = replace(trouble, tried_at=AT + timedelta(days=1))

    async def work(tx: Tx) -> None:
        for one in (trouble, later, replace(trouble, name="S1")):
            await tx.user_groups.trouble(one)
        await tx.user_groups.mended(["S1", "nobody"])
        assert await tx.user_groups.troubles() == {"oncall": later}

    await db.write(work)
