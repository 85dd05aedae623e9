"""What the audit asks beside Slack: the database for addresses and slots, the spreadsheet for its rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.inspection import GAP, SHEET, Around, Lack

if TYPE_CHECKING:
    from bot.domain.oncall import Slot
    from bot.domain.posture import Posture
    from bot.ports import Tx
    from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Beside:
    """What the database knows, gaps in on call, and a sentence about what was not asked."""

    around: Around
    gaps: Sequence[Lack] = field(default_factory=tuple)
    note: str = ""


async def beside(
    settings: Settings, posture: Posture, digest: str, notifiers: Collection[str], now: datetime
) -> Beside:
    """From the database; where there is none, or another posture is in force, gaps are those of the posture alone."""
    from bot.ports import DatabaseUnavailable
    from storage.engine import file_of, read_url
    from storage.opening import open_beside

    url, delay = settings.database_url.get_secret_value(), timedelta(minutes=settings.escalation_delay_minutes)
    alone = Beside(Around(notifiers=notifiers), _of_posture(posture, delay, now))
    try:
        file = file_of(read_url(url))
        if file is not None and not file.exists():
            return Beside(alone.around, alone.gaps, "There is no database yet: gaps are those of the posture.")
        db = await open_beside(url)
        try:
            return await db.read(lambda tx: _read(tx, posture, digest, alone, delay, now))
        finally:
            await db.close()
    except DatabaseUnavailable as problem:
        return Beside(alone.around, alone.gaps, f"The database was not asked. {problem}")


async def _read(tx: Tx, posture: Posture, digest: str, alone: Beside, delay: timedelta, now: datetime) -> Beside:
    from bot.domain.oncall import stretches
    from bot.domain.readiness import AHEAD
    from bot.usecases.inspections import around
    from bot.usecases.schedules import merged

    known = await around(tx, posture, alone.around.notifiers)
    row = await tx.postures.newest()
    if row is None or row.digest != digest:
        return Beside(known, alone.gaps, "This posture is not in force: gaps are those of its own rotations.")
    rotas = await tx.rotas.all()
    whole, slots = merged(posture, rotas), await tx.slots.of_all(now, now + AHEAD)
    held = {name: stretches(slots.get(name, ()), now, now + AHEAD) for name in whole.schedules}
    off = {name for name, rota in rotas.items() if rota.is_off}
    return Beside(known, _gaps(whole, held, off, delay, now))


def _of_posture(posture: Posture, delay: timedelta, now: datetime) -> list[Lack]:
    """Schedules that are kept elsewhere are not known to it."""
    from bot.domain.oncall import Slot, shifts
    from bot.domain.readiness import AHEAD

    held = {
        name: [Slot(0, name, 0, shift.start, shift.end) for shift in shifts(schedule, now, now + AHEAD)]
        for name, schedule in posture.schedules.items()
    }
    return _gaps(posture, held, set(), delay, now)


def _gaps(
    posture: Posture, held: dict[str, list[Slot]], off: Collection[str], delay: timedelta, now: datetime
) -> list[Lack]:
    """Of each schedule the times that nobody covers, and that one that is paged is switched off."""
    from bot.domain.readiness import AHEAD, Known, gaps
    from bot.usecases.readiness import paged

    known = Known(posture.schedules, off, held, {}, (), paged(posture, delay))
    found = []
    for gap in gaps(known, now, now + AHEAD):
        section = "teams" if gap.schedule in posture.teams else "schedules"
        if gap.code == "no_slot" and gap.start is not None and gap.end is not None:
            when = f" from {gap.start:%Y-%m-%d %H:%M} to {gap.end:%Y-%m-%d %H:%M} UTC"
            found.append(Lack(GAP, section, gap.schedule, when))
        elif gap.code == "inactive":
            found.append(Lack(GAP, section, gap.schedule, ", which is switched off and paged all the same"))
    return found


async def sheet(settings: Settings) -> list[Lack]:
    """Rows of the spreadsheet that cannot be read; nothing where there is no spreadsheet."""
    from bot.domain.sheet import read
    from bot.views.sheet_notes import fault
    from integrations.sheets import Sheets

    if settings.google_credentials is None or settings.google_spreadsheet_id is None:
        return []
    key, number = settings.google_credentials.get_secret_value(), settings.google_spreadsheet_id
    sheets = Sheets(key, number, settings.google_api_url)
    try:
        found = await sheets.read()
    finally:
        sheets.close()
    if isinstance(found, str):
        return [Lack(SHEET, "", "spreadsheet", found)]
    faults = read(*found, ZoneInfo(settings.tz), settings.ts_format).faults
    return [Lack(SHEET, "", "spreadsheet", fault(asdict(one))) for one in faults]
