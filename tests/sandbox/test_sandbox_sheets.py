"""The Google Sheets double, driven by the real gspread: what Google answers, in Google's words."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import gspread
import pytest
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request
from google.oauth2.service_account import Credentials
from gspread.exceptions import APIError, WorksheetNotFound
from gspread.http_client import HTTPClient
from gspread.utils import ValueRenderOption
from requests import Session
from sandbox_running import Sandbox, a_sandbox

from sandbox.sheets_seed import SPREADSHEET_ID, TIME_FORMAT

T = TypeVar("T")
GOOGLE = "https://sheets.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/spreadsheets"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with a_sandbox() as found:
        yield found


def client(sandbox: Sandbox, scope: str = SCOPE, **other: str) -> gspread.Client:
    """gspread, but for the host; the token is asked for without google-auth's look at yet another host."""
    key = sandbox.parts.sheets.credentials() | other
    credentials, session = Credentials.from_service_account_info(key, scopes=[scope]), Session()

    class Here(HTTPClient):
        def request(self, method: str, endpoint: str, *args: Any, **more: Any) -> Any:
            if not credentials.valid:
                credentials.refresh(Request(session))
            session.headers["Authorization"] = f"Bearer {credentials.token}"
            return super().request(method, endpoint.replace(GOOGLE, sandbox.base, 1), *args, **more)

    return gspread.Client(credentials, session, Here)


async def beside(work: Callable[[], T]) -> T:
    """gspread waits for the sandbox, which lives in this loop."""
    return await asyncio.to_thread(work)


async def book(sandbox: Sandbox) -> gspread.Spreadsheet:
    return await beside(lambda: client(sandbox).open_by_key(SPREADSHEET_ID))


def time_of(cell: object) -> datetime:
    return datetime.strptime(str(cell), TIME_FORMAT).replace(tzinfo=UTC)


async def refused(work: Callable[[], Any]) -> tuple[int, str, str]:
    with pytest.raises(APIError) as no:
        await beside(work)
    return no.value.code, str(no.value.error["status"]), str(no.value.error["message"])


async def test_the_seeded_rota_is_on_call_now_and_names_its_contacts(sandbox: Sandbox) -> None:
    found = await book(sandbox)
    schedule, contacts = await beside(
        lambda: [found.worksheet(name).get_all_records() for name in ("schedule", "contacts")]
    )
    now = sandbox.parts.clock.now()
    spans = [(time_of(row["start_time"]), time_of(row["end_time"])) for row in schedule]
    assert [start < now < end for start, end in spans] == [False, True, False, False, False, False]
    names = {str(row["name"]) for row in contacts}
    assert {name for row in schedule for name in str(row["assignees"]).split(", ")} <= names
    assert [one.title for one in await beside(found.worksheets)] == ["schedule", "contacts"]


async def test_values_are_ragged_and_ranges_say_what_was_read(sandbox: Sandbox) -> None:
    http = (await book(sandbox)).client
    rows = [["a", "", "c"], [], ["", "=1+1", ""], [True, 2, 2.5]]
    await beside(
        lambda: http.batch_update(SPREADSHEET_ID, {"requests": [{"addSheet": {"properties": {"title": "It's 1"}}}]})
    )
    body = {"values": rows}
    done = await beside(lambda: http.values_update(SPREADSHEET_ID, "'It''s 1'!B2", {"valueInputOption": "RAW"}, body))
    assert (done["updatedRange"], done["updatedCells"]) == ("'It''s 1'!B2:D5", 9)
    asked = [f"'It''s 1'!{place}" for place in ("B2:Z", "B:B", "2:2", "C2")]
    found = await beside(lambda: http.values_batch_get(SPREADSHEET_ID, asked))
    shown = [["a", "", "c"], [], ["", "=1+1"], ["TRUE", "2", "2.5"]]
    assert found["valueRanges"] == [
        {"range": "'It''s 1'!B2:Z1000", "majorDimension": "ROWS", "values": shown},
        {"range": "'It''s 1'!B1:B1000", "majorDimension": "ROWS", "values": [[], ["a"], [], [], ["TRUE"]]},
        {"range": "'It''s 1'!A2:Z2", "majorDimension": "ROWS", "values": [["", "a", "", "c"]]},
        {"range": "'It''s 1'!C2", "majorDimension": "ROWS"},
    ]


async def test_what_is_typed_by_a_program_is_a_formula_but_raw_it_is_a_text(sandbox: Sandbox) -> None:
    sheet = await beside(lambda: client(sandbox).open_by_key(SPREADSHEET_ID).add_worksheet("x", 10, 5))
    await beside(lambda: sheet.update([["=A1", "12", "'12"]], "A1", raw=False))
    await beside(lambda: sheet.update([["=A1", "12", "'12"]], "A2", raw=True))
    shown = await beside(lambda: sheet.get(value_render_option=ValueRenderOption.unformatted))
    assert list(shown) == [["#ERROR!", 12, "12"], ["=A1", "12", "'12"]]


