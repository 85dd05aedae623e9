"""On call for 1,000 schedules: who it is now, and eight weeks of slots made."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bench.harness import Figure, Scale, median_seconds
from bench.rows import fresh
from bot.bot import Bot
from bot.domain.oncall import Rotation, Schedule
from bot.domain.posture import PersonDecl, Posture
from bot.usecases import pictures
from bot.usecases.schedules import accept_posture
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
    declared = posture(count)
    made = [await _made(declared) for _ in range(scale.of(3, 1))]
    async with fresh() as db:
        bot = await _accepted(db, declared)
        now = datetime.now(UTC)
        asked = await median_seconds(lambda: pictures.on_call(bot, now), scale.of(9, 2))
        again = await median_seconds(lambda: _accept(bot, declared), scale.of(3, 1))
    return [
        Figure(f"who is on call, {count:,} schedules", asked * 1000, "ms", 50),
        Figure(f"eight weeks of slots for {count:,} schedules, none made yet", sorted(made)[len(made) // 2], "s", 1.0),
        Figure("… all made already (a restart)", again, "s"),
    ]


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
