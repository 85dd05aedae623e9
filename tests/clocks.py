"""`make clocks`: exactly one primary at every minute around every clock change of 2024-2030 (SPEC §20, R9).

What is expected is told by a clock on the wall, minute by minute: the first minute that shows the handoff's time or
more is when it is handed over, and no turn comes twice because the clock is set back.
"""

from __future__ import annotations

import argparse
import sys
import time as timing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo, available_timezones

import tzdata
from crash.record import record

from bot.domain.oncall import Rotation, Schedule, shifts

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
PERIODS = {"12-hourly": 12 * HOUR, "daily": DAY, "weekly": 7 * DAY}
#: So long before and after a change every minute is looked at.
AROUND = 26 * HOUR
MEMBERS = ("alice", "bob", "carol")


@dataclass(frozen=True)
class Transition:
    """The first moment of another offset."""

    zone: str
    at: datetime


def transitions(zones: Sequence[str] = ()) -> Iterator[Transition]:
    """Every change of a zone's offset in those years."""
    for name in sorted(zones or available_timezones()):
        zone = ZoneInfo(name)
        day, offset = FIRST, FIRST.astimezone(zone).utcoffset()
        while day < LAST:
            later = day + DAY
            if later.astimezone(zone).utcoffset() != offset:
                day, later = later - DAY, later
                while later - day > timedelta(seconds=1):
                    middle = day + (later - day) // timedelta(seconds=2) * timedelta(seconds=1)
                    if middle.astimezone(zone).utcoffset() == offset:
                        day = middle
                    else:
                        later = middle
                yield Transition(name, later)
                offset = later.astimezone(zone).utcoffset()
            day = later


def rotations(change: Transition) -> Iterator[Rotation]:
    """Each kind, handing over at nine, and at times that the change itself skips or repeats."""
    zone = ZoneInfo(change.zone)
    before = (change.at - MINUTE).astimezone(zone)
    clocks = {datetime(2000, 1, 1, 9, tzinfo=UTC).time(), *((before + n * 30 * MINUTE).time() for n in range(3))}
    for period in PERIODS.values():
        for clock in clocks:
            weekday = before.weekday() if period >= 7 * DAY else None
            yield Rotation(MEMBERS, period, clock.replace(second=0, microsecond=0), weekday, change.zone)


def minutes(change: Transition) -> tuple[list[datetime], list[datetime]]:
    """The minutes around a change, and what the clock on the wall shows at each."""
    zone = ZoneInfo(change.zone)
    start = (change.at - AROUND).replace(second=0)
    moments = [start + n * MINUTE for n in range(int(2 * AROUND / MINUTE))]
    return moments, [one.astimezone(zone).replace(tzinfo=None) for one in moments]


def wrong_minutes(change: Transition) -> list[str]:
    """Minutes at which not exactly one member is on call, or another than the clock on the wall says."""
    moments, walls = minutes(change)
    return [
        f"{change.zone} {moment:%Y-%m-%d %H:%M} UTC, every {rotation.period} at {rotation.handoff_time}: {said}"
        for rotation in rotations(change)
        for moment, said in _wrong(rotation, moments, walls)
    ]


def _wrong(rotation: Rotation, moments: list[datetime], walls: list[datetime]) -> Iterator[tuple[datetime, str]]:
    start, end = moments[0], moments[-1] + MINUTE
    held: list[list[str]] = [[] for _ in moments]
    for shift in shifts(Schedule("payments", (rotation,)), start, end):
        first, last = -((start - shift.start) // MINUTE), -((start - shift.end) // MINUTE)
        for index in range(first, last):
            held[index].append(shift.handle)
    expected = held[0][0] if held[0] else ""
    due = _next_handoff(rotation, walls[0])
    for moment, wall, found in zip(moments, walls, held, strict=True):
        while wall >= due:
            expected = MEMBERS[(MEMBERS.index(expected) + 1) % len(MEMBERS)]
            due += rotation.period
        if found != [expected]:
            yield moment, f"{found or 'nobody'} instead of {expected}"


def _next_handoff(rotation: Rotation, wall: datetime) -> datetime:
    """The first time on the wall after this one at which the rotation hands over."""
    monday = date(1970, 1, 5)
    epoch = datetime.combine(monday + timedelta(days=rotation.handoff_weekday or 0), rotation.handoff_time)
    return epoch + ((wall - epoch) // rotation.period + 1) * rotation.period


def release() -> str:
    """The release of the zone rules in force: the system's, where it has any, else the package's."""
    files = [Path(folder) / "tzdata.zi" for folder in TZPATH]
    lines = [file.read_text().split("\n", 1)[0] for file in files if file.exists()]
    return lines[0].removeprefix("# version ") if lines else tzdata.IANA_VERSION


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--record", action="store_true", help="add a row to docs/reliability.md")
    given = asked.parse_args()
    began = timing.monotonic()
    changes = list(transitions())
    wrong = [sentence for change in changes for sentence in wrong_minutes(change)]
    for sentence in wrong[:20]:
        print(sentence)
    sentence = (
        f"{len(changes):,} clock changes in {len({change.zone for change in changes})} zones (tz release {release()}),"
        f" each with 12-hourly, daily and weekly rotations that hand over at nine and within the change: {len(wrong)}"
        f" minutes without exactly one primary, in {timing.monotonic() - began:.0f} s."
    )
    record("R9", "make clocks", sentence, postgres=False, wanted=given.record)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
