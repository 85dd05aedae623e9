"""Wall time to UTC: what a clock on the wall in a zone says, as one moment that exists exactly once.

The rule of SPEC §9: a time that a clock change repeats means its first occurrence; one that a clock
change skips means the first minute that exists after it. The order of wall times is kept, so things laid
end to end on the wall stay end to end in UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

_SECOND = timedelta(seconds=1)
#: People write "for ever" as the last day there is; in UTC it may lie beyond it.
FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(microsecond=0, tzinfo=UTC)


def moment(wall: datetime, zone: tzinfo) -> datetime:
    """The UTC moment of a naive wall time in a zone; within the years 1 to 9999 of UTC."""
    try:
        return _moment(wall, zone)
    except OverflowError:
        return FIRST if wall.year == FIRST.year else LAST


def _moment(wall: datetime, zone: tzinfo) -> datetime:
    first = _offset(wall.replace(tzinfo=zone))
    second = _offset(wall.replace(tzinfo=zone, fold=1))
    if first >= second:  # equal but for a repeated hour, whose first occurrence has the larger offset
        return (wall - first).replace(tzinfo=UTC)
    return _end_of_gap((wall - second).replace(tzinfo=UTC), (wall - first).replace(tzinfo=UTC), zone)


def on_wall(at: datetime, zone: tzinfo) -> datetime:
    """The naive wall time of an aware moment in a zone; within the years 1 to 9999."""
    try:
        return at.astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        return (FIRST if at.year == FIRST.year else LAST).replace(tzinfo=None)


def _end_of_gap(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The moment of the clock change that lies in (before, after]; whole seconds, as all zone rules are."""
    old = _offset(before.astimezone(zone))
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if _offset(middle.astimezone(zone)) == old:
            before = middle
        else:
            after = middle
    return after


def _offset(local: datetime) -> timedelta:
    offset = local.utcoffset()
    assert offset is not None  # the caller attached a zone
    return offset
