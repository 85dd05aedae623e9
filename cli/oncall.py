"""The subcommand `oncall`: who is on call, from a posture alone: at a moment, or through an interval."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from cli import FOUND_BAD, IMPOSSIBLE, WORKED
from cli.asked import Unclear, When, moment_of, posture_of, unknown

if TYPE_CHECKING:
    from bot.domain.oncall import Shift
    from bot.domain.posture import Posture

#: An interval is no longer; and so far around a moment the edges of a shift are looked for.
LONGEST, AROUND = timedelta(days=731), timedelta(days=366)


def oncall(
    *,
    schedule: Annotated[str, Parameter(help="One of the posture. Default: all of them.", show_default=False)] = "",
    at: Annotated[
        str, Parameter(help='When, such as "2026-03-29T02:17 Europe/Berlin". Default: now, in UTC.', show_default=False)
    ] = "",
    start: Annotated[
        str, Parameter(name="--from", help="Every shift from here on; needs --to.", show_default=False)
    ] = "",
    end: Annotated[str, Parameter(name="--to", help="… to here.", show_default=False)] = "",
    posture: Annotated[Path | None, Parameter(help="A file or folder. Default: the one in the settings.")] = None,
    format: Annotated[Literal["text", "json"], Parameter(help="How it is printed.")] = "text",
) -> int:
    """Say who is on call.

    Reads only the posture: no database, no Slack. Overrides, handoffs and swaps are not in it.
    Exits with 1 where nobody is on call at that moment, 2 where it cannot be said.
    """
    try:
        declared, _ = posture_of(posture)
        names = _names(declared, schedule)
        if start or end:
            found, when = _through(declared, names, at, start, end)
        else:
            when = moment_of(at)
            found = {name: _at(declared, name, when.at) for name in names}
    except Unclear as unclear:
        print(unclear)
        return IMPOSSIBLE
    if format == "json":
        print(json.dumps([row for shifts in found.values() for row in map(as_json, shifts)], indent=2))
    else:
        print(_text(declared, found, when, through=bool(start)))
    return WORKED if start or all(found.values()) else FOUND_BAD


def _names(declared: Posture, given: str) -> list[str]:
    if given and given not in declared.schedules:
        raise Unclear(unknown("schedule", given, list(declared.schedules)))
    if not declared.schedules:
        raise Unclear("This posture declares no schedule, so nobody is on call. Give a team a `rotation`.")
    known = [name for name, one in declared.schedules.items() if one.source is None]
    if given not in known and (given or not known):
        name = given or next(iter(declared.schedules))
        raise Unclear(f"`{name}` is kept at its `source`: a posture alone does not say who is on call by it.")
    return [given] if given else known


def _at(declared: Posture, name: str, at: datetime) -> list[Shift]:
    """The whole shift that holds at a moment."""
    from bot.domain.oncall import shifts

    schedule = declared.schedules[name]
    if not shifts(schedule, at, at + timedelta(seconds=1)):
        return []
    around = shifts(schedule, at - AROUND, at + AROUND)
    return [shift for shift in around if shift.start <= at < shift.end]


def _through(declared: Posture, names: list[str], at: str, start: str, end: str) -> tuple[dict[str, list[Shift]], When]:
    from bot.domain.oncall import shifts

    if at:
        raise Unclear("Give --at, or --from and --to; not both.")
    if not (start and end):
        raise Unclear("An interval needs both ends: --from and --to.")
    since, until = moment_of(start), moment_of(end)
    if until.at <= since.at:
        raise Unclear("The interval ends before it begins: --to must be later than --from.")
    if until.at - since.at > LONGEST:
        raise Unclear("The interval is longer than two years. Choose a shorter one.")
    return {name: shifts(declared.schedules[name], since.at, until.at) for name in names}, since


def _text(declared: Posture, found: dict[str, list[Shift]], when: When, *, through: bool) -> str:
    from bot.views.rota_text import at_once, listed

    people = {handle: person.name for handle, person in declared.people.items()}
    if through:
        return listed(found, people, when.zone)
    return at_once(found, people, when.at, when.zone, when.note, when.at + AROUND)


def as_json(shift: Shift) -> dict[str, Any]:
    """One shift for programs; times are in UTC. A posture holds no overrides."""
    return {
        "schedule": shift.schedule,
        "person": shift.handle,
        "start": shift.start.isoformat(),
        "end": shift.end.isoformat(),
        "is_override": False,
        "layer": shift.layer,
    }
