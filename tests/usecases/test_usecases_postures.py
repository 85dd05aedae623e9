"""A posture that changes while pages wait: accepted once, followed, told to admins; runs keep their policy."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from night import PEOPLE, Night, night_on, posture, without

from bot.bot import Bot
from bot.domain.acceptance import Read
from bot.domain.delivery import Effect, Never
from bot.domain.oncall import Rotation, Schedule
from bot.domain.posture import PersonDecl, Posture
from bot.usecases import postures
from storage.database import SqlDatabase

PHONES = ("alice", "bob", "carol", "dave")


def declared(on_call: str = "alice") -> Posture:
    """The night's posture with its people, and who is on call for payments."""
    people = {name: PersonDecl(name, one.name, one.slack_id, one.email, one.phone) for name, one in PEOPLE.items()
              if name in PHONES}  # fmt: skip
    turns = Schedule("payments", (Rotation((on_call,), timedelta(days=7)),), team="payments")
    base = posture()
    return replace(base, people=people, admins=("carol",), schedules={**base.schedules, "payments": turns})


TEXTS = {"alice": declared("alice"), "bob": declared("bob"), "dave": declared("dave")}


def read(name: str, *, after: timedelta | None = None, night: Night | None = None) -> Read:
    """What a file says; written so long after the night began, or long before it."""
    changed = night.now + after if night and after is not None else None
    return Read(TEXTS[name], name, hashlib.sha256(name.encode()).hexdigest(), (), changed)


def again(text: str, _: str) -> Read:
    return read(text)


@pytest.fixture
async def night(sqlite_db: SqlDatabase) -> Night:
    made = await night_on(sqlite_db)
    assert await postures.begin(made.bot, read("alice"), again, made.now)
    return made


def replica(night: Night, name: str) -> Bot:
    """Another process over the same database, with a file of its own."""
    in_force = [TEXTS[name]]
    return replace(night.bot, posture=lambda: in_force[-1], adopt=in_force.append)


def on_call(bot: Bot) -> tuple[str, ...]:
    return bot.posture().schedules["payments"].handles


async def version(night: Night) -> int:
    return await night.bot.db.read(lambda tx: tx.postures.version())


def told(night: Night) -> list[tuple[str, str, Any]]:
    """Who was told what by direct message."""
    says = [job for job in night.outside.jobs if job.row.effect is Effect.DM_SAY]
    return [(job.person.name, str(job.data["message"]), job.data["data"]) for job in says if job.person]


async def test_a_change_is_a_new_row_and_admins_are_told_what_it_means(night: Night) -> None:
    assert await postures.take(night.bot, read("bob"), "reload", night.now)
    await night.deliver()
    assert (await version(night), night.bot.posture().version, on_call(night.bot)) == (2, 2, ("bob",))
    [(who, code, data)] = [one for one in told(night) if one[1].startswith("posture_")]
    assert (who, code, data["version"], data["by"]) == ("Carol Díaz", "posture_changed", 2, "reload")
    [schedule] = data["changes"]["schedules"]
    assert [(one["before"], one["after"]) for one in schedule["shifts"]] == [("alice", "bob")]


async def test_the_same_text_again_changes_and_tells_nothing(night: Night) -> None:
    assert not await postures.take(night.bot, read("alice"), "SIGHUP", night.now)
    await night.deliver()
    assert (await version(night), told(night)) == (1, [])


async def test_a_run_keeps_its_policy_and_whoever_comes_on_call_by_the_change_is_paged(night: Night) -> None:
    await night.declare()
    await postures.take(night.bot, read("dave"), "reload", night.now)
    await night.deliver()
    assert night.outside.paged() == [("Alice", "slack"), ("Alice", "sms"), ("Alice", "email"), ("Dave", "slack")]
    [run] = (await night.picture()).runs
    assert [tier.targets[0].name for tier in run.run.policy.tiers] == ["payments", "payments-second", "eng-manager"]


async def test_other_replicas_follow_the_newest_row(night: Night) -> None:
    other = replica(night, "alice")
    await postures.take(night.bot, read("bob"), "reload", night.now)
    row = await other.db.read(lambda tx: tx.postures.newest())
    assert row is not None
    await postures.follow(other, row, TEXTS["bob"])
    assert (on_call(other), other.posture().version) == (("bob",), 2)


async def test_a_replica_that_starts_with_an_older_file_obeys_the_newer_row(night: Night) -> None:
    await postures.take(night.bot, read("bob"), "reload", night.now)
    late = replica(night, "alice")
    assert not await postures.begin(late, read("alice", night=night, after=-timedelta(hours=1)), again, night.now)
    assert (await version(night), on_call(late), late.posture().version) == (2, ("bob",), 2)


async def test_a_file_that_was_written_since_or_was_never_seen_goes_before_the_row(night: Night) -> None:
    await postures.take(night.bot, read("bob"), "reload", night.now)
    back = replica(night, "alice")
    assert await postures.begin(back, read("alice", night=night, after=timedelta(hours=1)), again, night.now)
    assert (await version(night), on_call(back)) == (3, ("alice",))
    fresh = replica(night, "dave")
    assert await postures.begin(fresh, read("dave", night=night, after=-timedelta(hours=9)), again, night.now)
    assert (await version(night), on_call(fresh)) == (4, ("dave",))
    await night.deliver()
    assert [data["by"] for _, code, data in told(night) if code == "posture_changed"] == ["reload", "start", "start"]


async def test_two_replicas_that_see_one_change_make_one_row_and_tell_once(night: Night) -> None:
    other = replica(night, "alice")
    await asyncio.gather(
        postures.take(night.bot, read("bob"), "reload", night.now),
        postures.take(other, read("bob"), "reload", night.now),
    )
    await night.deliver()
    assert (await version(night), len([one for one in told(night) if one[1] == "posture_changed"])) == (2, 1)


async def test_a_channel_of_the_admins_is_told_in_their_place_and_they_where_it_cannot_be(night: Night) -> None:
    night = without(night, admin_channel="ops")
    await postures.take(night.bot, read("bob"), "reload", night.now)
    await night.deliver()
    says = [job.data for job in night.outside.jobs if job.row.effect is Effect.CHANNEL_SAY]
    assert [(data["channel"], data["message"], told(night)) for data in says] == [("ops", "posture_changed", [])]
    night.outside.answers[Effect.CHANNEL_SAY] = lambda _: Never("channel_not_found")
    await postures.take(night.bot, read("dave"), "reload", night.now)
    await night.deliver()
    assert [(who, code, data["version"]) for who, code, data in told(night)] == [("Carol Díaz", "posture_changed", 3)]


async def test_a_refusal_is_told_once_and_its_mending_once(night: Night) -> None:
    for errors in (("posture.yaml:1:1: error INC101: broken",), ("another",), (), ()):
        night.clock.time += timedelta(seconds=1)
        await postures.tell_refused(night.bot, errors, night.now)
    await night.deliver()
    assert [(code, data.get("errors")) for _, code, data in told(night)] == [
        ("posture_refused", ["posture.yaml:1:1: error INC101: broken"]),
        ("posture_mended", None),
    ]
