"""On call for 1,000 schedules: who it is now, eight weeks of slots made, how that grows, what else waits meanwhile."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import perf_counter

from bench.harness import Figure, Scale, median_seconds
from bench.rows import fresh
from bot.bot import Bot
from bot.domain.oncall import Rotation, Schedule
from bot.domain.posture import PersonDecl, Posture
from bot.usecases import pictures
from bot.usecases.schedules import accept_posture, extend_slots
from clients.clock import SystemClock
from storage.database import SqlDatabase

PEOPLE = 50
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC")


def posture(schedules: int) -> Posture:
    """Weekly rotations of five, in four zones."""
    people = {f"p{n}": PersonDecl(f"p{n}", f"Person {n}", f"U0P{n:03}") for n in range(PEOPLE)}
    named = {f"schedule-{n}": Schedule(f"schedule-{n}", (_rotation(n),)) for n in range(schedules)}
    return Posture(people, {}, {}, named, {}, {})


def _rotation(number: int) -> Rotation:
    members = tuple(f"p{(number + step) % PEOPLE}" for step in range(5))
    return Rotation(members, timedelta(days=7), zone=ZONES[number % len(ZONES)])


async def run(scale: Scale) -> list[Figure]:
    count = scale.of(1000, 20)
    declared, fourfold = posture(count), posture(4 * count)
    made = sorted([await _made(declared) for _ in range(scale.of(3, 1))])
    many = sorted([await _made(fourfold) for _ in range(scale.of(3, 1))])
    waited = await _waits_beside(declared)
    async with fresh() as db:
        bot = await _accepted(db, declared)
        now = datetime.now(UTC)
        asked = await median_seconds(lambda: pictures.on_call(bot, now), scale.of(9, 2))
        again = await median_seconds(lambda: _accept(bot, declared), scale.of(3, 1))
    return [
        Figure(f"who is on call, {count:,} schedules", asked * 1000, "ms", 50),
        Figure(f"eight weeks of slots for {count:,} schedules, none made yet", _middle(made), "s", 1.0),
        Figure(
            "… for one schedule, as they grow 4×",
            _middle(many) / 4 / _middle(made),
            "×",
            1.3,
            note=f"{_middle(many):.2f} s for {4 * count:,}",
        ),
        Figure(
            f"a write while the daily job makes slots of {count:,} schedules, at worst",
            max(waited) * 1000,
            "ms",
            60,
            note=f"{len(waited):,} writes",
        ),
        Figure("… all made already (a restart)", again, "s"),
    ]


def _middle(values: list[float]) -> float:
    return values[len(values) // 2]


async def _waits_beside(declared: Posture) -> list[float]:
    """Seconds that each of many small writes took while another day of every schedule was made."""
    async with fresh() as db:
        bot = await _accepted(db, declared)
        later = datetime.now(UTC) + timedelta(days=8)
        job = asyncio.create_task(extend_slots(bot, declared, later))
        waited: list[float] = []
        while not job.done():
            began = perf_counter()
            await db.write(lambda tx: tx.marks.set("bench", later))
            waited.append(perf_counter() - began)
        await job
    return waited


async def _made(declared: Posture) -> float:
    """Seconds to put a posture in force on an empty database."""
    async with fresh() as db:
        bot = _bot(db, declared)
        began = datetime.now(UTC)
        await _accept(bot, declared)
        return (datetime.now(UTC) - began) / timedelta(seconds=1)


async def _accept(bot: Bot, declared: Posture) -> Posture:
    return await accept_posture(bot, declared, text="", digest="bench", by="bench", now=datetime.now(UTC))


async def _accepted(db: SqlDatabase, declared: Posture) -> Bot:
    bot = _bot(db, declared)
    accepted = await _accept(bot, declared)
    return replace(bot, posture=lambda: accepted)


def _bot(db: SqlDatabase, declared: Posture) -> Bot:
    return Bot(db, SystemClock(), lambda: declared, lambda: None)
