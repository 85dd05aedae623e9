"""The spreadsheet in the page: what is typed stands there, for Tocsin too, and what it cannot read is marked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect
from screen import Screen
from town.town import Town, a_town


@pytest.fixture
def town(chromium: str, sqlite_url: str, tmp_path: Path) -> Iterator[Town]:
    """One whose bot follows the spreadsheet."""
    with a_town(sqlite_url, tmp_path) as found:
        given = found.outside.addresses
        google = {name.upper(): given[name] for name in ("google_api_url", "google_spreadsheet_id")}
        key = json.dumps(found.outside.get("sheets/credentials"))
        found.bot.settings = {
            **found.bot.settings, **google, "GOOGLE_CREDENTIALS": key, "GOOGLE_POLL_SECONDS": "0.2",
        }  # fmt: skip
        found.bot.start()
        yield found
        assert found.bot.errors() == []


def cell(screen: Screen, place: str) -> Locator:
    return screen.page.locator(f"[data-testid='cell'][data-cell='{place}']")


def rows(town: Town) -> list[list[str]]:
    found: list[list[str]] = town.outside.get("sheets")["sheets"][0]["rows"]
    return found


def test_a_cell_that_cannot_be_read_is_marked_until_it_is_mended_and_rows_come_and_go(
    town: Town, screen: Screen
) -> None:
    before = rows(town)
    screen.open_panel("sheet")
    cell(screen, "A2").fill("last monday")
    cell(screen, "A2").press("Enter")
    expect(cell(screen, "A3")).to_be_focused()
    expect(cell(screen, "A2")).to_have_attribute("aria-invalid", "true")
    expect(screen.page.get_by_test_id("sheet-fault")).to_contain_text("“last monday” is no time in the sheet's format")
    expect(screen.page.get_by_test_id("panel-sheet")).to_have_attribute("data-badge", "1")
    cell(screen, "A2").fill(before[1][0])
    cell(screen, "A2").press("Tab")
    expect(screen.page.get_by_test_id("sheet-notes")).to_be_hidden()

    screen.page.get_by_test_id("sheet-add").click()
    screen.page.keyboard.type("01-01-2027 00:00")
    screen.page.keyboard.press("Tab")
    expect(cell(screen, "A9")).to_have_value("")  # there is a free row again
    assert rows(town) == [*before, ["01-01-2027 00:00"]]
    cell(screen, "A8").hover()
    screen.page.locator("[data-testid='sheet-row'][data-row='8']").get_by_test_id("sheet-row-remove").click()
    expect(cell(screen, "A9")).to_have_count(0)
    assert rows(town) == before
