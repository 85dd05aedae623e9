"""What the doctor tries of the spreadsheet: one reading, in which every row that is in the way is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cli.doctor import Diagnosis, Health

if TYPE_CHECKING:
    from bot.settings import Settings


async def spreadsheet(settings: Settings) -> Sequence[Diagnosis]:
    """One reading; nothing is taken over. Whether its contacts are people here, the running bot tells."""
    from bot.domain.sheet import read
    from bot.views.sheet_notes import fault
    from bot.views.words import count
    from integrations.sheets import Sheets

    if settings.google_credentials is None or settings.google_spreadsheet_id is None:
        return [Diagnosis("spreadsheet", Health.OFF, "GOOGLE_SPREADSHEET_ID is not set: no rota in a sheet")]
    key, number = settings.google_credentials.get_secret_value(), settings.google_spreadsheet_id
    sheets = Sheets(key, number, settings.google_api_url)
    try:
        found = await sheets.read()
        unwritable = "" if isinstance(found, str) else await sheets.may_write()
    finally:
        sheets.close()
    if isinstance(found, str):
        fix = "Check GOOGLE_CREDENTIALS, and share the spreadsheet with the service account's address."
        return [Diagnosis("spreadsheet", Health.BAD, found, fix)]
    seen = _unwritable(unwritable, sheets.account()) if unwritable else []
    sheet = read(*found, ZoneInfo(settings.tz), settings.ts_format)
    if not sheet.faults:
        read_well = f"{count(len(sheet.lines), 'row')}, {count(len(sheet.contacts), 'contact')}"
        return [Diagnosis("spreadsheet", Health.OK, read_well), *seen]
    fix = "Mend it in the spreadsheet; until then what was last read without a fault stays in force."
    return [*(Diagnosis("spreadsheet", Health.BAD, fault(asdict(one)), fix) for one in sheet.faults), *seen]


def _unwritable(reason: str, account: str) -> list[Diagnosis]:
    """The rota is followed all the same."""
    words = f"the worksheet `incidents` cannot be written ({reason})"
    fix = f"Share the spreadsheet with {account} as an editor; for the rota alone reading is enough."
    return [Diagnosis("spreadsheet", Health.WARN, words, fix)]