async def test_rows_are_appended_below_the_table_and_the_grid_grows(sandbox: Sandbox) -> None:
    sheet = await beside(lambda: client(sandbox).open_by_key(SPREADSHEET_ID).add_worksheet("log", 2, 3))
    await beside(lambda: sheet.append_rows([["id", "title"], ["1", "a"]], table_range="A1"))
    done: Any = await beside(lambda: sheet.append_row(["2", "b"]))
    assert (done["tableRange"], done["updates"]["updatedRange"]) == ("log!A1:C2", "log!A3:B3")
    await beside(lambda: sheet.batch_update([{"range": "B2", "values": [["A"]]}, {"range": "B3", "values": [["B"]]}]))
    assert await beside(sheet.get_all_values) == [["id", "title"], ["1", "A"], ["2", "B"]]
    await beside(lambda: sheet.batch_clear(["A2:B2"]))
    await beside(lambda: sheet.delete_rows(1))
    assert await beside(sheet.get_all_values) == [["", ""], ["2", "B"]]
    await beside(
        lambda: (
            sheet.resize(rows=50, cols=4),
            sheet.format("A1", {"textFormat": {"bold": True}}),
            sheet.freeze(rows=1),
            sheet.clear(),
        )
    )
    again: Any = await beside(lambda: sheet.spreadsheet.worksheet("log"))
    assert (again.row_count, again.col_count, again.frozen_row_count) == (50, 4, 1)
    assert await beside(again.get_all_values) == [[]]


async def test_refusals_are_googles(sandbox: Sandbox) -> None:
    found = await book(sandbox)
    http = found.client
    raw: Any = {"valueInputOption": "RAW"}
    two: Any = {"values": [["x"], ["y"]]}

    def batch(*ranges: str) -> Any:
        return http.values_batch_update(
            SPREADSHEET_ID, {**raw, "data": [{"range": one, "values": [["x"]]} for one in ranges]}
        )

    bad = "INVALID_ARGUMENT"
    assert await refused(lambda: http.values_get(SPREADSHEET_ID, "none!A1")) == (
        400,
        bad,
        "Unable to parse range: none!A1",
    )
    assert await refused(lambda: http.values_batch_get(SPREADSHEET_ID, ["schedule", "incidents"])) == (
        400, bad, "Unable to parse range: incidents",
    )  # fmt: skip
    assert await refused(lambda: batch("schedule!A1", "none!A1")) == (
        400, bad, "Invalid data[1]: Unable to parse range: none!A1",
    )  # fmt: skip
    assert await refused(lambda: http.values_get(SPREADSHEET_ID, "schedule!A1001")) == (
        400, bad, "Range (schedule!A1001) exceeds grid limits. Max rows: 1000, max columns: 26",
    )  # fmt: skip
    assert await refused(lambda: http.values_update(SPREADSHEET_ID, "schedule!A1:B1", raw, two)) == (
        400, bad, "Requested writing within range [schedule!A1:B1], but tried writing to row [2]",
    )  # fmt: skip
    assert await refused(lambda: found.add_worksheet("Schedule", 1, 1)) == (
        400, bad, 'Invalid requests[0].addSheet: A sheet with the name "Schedule" already exists. '
        "Please enter another name.",
    )  # fmt: skip
    assert await refused(lambda: client(sandbox).http_client.spreadsheets_get("other")) == (
        404, "NOT_FOUND", "Requested entity was not found.",
    )  # fmt: skip
    assert (await beside(lambda: http.values_get(SPREADSHEET_ID, "schedule!A1")))["values"] == [["start_time"]]
    with pytest.raises(WorksheetNotFound):
        await beside(lambda: found.worksheet("incidents"))


async def test_who_may_only_read_or_not_even_that_is_refused(sandbox: Sandbox) -> None:
    found = await book(sandbox)
    may_not = (403, "PERMISSION_DENIED", "The caller does not have permission")
    await sandbox.post("share", {"access": "reader"})
    assert await refused(lambda: found.add_worksheet("x", 1, 1)) == may_not
    assert len(await beside(found.worksheets)) == 2
    await sandbox.post("share", {"access": "none"})
    with pytest.raises(PermissionError):  # as gspread words a 403 when it opens
        await beside(lambda: client(sandbox).open_by_key(SPREADSHEET_ID))
    await sandbox.post("share", {"access": "writer"})
    reading = client(sandbox, f"{SCOPE}.readonly").open_by_key
    assert (await refused(lambda: reading(SPREADSHEET_ID).add_worksheet("x", 1, 1)))[1:] == (
        "PERMISSION_DENIED", "Request had insufficient authentication scopes.",
    )  # fmt: skip


