"""The doctor reads the spreadsheet once, and names what is in the way."""

from __future__ import annotations

from typing import Any

from sheets_double import ID, Google, google

from bot.settings import Settings
from cli.doctor import Health
from cli.doctor_sheets import spreadsheet

HEAD = ["start_time", "end_time", "assignees"]


def settings(there: Google) -> Settings:
    given: dict[str, Any] = {"google_credentials": there.credentials(), "google_spreadsheet_id": ID}
    return Settings(**given, google_api_url=there.url)


async def seen(there: Google) -> list[tuple[Health, str]]:
    return [(one.health, one.seen) for one in await spreadsheet(settings(there))]


async def test_a_spreadsheet_is_read_and_its_bad_rows_are_named() -> None:
    async with google() as there:
        good = ["11-24-2026 09:00", "11-24-2026 17:00", "Alice"]
        there.put("schedule", [HEAD, good])
        there.put("contacts", [["name"], ["Alice"]])
        before = there.sheets.book.title
        assert await seen(there) == [(Health.OK, "1 row, 1 contact")]
        there.put("schedule", [HEAD, [*good[:2], "Eve"]])
        assert await seen(there) == [(Health.BAD, "schedule, row 2, assignees: “Eve” is not among the contacts")]
        there.sheets.access = "none"
        assert await seen(there) == [(Health.BAD, "Google answered 403")]
        assert (there.sheets.book.title, [one.title for one in there.sheets.book.sheets]) == (
            before, ["schedule", "contacts"],
        )  # fmt: skip


async def test_one_that_can_only_be_read_is_followed_but_has_no_incidents() -> None:
    async with google() as there:
        there.sheets.access = "reader"
        rota, incidents = await spreadsheet(settings(there))
        assert (rota.health, rota.seen) == (Health.OK, "6 rows, 4 contacts")
        assert (incidents.health, incidents.seen) == (
            Health.WARN, "the worksheet `incidents` cannot be written (Google answered 403)",
        )  # fmt: skip
        assert incidents.fix == (
            "Share the spreadsheet with tocsin@acme-sandbox.iam.gserviceaccount.example as an editor; "
            "for the rota alone reading is enough."
        )


async def test_without_a_spreadsheet_it_is_off() -> None:
    [one] = await spreadsheet(Settings())
    assert (one.health, one.seen) == (Health.OFF, "GOOGLE_SPREADSHEET_ID is not set: no rota in a sheet")
