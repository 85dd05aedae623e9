"""The spreadsheet is read by gspread over a real wire; what Google refuses is a reason, never an exception."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sheets_double import ID, Google, google

from integrations.sheets import Sheets


@pytest.fixture
async def world() -> AsyncIterator[Google]:
    async with google() as double:
        yield double


async def test_both_worksheets_are_read_in_one_request_with_one_token(world: Google) -> None:
    world.rows = {"schedule": [["start_time"], ["11-24-2026 09:00"]], "contacts": [["name"]]}
    sheets = Sheets(world.credentials(), ID, world.url)
    for _ in range(2):
        assert await sheets.read() == ([["start_time"], ["11-24-2026 09:00"]], [["name"]])
    sheets.close()
    assert (world.tokens, world.readings) == (1, 2)


async def test_a_quota_that_is_used_up_is_a_reason_and_passes(world: Google, tmp_path: Path) -> None:
    key = tmp_path / "key.json"
    key.write_text(world.credentials(), encoding="utf-8")
    sheets, world.status = Sheets(str(key), ID, world.url), 429
    assert await sheets.read() == "Google answered 429"
    world.status = 200
    assert await sheets.read() == ([], [])
    sheets.close()


async def test_credentials_that_cannot_be_read_are_a_reason(world: Google, tmp_path: Path) -> None:
    for wrong, kind in ((str(tmp_path / "none.json"), "FileNotFoundError"), ("{", "JSONDecodeError")):
        sheets = Sheets(wrong, ID, world.url)
        assert await sheets.read() == f"GOOGLE_CREDENTIALS or Google's answer cannot be read ({kind})"
        sheets.close()
    assert world.readings == 0