async def test_a_key_that_is_not_the_accounts_gets_no_token(sandbox: Sandbox) -> None:
    async with sandbox.http.get(f"{sandbox.base}/v4/spreadsheets/{SPREADSHEET_ID}") as answer:
        assert (answer.status, (await answer.json())["error"]["status"]) == (401, "UNAUTHENTICATED")
    with pytest.raises(RefreshError, match="account not found"):
        await beside(lambda: client(sandbox, client_email="eve@elsewhere.example").open_by_key(SPREADSHEET_ID))


async def test_a_quota_that_is_used_up_is_a_fault_like_any_other(sandbox: Sandbox) -> None:
    found = await book(sandbox)
    await sandbox.post("faults", {"target": "google", "method": "values.*", "kind": "rate_limited"}, status=201)
    code, status, words = await refused(lambda: found.worksheet("schedule").get_all_values())
    assert (code, status, words.partition(" of service")[0]) == (
        429, "RESOURCE_EXHAUSTED",
        "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute per user'",
    )  # fmt: skip
    assert len(await beside(lambda: found.worksheet("schedule").get_all_values())) == 7


async def test_rubbish_is_refused_in_googles_form(sandbox: Sandbox) -> None:
    http, draw = client(sandbox).http_client, random.Random(4)
    await beside(lambda: http.spreadsheets_get(SPREADSHEET_ID))
    headers = {"Authorization": str(http.session.headers["Authorization"])}
    rubbish: list[Any] = [None, -1, 1e300, "", "x", "schedule!A1", [], {}, [1], [[{}]], {"sheetId": "x"}, {"range": 1}]
    names = ["requests", "valueInputOption", "data", "ranges", "values", "range", "majorDimension", "fields"]
    kinds = [
        "addSheet",
        "updateSheetProperties",
        "insertDimension",
        "deleteDimension",
        "appendDimension",
        "deleteSheet",
    ]
    statuses = set()
    for _ in range(150):
        path = draw.choice([":batchUpdate", "/values:batchUpdate", "/values/schedule:append", "/values:batchClear"])
        body = {name: draw.choice(rubbish) for name in draw.sample(names, 3)}
        if draw.random() < 0.5:
            body["requests"] = [
                {draw.choice(kinds): {"properties": draw.choice(rubbish), "range": draw.choice(rubbish)}}
            ]
        address = f"{sandbox.base}/v4/spreadsheets/{SPREADSHEET_ID}{path}"
        async with sandbox.http.post(address, json=body, headers=headers) as answer:
            found = await answer.json()
            statuses.add(answer.status)
            assert answer.status == 200 or found["error"]["status"] == "INVALID_ARGUMENT"
    assert statuses == {200, 400}


async def test_people_type_into_cells_add_rows_and_take_them_out(sandbox: Sandbox) -> None:
    before = (await sandbox.get("sheets"))["sheets"][0]["rows"]
    await sandbox.post("sheet_row", {"sheet": "schedule", "row": 2, "action": "insert"})
    shown = await sandbox.post("cell", {"sheet": "schedule", "row": 2, "column": 3, "text": "=Dave"})
    assert shown["sheets"][0]["rows"] == [before[0], ["", "", "=Dave"], *before[1:]]
    await sandbox.post("sheet_row", {"sheet": "schedule", "row": 2, "action": "remove"})
    assert (await sandbox.get("sheets"))["sheets"][0]["rows"] == before
    await sandbox.post("cell", {"sheet": "none", "row": 1, "column": 1, "text": ""}, status=404)
    await sandbox.post("cell", {"sheet": "schedule", "row": 0, "column": 1, "text": ""}, status=400)
    await sandbox.post("cell", {"sheet": "schedule", "row": 1, "column": 1, "text": "x"})
    await sandbox.post("reset")
    assert (await sandbox.get("sheets"))["sheets"][0]["rows"] == before


async def test_readings_that_say_the_same_are_logged_once(sandbox: Sandbox) -> None:
    found = await book(sandbox)
    for _ in range(3):
        await beside(lambda: found.values_get("schedule"))
    await sandbox.post("cell", {"sheet": "schedule", "row": 2, "column": 3, "text": "Alice Chen"})
    await beside(lambda: found.values_get("schedule"))
    log = (await sandbox.get("log"))["entries"]
    assert [one["method"] for one in log] == ["token", "spreadsheets.get", "values.get", "values.get"]
    assert "ya29" not in str(log)
