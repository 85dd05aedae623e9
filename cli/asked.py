"""What commands over a posture read from their arguments: the posture itself, a moment, a name. Loads nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cli import CALLED, NO_POSTURE

if TYPE_CHECKING:
    from bot.domain.posture import Posture
    from bot.settings import Settings
    from posture import Loaded


class Unclear(Exception):
    """What was asked cannot be answered; its text is a sentence."""


@dataclass(frozen=True, slots=True)
class When:
    """A moment, and the zone it was given in; `note` where the clocks change and something else was written."""

    at: datetime
    zone: ZoneInfo
    note: str = ""


def posture_of(path: Path | None) -> tuple[Posture, timedelta]:
    """The posture of a file, else of the settings, and the delay of policies that give none. Raises Unclear."""
    from bot.settings import load as load_settings
    from posture import load

    settings = load_settings().settings if path is None else None
    chosen = path or (settings.posture_path if settings else None)
    if chosen is None:
        raise Unclear(f"{NO_POSTURE} Name one, or write one.")
    loaded = load(chosen, zone=settings.tz if settings else "UTC")
    if loaded.posture is None:
        fix = f"This posture would be refused. See all of it with `{CALLED} check {chosen}`."
        raise Unclear(f"{loaded.errors[0]}\n{fix}")
    return loaded.posture, timedelta(minutes=settings.escalation_delay_minutes if settings else 15)


def loaded_of(path: Path | None, settings: Settings) -> tuple[Path, Loaded]:
    """A posture without errors, and where it is: the one that is named, else the settings'. Raises Unclear."""
    from posture import load

    chosen = path or settings.posture_path
    if chosen is None:
        raise Unclear(f"{NO_POSTURE} Name one, or write one.")
    loaded = load(chosen, zone=settings.tz)
    if loaded.posture is None:
        fix = f"This posture would be refused. See all of it with `{CALLED} check {chosen}`."
        raise Unclear(f"{loaded.errors[0]}\n{fix}")
    return chosen, loaded


def unknown(what: str, given: str, known: list[str]) -> str:
    """The sentence for a name that leads nowhere, with the nearest that there is."""
    from bot.domain.spelling import nearest

    meant = nearest(given, known) if given else None
    hint = f"Did you mean `{meant}`?" if meant else f"There is: {', '.join(known) or 'none'}."
    return f"There is no {what} `{given}`. {hint}" if given else f"Name a {what}. {hint}"


def notifiers_of(given: str) -> frozenset[str]:
    """`slack+sms`; nothing means all of them. Raises Unclear."""
    from bot.domain.delivery import EFFECT_OF

    names = [name.strip() for name in given.split("+")] if given else list(EFFECT_OF)
    names = ["voice" if name == "phone" else name for name in names]
    for name in names:
        if name not in EFFECT_OF:
            raise Unclear(unknown("notifier", name, list(EFFECT_OF)))
    return frozenset(names)


FIRST_YEAR, LAST_YEAR = 1970, 2199


def moment_of(given: str) -> When:
    """`2026-03-29T02:17 Europe/Berlin`, or with an offset. A wall time that is skipped means the first after it."""
    from bot.domain.walltime import moment, on_wall

    words = given.split()
    if not words:
        return When(datetime.now(UTC).replace(second=0, microsecond=0), ZoneInfo("UTC"))
    if len(words) > 1 and words[1][:1].isdigit():  # a date and a time with a space between them
        words = [f"{words[0]}T{words[1]}", *words[2:]]
    try:
        zone = ZoneInfo(" ".join(words[1:]) or "UTC")
        wall = datetime.fromisoformat(words[0])
    except (ValueError, KeyError, OSError):
        raise Unclear(f'`{given}` is no time. Write it like "2026-03-29T02:17 Europe/Berlin".') from None
    if not FIRST_YEAR <= wall.year <= LAST_YEAR:
        raise Unclear(f"`{given}` is further away than any rota. Choose a year from {FIRST_YEAR} to {LAST_YEAR}.")
    if wall.tzinfo is not None:
        return When(wall.astimezone(UTC), zone)
    at = moment(wall, zone)
    skipped = on_wall(at, zone) != wall
    return When(at, zone, f"({wall:%H:%M} does not exist there that day: the clocks change.)" if skipped else "")
