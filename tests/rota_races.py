"""`make shifts`: people hand off, override, swap and cover the same shift at once, and one consistent schedule is left.

What was done is judged by the administration: each of its lines must begin with what the one before left, the actor
must have been allowed to do it on that, and the rows must end as the last line says.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from crash.record import record
from crash.server import a_server

from bot.bot import Bot
from bot.domain.oncall import Rotation, Schedule, Slot, uncovered
from bot.domain.people import Actor, Person, PersonId, Source
from bot.domain.posture import PersonDecl, Posture
from bot.domain.refusals import Refusal
from bot.domain.rota import Entry
from bot.usecases import rotas, shifts, swaps
from bot.usecases.schedules import accept_posture
from storage.database import SqlDatabase
from storage.engine import engines, read_url
from storage.opening import open_database

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NOW = MONDAY + timedelta(days=1)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
HANDLES = ("alice", "bob", "dave", "carol")
#: What somebody may be told who came too late.
LATE = frozenset({"shift_changed", "not_your_shift", "already_on_call", "swap_over"})


@dataclass
class Tally:
    """How the acts ended, by code; and what was wrong."""

    ends: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def sentence(self, tries: int, seconds: float) -> str:
        done = sum(count for code, count in self.ends.items() if code.startswith("did "))
        return (
            f"{tries:,} shifts, each handed off twice, overridden, swapped and covered at once: {done:,} acts done,"
            f" {self.ends.total() - done:,} refused, {len(self.wrong)} things that do not add up, in {seconds:.0f} s."
        )


@dataclass(frozen=True)
class Replica:
    bot: Bot
    people: Mapping[str, Person]

    def by(self, name: str) -> Actor:
        return Actor(self.people[name], Source.SLACK_COMMAND)

    def id(self, name: str) -> PersonId:
        return self.people[name].id


class _Clock:
    def now(self) -> datetime:
        return NOW


def posture(tries: int) -> Posture:
    """A schedule a try; Alice has this week, Bob the next, and Carol may do everything."""
    people = {handle: PersonDecl(handle, handle.title(), f"U0{handle.upper()}") for handle in HANDLES}
    weekly = Rotation(("alice", "bob", "dave"), WEEK, start=MONDAY)
    named = {f"s{number}": Schedule(f"s{number}", (weekly,)) for number in range(tries)}
    return Posture(people, {}, {}, named, {}, {}, admins=("carol",))


async def replicas(dbs: Sequence[SqlDatabase], tries: int) -> list[Replica]:
    """The same posture in force on each database object."""
    declared = posture(tries)
    bots = [Bot(db, _Clock(), lambda: declared, lambda: None) for db in dbs]
    await accept_posture(bots[0], declared, text="", digest="races", by="races", now=NOW)
    people = await dbs[0].read(lambda tx: tx.people.by_handles(HANDLES))
    return [Replica(bot, people) for bot in bots]


async def one_try(some: Sequence[Replica], number: int, tally: Tally) -> None:
    """Everybody at once; then the schedule is judged."""
    name, one, other = f"s{number}", some[0], some[-1]
    asked = await swaps.ask(one.bot, name, NOW, MONDAY + WEEK, one.by("alice"), NOW)
    cover = await swaps.cover(one.bot, name, NOW + 2 * HOUR, NOW + DAY, one.by("alice"), NOW)
    before = await rotas.plan(one.bot, name, NOW, NOW + 3 * WEEK)
    acts = [
        shifts.handoff(one.bot, name, one.id("bob"), one.by("alice"), NOW),
        shifts.handoff(other.bot, name, one.id("dave"), other.by("alice"), NOW),
        shifts.override(other.bot, name, one.id("dave"), NOW + HOUR, NOW + 2 * DAY, other.by("carol"), NOW),
        swaps.accept(one.bot, int(str(asked.data["swap"])), one.by("bob"), NOW),
        swaps.accept(other.bot, int(str(cover.data["swap"])), other.by("dave"), NOW),
    ]
    turned = acts[number % len(acts) :] + acts[: number % len(acts)]
    tally.ends.update(await asyncio.gather(*(_ended(act) for act in turned)))
    after = await rotas.plan(one.bot, name, NOW, NOW + 3 * WEEK)
    journal = (await rotas.journal(one.bot, name))[::-1]
    admin = one.id("carol")
    tally.wrong += [f"{name}: {sentence}" for sentence in judged(before, after, journal, admin)]


async def _ended(act: Awaitable[Any]) -> str:
    try:
        return f"did {(await act).code}"
    except Refusal as no:
        if no.code not in LATE:
            raise
        return no.code


def judged(before: Sequence[Slot], after: Sequence[Slot], journal: Sequence[Entry], admin: PersonId) -> list[str]:
    """What does not add up, in sentences."""
    wrong = ["somebody is missing"] if uncovered(after, after[0].start, after[-1].end) else []
    state = [(slot.start, slot.end, slot.person_id) for slot in before]
    for entry in journal:
        was, becomes = _spans(entry.before), _spans(entry.after)
        for start, end, person in was:
            if any(holder != person for holder in _holders(state, start, end)):
                wrong.append(f"{entry.verb} began with what was no longer so")
            if person != entry.actor_id and entry.actor_id != admin and entry.verb == "handoff":
                wrong.append(f"{entry.verb} of a shift that was not the actor's")
        state += becomes
    for slot in after:
        if any(holder != slot.person_id for holder in _holders(state, slot.start, slot.end)):
            wrong.append("the rows are not what was said to be done")
    return wrong


_Span = tuple[datetime, datetime, PersonId]


def _spans(kept: object) -> list[_Span]:
    spans = kept if isinstance(kept, list) else []
    return [
        (datetime.fromisoformat(one["start"]), datetime.fromisoformat(one["end"]), one["person_id"]) for one in spans
    ]


def _holders(state: Sequence[_Span], start: datetime, end: datetime) -> list[PersonId | None]:
    """Who has each part of an interval; what was said last counts."""
    edges = {edge for span in state for edge in span[:2] if start <= edge < end} | {start}
    return [next((who for since, until, who in reversed(state) if since <= edge < until), None) for edge in edges]


async def race(urls: Sequence[str], tries: int) -> Tally:
    """All tries on one database, by as many database objects as there are addresses."""
    first = await open_database(urls[0])
    dbs = [first, *(SqlDatabase(engines(read_url(url))) for url in urls[1:])]
    tally = Tally()
    try:
        some = await replicas(dbs, tries)
        for number in range(tries):
            await one_try(some, number, tally)
    finally:
        for db in reversed(dbs):
            await db.close()
    return tally


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--tries", type=int, default=1000)
    asked.add_argument("--db", choices=["sqlite", "postgres"], default="sqlite")
    asked.add_argument("--record", action="store_true", help="add a row to docs/reliability.md")
    given = asked.parse_args()
    began = time.monotonic()
    if given.db == "postgres":
        with a_server() as server:
            tally = asyncio.run(race([server.create()] * 2, given.tries))
    else:
        with tempfile.TemporaryDirectory() as folder:
            tally = asyncio.run(race([f"sqlite:///{folder}/races.db"], given.tries))
    for sentence in tally.wrong[:20]:
        print(sentence)
    print(dict(tally.ends))
    said = tally.sentence(given.tries, time.monotonic() - began)
    command = f"make shifts TRIES={given.tries} DB={given.db}"
    record("§9", command, said, postgres=given.db == "postgres", wanted=given.record)
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
