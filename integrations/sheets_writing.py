"""The worksheet `incidents` written with gspread: made where it is missing, only what differs, never as formulas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from bot.domain.mirrored_sheet import COLUMNS, TITLE, Block, Row, blocks, is_ours

if TYPE_CHECKING:
    from gspread.http_client import HTTPClient

_LAST: Final = chr(ord("A") + len(COLUMNS) - 1)
#: The grid grows by so many rows at once.
_SPARE: Final = 500


class NotOurs(Exception):
    """The worksheet has other columns: somebody else's work is not written over."""


def mirror(client: HTTPClient, spreadsheet: str, wanted: Sequence[Row]) -> int:
    """Makes the rows stand there; answers how many were written. Raises what gspread does, and NotOurs."""
    sheet = _worksheet(client, spreadsheet)
    title = sheet["title"]
    shown = client.values_get(spreadsheet, f"{title}!A:{_LAST}").get("values", []) if sheet["found"] else []
    if not is_ours(shown):
        raise NotOurs(f"the worksheet `{title}` has other columns")
    changed = blocks(shown, wanted)
    if not changed:
        return 0
    _room_for(client, spreadsheet, sheet, changed[-1].last)
    data = [{"range": f"{title}!A{one.first}:{_LAST}{one.last}", "values": _cells(one)} for one in changed]
    # RAW: what begins with = + - or @ stays a text, whoever wrote the title
    client.values_batch_update(spreadsheet, {"valueInputOption": "RAW", "data": data})
    return sum(len(one.rows) for one in changed)


def may_write(client: HTTPClient, spreadsheet: str) -> None:
    """Sets the spreadsheet's title to what it is; raises gspread's APIError (403) for who may only read."""
    title = client.fetch_sheet_metadata(spreadsheet, {"fields": "properties.title"})["properties"]["title"]
    same = {"updateSpreadsheetProperties": {"properties": {"title": title}, "fields": "title"}}
    client.batch_update(spreadsheet, {"requests": [same]})


def _worksheet(client: HTTPClient, spreadsheet: str) -> dict[str, Any]:
    """Its properties, and whether it was there before."""
    about = client.fetch_sheet_metadata(spreadsheet, {"fields": "sheets.properties"})
    for one in about["sheets"]:
        if str(one["properties"]["title"]).casefold() == TITLE:
            return {**one["properties"], "found": True}
    grid = {"rowCount": 2 * _SPARE, "columnCount": len(COLUMNS), "frozenRowCount": 1}
    new = {"addSheet": {"properties": {"title": TITLE, "gridProperties": grid}}}
    made = client.batch_update(spreadsheet, {"requests": [new]})["replies"][0]["addSheet"]["properties"]
    return {**made, "found": False}


def _room_for(client: HTTPClient, spreadsheet: str, sheet: dict[str, Any], last: int) -> None:
    """Writing outside the grid would be refused."""
    grid = sheet["gridProperties"]
    rows = grid["rowCount"] if grid["rowCount"] >= last else last + _SPARE
    columns = max(grid["columnCount"], len(COLUMNS))
    if (rows, columns) == (grid["rowCount"], grid["columnCount"]):
        return
    wanted = {"sheetId": sheet["sheetId"], "gridProperties": {"rowCount": rows, "columnCount": columns}}
    fields = "gridProperties.rowCount,gridProperties.columnCount"
    request = {"updateSheetProperties": {"properties": wanted, "fields": fields}}
    client.batch_update(spreadsheet, {"requests": [request]})


def _cells(block: Block) -> list[list[str]]:
    return [list(row) for row in block.rows]
