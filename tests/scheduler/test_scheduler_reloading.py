"""The posture's files are watched: a change is in force at the second look, and a bad one is refused."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from night import Night, night_on

from bot.domain.condition import Level
from bot.domain.delivery import Lane
from bot.ports import Tx
from bot.usecases import postures
from posture.files import Files
from scheduler.reloading import Reloading
from storage.database import SqlDatabase

TEXT = """\
people: {{alice: {{slack: U0ALICE}}, bob: {{slack: U0BOB}}, carol: {{slack: U0CAROL}}}}
teams: {{web: {{members: [alice, bob], rotation: {{members: [{}, carol]}}}}}}
services: {{site: {{owner: web}}}}
admins: [carol]
"""


class Watched:
    """A bot that started with a file, and how often Slack's directory was read since."""

    def __init__(self, night: Night, path: Path) -> None:
        self.night, self.path = night, path
        self.files, self.asked, self.refreshed = Files(path, "UTC"), asyncio.Event(), 0
        self.written = 0

    async def start(self) -> Reloading:
        read = self.files.read()
        started = await postures.begin(self.night.bot, read, self.files.again, self.night.now)
        self.watch = Reloading(self.night.bot, self.files, self.asked, self._refresh, read.digest, older=not started)
        await self.turns()
        return self.watch

    async def _refresh(self) -> None:
        self.refreshed += 1

    def writes(self, text: str) -> None:
        """As if some time had passed since the last time."""
        self.path.write_text(text)
        self.written += 1
        moment = 1_800_000_000 + self.written
        os.utime(self.path, (moment, moment))

    async def turns(self, times: int = 2) -> None:
        for _ in range(times):
            await self.watch.turn()

    @property
    def first(self) -> str:
        return self.night.bot.posture().schedules["web"].handles[0]

    async def says(self) -> tuple[Level, str]:
        found = await self.watch.probe()
        return found.level, found.sentence.replace(str(self.path), "posture.yaml")

    async def told(self) -> list[str]:
        """Notes about the posture that admins are to get."""
        rows = await self.night.bot.db.write(lambda tx: tx.outbox.claim("test", Lane.ANSWERS, self.night.now, 90))
        names = [str(row.payload["message"]) for row in rows]
        return [name for name in names if name.startswith("posture_")]


@pytest.fixture
async def here(sqlite_db: SqlDatabase, tmp_path: Path) -> Watched:
    made = Watched(await night_on(sqlite_db), tmp_path / "posture.yaml")
    made.writes(TEXT.format("alice"))
    await made.start()
    return made


async def test_a_change_is_in_force_once_the_file_stands_still(here: Watched) -> None:
    here.writes(TEXT.format("bob"))
    await here.turns(1)
    assert here.first == "alice"  # somebody may still be writing
    await here.turns(1)
    assert (here.first, await here.told(), here.refreshed) == ("bob", ["posture_changed"], 1)
    assert await here.says() == (Level.OK, "posture 2 is in force")


async def test_a_touched_file_that_says_the_same_is_no_change(here: Watched) -> None:
    here.writes(TEXT.format("alice"))
    await here.turns()
    assert (await here.told(), here.refreshed, here.night.bot.posture().version) == ([], 0, 1)


@pytest.mark.parametrize("bad", ["people: [", "", TEXT.format("alcie")])
async def test_a_bad_file_is_refused_told_once_and_the_good_one_stays_until_it_is_mended(
    here: Watched, bad: str
) -> None:
    for text in (bad, bad + "\n# a second try"):
        here.writes(text)
        await here.turns()
    level, sentence = await here.says()
    assert (level, here.first, here.night.bot.posture().version) == (Level.IMPAIRED, "alice", 1)
    assert sentence.endswith("posture 1 stays in force")
    here.writes(TEXT.format("bob"))
    await here.turns()
    assert (here.first, sorted(await here.told())) == (
        "bob",
        ["posture_changed", "posture_mended", "posture_refused"],
    )
    assert (await here.says())[0] is Level.OK


async def test_a_file_that_is_gone_is_refused(here: Watched) -> None:
    here.path.unlink()
    await here.turns()
    assert (here.first, await here.told()) == ("alice", ["posture_refused"])


async def test_a_row_of_another_process_is_obeyed_and_a_signal_puts_the_own_file_back(here: Watched) -> None:
    await accepted(here, TEXT.format("bob"), "theirs")
    await here.turns(1)
    assert (here.first, here.night.bot.posture().version) == ("bob", 2)
    assert await here.says() == (
        Level.IMPAIRED,
        "posture 2, which is in force, is newer than posture.yaml: bring the file up to date, or send SIGHUP to put it"
        " in force",
    )
    here.asked.set()
    await here.turns(1)
    assert (here.first, here.night.bot.posture().version) == ("alice", 3)
    assert await here.says() == (Level.OK, "posture 3 is in force")


async def test_a_row_that_this_version_cannot_read_is_told_and_not_obeyed(here: Watched) -> None:
    await accepted(here, "people: {alice: {pigeon: grey}}", "newer program")
    await here.turns()
    assert (here.first, here.night.bot.posture().version) == ("alice", 1)
    assert await here.says() == (Level.IMPAIRED, "posture 2 cannot be read here; posture 1 stays in force")


async def accepted(here: Watched, text: str, digest: str) -> None:
    async def work(tx: Tx) -> None:
        await tx.postures.accept(digest, text, "reload", here.night.now)

    await here.night.bot.db.write(work)


async def test_files_that_a_file_includes_are_watched_too(here: Watched) -> None:
    more = here.path.with_name("more.yaml")
    more.write_text("positions: {lead: alice}\n")
    here.writes("include: more.yaml\n" + TEXT.format("alice"))
    await here.turns()
    assert here.night.bot.posture().positions == {"lead": ("alice",)}
    more.write_text("positions: {lead: bob}\n")
    os.utime(more, (1_900_000_000, 1_900_000_000))
    await here.turns()
    assert here.night.bot.posture().positions == {"lead": ("bob",)}
