"""`check --prove` of 100 services at two severities over 90 days: where it holds, and where every one has holes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from time import perf_counter

from bench.harness import Figure, Scale
from bot.domain.difference import difference
from bot.domain.escalation import Policy, Target, TargetKind, Tier
from bot.domain.oncall import ActiveHours, Rotation, Schedule
from bot.domain.posture import PersonDecl, Posture, Service, Team
from bot.domain.proof import Asked, prove
from bot.domain.tier_changes import Compared

START = datetime(2026, 11, 21, tzinfo=UTC)
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC")
ON_CALL = Target(TargetKind.SCHEDULE, "")
EVERYTHING = frozenset({"slack", "sms", "voice", "email"})
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)


def posture(services: int, turned: int = 0) -> Posture:
    """A team of four for each service, half a day each, with somebody else in office hours, and three tiers."""
    people = {f"p{n}": PersonDecl(f"p{n}", f"Person {n}", f"U0P{n:03}", None, "+15550100001") for n in range(200)}
    tiers = (Tier((ON_CALL,), 4 * _MINUTE), Tier((Target(TargetKind.SCHEDULE, "", 1),), 10 * _MINUTE))
    last = Tier((Target(TargetKind.TEAM, ""),), 10 * _MINUTE)
    names = range(services)
    return Posture(
        people=people,
        positions={},
        teams={f"t{n}": Team(f"t{n}", _members(n, turned), (f"t{n}",)) for n in names},
        schedules={f"t{n}": _schedule(n, turned) for n in names},
        policies={"p": Policy("p", (*tiers, last))},
        services={f"s{n}": Service(f"s{n}", f"t{n}", "p") for n in names},
    )


def _members(number: int, turned: int) -> tuple[str, ...]:
    return tuple(f"p{(number + (step + turned) % 4) % 200}" for step in range(4))


def _schedule(number: int, turned: int) -> Schedule:
    zone, members = ZONES[number % len(ZONES)], _members(number, turned)
    office = ActiveHours(time(9), time(17), frozenset(range(5)))
    layers = (
        Rotation(members[:3], _DAY / 2, zone=zone),
        Rotation(members[3:], _DAY, zone=zone, active=office),
    )
    return Schedule(f"t{number}", layers, team=f"t{number}")


async def run(scale: Scale) -> list[Figure]:
    count, days = scale.of(100, 5), scale.of(90, 7)
    given = posture(count)
    about = f"{count} services at two severities, {days} days"
    end = START + days * _DAY

    def proven(ways: frozenset[str]) -> float:
        began = perf_counter()
        prove(Asked(given, START, end, 15 * _MINUTE, ways))
        return perf_counter() - began

    holds, holes = proven(EVERYTHING), proven(frozenset({"slack"}))
    other = posture(count, turned=1)
    began = perf_counter()
    difference(Compared(given, other, START, START + scale.of(28, 7) * _DAY, 15 * _MINUTE, EVERYTHING))
    return [
        Figure(f"prove {about}", holds, "s", 10),
        Figure("… with a hole in every one", holes, "s", 10),
        Figure(f"diff of {count} services whose rotations all changed", perf_counter() - began, "s"),
    ]
