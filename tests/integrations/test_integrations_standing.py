"""Standing posts and user groups against the sandbox: posted once, edited in place, filled, disabled and enabled."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from live_slack import ALICE, BOB, Live, in_doubt, job, live, now

from bot.domain.delivery import Effect, Later, Never, Sent
from bot.domain.groups import UserGroup, Wish
from bot.domain.oncall import OnCall, Schedule, Slot
from bot.domain.standing import Board, BoardLine, StandingPost
from integrations.groups import GroupMembers
from integrations.standing import Standing
from sandbox import conduct, seed

ONCALL = "S0ONCALL"


@pytest.fixture
async def there() -> AsyncIterator[Live]:
    async with live() as found:
        yield found


def board(channel: str, ts: str | None = None, person: int = ALICE.id, shown: str = "") -> Board:
    post = StandingPost(3, channel, "schedule/payments", BOB.id, now(), ts, shown)
    answer = OnCall("payments", Slot(1, "payments", person, now(), now()))
    return Board(post, (BoardLine(Schedule("payments", ()), answer),), {one.id: one for one in (ALICE, BOB)})


async def posted(there: Live, channel: str) -> str:
    """Posts it; answers its ts."""
    outcome = await Standing(there.slack).post(job(Effect.STANDING_POST, board=board(channel)), now())
    assert isinstance(outcome, Sent)
    return str(outcome.ref["ts"])


# --- posts


async def test_it_joins_a_channel_mentions_nobody_at_first_and_is_then_edited_in_place(there: Live) -> None:
    ts = await posted(there, "C0PAYMENTS")
    [message] = there.said("C0PAYMENTS")
    assert (message.ts, "*Now* Alice Chen" in str(message.blocks), "<@U" in str(message.blocks)) == (ts, True, False)
    update = Standing(there.slack).update
    first = await update(job(Effect.STANDING_UPDATE, board=board("C0PAYMENTS", ts)), now())
    assert isinstance(first, Sent) and first.ref["ts"] == ts
    assert f"*Now* <@{seed.ALICE}>" in str(there.said("C0PAYMENTS")[0].blocks)
    same = board("C0PAYMENTS", ts, shown=str(first.ref["shown"]))
    assert await update(job(Effect.STANDING_UPDATE, board=same), now()) == first
    assert len(there.calls("chat.update")) == 1
    other = replace(same, lines=board("C0PAYMENTS", ts, BOB.id).lines)
    await update(job(Effect.STANDING_UPDATE, board=other), now())
    await update(job(Effect.STANDING_UPDATE, board=same, data={"anew": True}), now())
    assert (len(there.calls("chat.update")), len(there.said("C0PAYMENTS"))) == (3, 1)


async def test_a_post_in_doubt_is_looked_up_and_never_made_twice(there: Live) -> None:
    given = job(Effect.STANDING_POST, board=board("C0GENERAL"))
    await there.slack.rooms.join("C0GENERAL")
    there.fault("chat.postMessage", "reset_after")
    await Standing(there.slack).post(given, now())
    again = await Standing(there.slack).post(in_doubt(given), now())
    assert (isinstance(again, Sent) and again.found, len(there.said("C0GENERAL"))) == (True, 1)


async def test_what_is_gone_says_so(there: Live) -> None:
    ts = await posted(there, "C0RANDOM")
    update = Standing(there.slack).update
    assert await update(job(Effect.STANDING_UPDATE, board=board("C0RANDOM", "1.1")), now()) == Never(
        "message_not_found"
    )
    ended = job(Effect.STANDING_END, data={"channel": "C0RANDOM", "ts": ts, "about": "schedule/payments"})
    assert isinstance(await Standing(there.slack).end(ended, now()), Sent)
    assert there.said("C0RANDOM")[0].text.startswith("Who is on call is not shown here any more.")
    await conduct.archive(there.world, seed.CAROL, "C0RANDOM")
    assert await update(job(Effect.STANDING_UPDATE, board=board("C0RANDOM", ts)), now()) == Never("is_archived")


# --- user groups


async def fills(there: Live, *members: str, copy: UserGroup | None = None, name: str = "oncall-payments") -> object:
    """What came of it: who is in the group and whether it is enabled; or the outcome, where it was refused."""
    wish = Wish(name, members, copy)
    outcome = await GroupMembers(there.slack).fill(job(Effect.GROUP_FILL, wish=wish), now())
    if not isinstance(outcome, Sent):
        return outcome
    group = there.world.usergroups[ONCALL]
    told = (outcome.ref["group"], outcome.ref["active"])
    assert told == (ONCALL, not group.deleted_at)
    if members:
        assert outcome.ref["members"] == group.users
    return group.users, not group.deleted_at


def copied(there: Live, **other: object) -> UserGroup:
    """As we last heard of it."""
    group = there.world.usergroups[ONCALL]
    known = UserGroup(ONCALL, group.handle, group.name, tuple(group.users), not group.deleted_at)
    return replace(known, **other)  # type: ignore[arg-type]  # fields of its own


async def test_a_group_is_filled_disabled_while_it_would_be_empty_and_enabled_again(there: Live) -> None:
    assert await fills(there, seed.BOB, seed.DAVE) == ([seed.BOB, seed.DAVE], True)  # asked of Slack: we had no copy
    assert await fills(there, copy=copied(there)) == ([seed.BOB, seed.DAVE], False)
    assert await fills(there, seed.CAROL, copy=copied(there)) == ([seed.CAROL], True)
    assert await fills(there, seed.CAROL, copy=copied(there)) == ([seed.CAROL], True)
    calls = [len(there.calls(f"usergroups.{one}")) for one in ("list", "users.update", "disable", "enable")]
    assert calls == [1, 2, 1, 1]


async def test_a_copy_that_is_not_true_any_more_is_found_out(there: Live) -> None:
    await there.slack.groups.disable(ONCALL)
    assert await fills(there, seed.BOB, copy=copied(there, active=True)) == ([seed.BOB], True)


async def test_what_slack_forbids_is_not_tried_for_ever(there: Live) -> None:
    assert await fills(there, seed.BOB, name="nobody") == Never("no_such_subteam")
    copy = copied(there)
    for code in ("permission_denied", "paid_teams_only", "missing_scope", "invalid_users"):
        there.fault("usergroups.users.update", "error", error=code)
        assert await fills(there, seed.BOB, copy=copy) == Never(code)
    there.fault("usergroups.users.update", "reset_after")
    assert isinstance(await fills(there, seed.BOB, copy=copy), Later)
    assert await fills(there, seed.BOB, copy=copy) == ([seed.BOB], True)
