"""Reactions race and repeat: the newest event of a person, message and emoji decides."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from night import Night
from usecases_asks import refused

from bot.domain.answers import Answer
from bot.domain.delivery import Surface, SurfaceKind
from bot.domain.incident import State
from bot.domain.people import Source
from bot.domain.timeline import Kind
from bot.usecases import responders
from bot.usecases.reactions import reacted

React = Callable[..., Awaitable[Answer | None]]


async def surface(night: Night, kind: SurfaceKind) -> Surface:
    found = await night.bot.db.read(lambda tx: tx.surfaces.of(1, kind))
    return found[0]


async def on(night: Night, kind: SurfaceKind) -> React:
    """Reacts on the card, or on Alice's page: `react("alice", "eyes", "1.0")`, `removed=True` takes it off."""
    place = await surface(night, kind)

    async def react(name: str, emoji: str, event_ts: str, removed: bool = False) -> Answer | None:
        by = night.by(name, Source.SLACK_REACTION)
        return await reacted(night.bot, place.channel, place.ts, emoji, not removed, event_ts, by, night.now)

    return react


@pytest.fixture
async def card(night: Night) -> React:
    await night.declare(severity="sev1")
    return await on(night, SurfaceKind.CARD)


@pytest.mark.parametrize("emoji", ["eyes", "white_check_mark"])
async def test_any_member_acks_by_a_reaction_on_the_card(night: Night, card: React, emoji: str) -> None:
    answer = await card("bob", emoji, "1.0")
    assert answer is not None and answer.code == "acked"
    assert (await night.incident()).state is State.IN_PROGRESS
    assert [event.data for event in await night.events() if event.kind is Kind.ACKED] == [{"source": "slack reaction"}]


async def test_who_is_paged_acks_or_declines_on_the_page_itself(night: Night) -> None:
    await night.declare()
    page = await on(night, SurfaceKind.PAGE)
    answer = await page("alice", "x", "1.0")
    assert answer is not None and (answer.code, answer.data["next"]) == ("declined", ["Bob Okafor"])


async def test_only_who_is_paged_declines(night: Night, card: React) -> None:
    assert (await refused(card("dave", "x", "1.0")))[0] == "not_paged"


async def test_a_medal_volunteers_and_taking_it_off_steps_down(night: Night, card: React) -> None:
    answer = await card("bob", "medal", "1.0")
    assert answer is not None and (answer.code, answer.data["person"]) == ("role_given", "Bob Okafor")
    assert (await night.incident()).commander_id == night.people["bob"].id
    gone = await card("bob", "medal", "2.0", removed=True)
    assert gone is not None and gone.code == "role_dropped"
    assert (await night.incident()).commander_id is None


async def test_a_second_medal_is_refused_with_who_commands(night: Night, card: React) -> None:
    await card("bob", "medal", "1.0")
    assert await refused(card("alice", "medal", "2.0")) == (
        "role_taken",
        {"role": "commander", "holder": "Bob Okafor"},
    )
    assert await card("alice", "medal", "3.0", removed=True) is None
    assert (await night.incident()).commander_id == night.people["bob"].id


async def test_the_same_event_twice_is_done_once(night: Night, card: React) -> None:
    await card("bob", "medal", "1.0")
    assert await card("bob", "medal", "1.0") is None
    assert (await night.kinds()).count(Kind.ROLE_GIVEN) == 1


async def test_a_removal_that_comes_before_what_it_removes_wins(night: Night, card: React) -> None:
    assert await card("bob", "medal", "2.0", removed=True) is None
    assert await card("bob", "medal", "1.0") is None
    assert (await night.incident()).commander_id is None


async def test_what_is_put_on_after_an_early_removal_counts(night: Night, card: React) -> None:
    await card("bob", "medal", "2.0", removed=True)
    await card("bob", "medal", "3.0")
    await card("bob", "medal", "2.5", removed=True)  # late, and stale
    assert (await night.incident()).commander_id == night.people["bob"].id


async def test_the_same_emoji_put_there_again_means_it_again(night: Night, card: React) -> None:
    await card("alice", "eyes", "1.0")
    await responders.unack(night.bot, 1, night.by("alice"), night.now)
    assert await card("alice", "eyes", "2.0", removed=True) is None
    answer = await card("alice", "eyes", "3.0")
    assert answer is not None and (answer.code, answer.changed) == ("acked", True)


async def test_a_medal_put_there_again_after_somebody_else_had_the_command_counts(night: Night, card: React) -> None:
    await card("bob", "medal", "1.0")
    await responders.give_role(night.bot, 1, "commander", night.people["alice"].id, night.by("carol"), night.now)
    assert await card("bob", "medal", "2.0", removed=True) is None  # he commands no more
    await responders.drop_role(night.bot, 1, "commander", night.by("alice"), night.now)
    await card("bob", "medal", "3.0")
    assert (await night.incident()).commander_id == night.people["bob"].id


async def test_taking_an_ack_emoji_off_undoes_nothing(night: Night, card: React) -> None:
    await card("bob", "eyes", "1.0")
    assert await card("bob", "eyes", "2.0", removed=True) is None
    assert (await night.incident()).state is State.IN_PROGRESS


async def test_emoji_that_mean_nothing_and_messages_that_are_not_ours_are_left_alone(night: Night, card: React) -> None:
    assert await card("bob", "tada", "1.0") is None
    by = night.by("bob", Source.SLACK_REACTION)
    assert await reacted(night.bot, "C9", "9.9", "eyes", True, "1.0", by, night.now) is None
    said = await surface(night, SurfaceKind.ANNOUNCEMENT)
    assert await reacted(night.bot, said.channel, said.ts, "eyes", True, "1.0", by, night.now) is None
    assert (await night.incident()).state is State.ASSIGNED


async def test_a_guest_who_reacts_is_told_so(night: Night, card: React) -> None:
    assert await refused(card("gina", "eyes", "1.0")) == ("read_only", {"who": "guest"})
