"""`spreadsheets.batchUpdate` and the metadata: worksheets added, changed and removed, as far as gspread asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.sheets_grid import Spreadsheet, Worksheet
from sandbox.sheets_values import BadRequest, Json

MOST_CELLS = 10_000_000


def metadata(sheet: Spreadsheet) -> Json:
    """`spreadsheets.get` without the cells."""
    about = {"title": sheet.title, "locale": "en_US", "autoRecalc": "ON_CHANGE", "timeZone": "Etc/GMT"}
    url = f"https://docs.google.com/spreadsheets/d/{sheet.id}/edit"
    sheets = [{"properties": properties(one, place)} for place, one in enumerate(sheet.sheets)]
    return {"spreadsheetId": sheet.id, "properties": about, "sheets": sheets, "spreadsheetUrl": url}


def properties(one: Worksheet, place: int) -> Json:
    """Of one worksheet."""
    grid: Json = {"rowCount": one.row_count, "columnCount": one.column_count}
    if one.frozen_rows:
        grid["frozenRowCount"] = one.frozen_rows
    return {"sheetId": one.id, "title": one.title, "index": place, "sheetType": "GRID", "gridProperties": grid}


def batch_update(sheet: Spreadsheet, body: Json) -> Json:
    """Does every request in order. BadRequest at the first that cannot be done; a caller undoes what came before."""
    requests = body.get("requests")
    if not isinstance(requests, list) or not requests:
        raise BadRequest("Must specify at least one request.")
    replies = []
    for number, request in enumerate(requests):
        kind = next(iter(request), "") if isinstance(request, dict) else ""
        if kind not in _DOES:
            raise BadRequest(
                f"Invalid JSON payload received. Unknown name \"{kind}\" at 'requests[{number}]': Cannot find field."
            )
        try:
            replies.append(_DOES[kind](sheet, request[kind]))
        except BadRequest as wrong:
            raise BadRequest(f"Invalid requests[{number}].{kind}: {wrong}") from wrong
    return {"spreadsheetId": sheet.id, "replies": replies}


def _add(sheet: Spreadsheet, given: Json) -> Json:
    wanted = given.get("properties", {})
    title = str(wanted.get("title") or f"Sheet{len(sheet.sheets) + 1}")
    if sheet.named(title) is not None:
        raise BadRequest(f'A sheet with the name "{title}" already exists. Please enter another name.')
    grid = wanted.get("gridProperties", {})
    number = wanted.get("sheetId") or max((one.id for one in sheet.sheets), default=0) + 1
    new = Worksheet(int(number), title, int(grid.get("rowCount", 1000)), int(grid.get("columnCount", 26)))
    new.frozen_rows = int(grid.get("frozenRowCount", 0))
    place = min(int(wanted.get("index", len(sheet.sheets))), len(sheet.sheets))
    sheet.sheets.insert(place, new)
    _check_size(sheet)
    return {"addSheet": {"properties": properties(new, place)}}


def _delete(sheet: Spreadsheet, given: Json) -> Json:
    one = _sheet(sheet, given)
    if len(sheet.sheets) == 1:
        raise BadRequest("You can't remove all the sheets in a document.")
    sheet.sheets.remove(one)
    return {}


def _change(sheet: Spreadsheet, given: Json) -> Json:
    """Only what `fields` names; a path is written with points or with slashes."""
    wanted = given.get("properties", {})
    one, fields = _sheet(sheet, wanted), _fields(given)
    grid = wanted.get("gridProperties", {})
    if fields & {"*", "title"} and "title" in wanted:
        other = sheet.named(str(wanted["title"]))
        if other not in (None, one):
            raise BadRequest(f'A sheet with the name "{wanted["title"]}" already exists. Please enter another name.')
        one.title = str(wanted["title"])
    whole = bool(fields & {"*", "gridProperties"})
    rows = grid.get("rowCount", one.row_count) if whole or "gridProperties.rowCount" in fields else one.row_count
    columns = grid.get("columnCount", one.column_count) if whole or "gridProperties.columnCount" in fields else None
    columns = one.column_count if columns is None else columns
    if not all(isinstance(size, int) and size > 0 for size in (rows, columns)):
        raise BadRequest("Invalid grid size.")
    one.resize(rows, columns)
    if whole or "gridProperties.frozenRowCount" in fields:
        one.frozen_rows = int(grid.get("frozenRowCount", one.frozen_rows))
    if fields & {"*", "index"} and "index" in wanted:
        sheet.sheets.remove(one)
        sheet.sheets.insert(int(wanted["index"]), one)
    _check_size(sheet)
    return {}


def _about(sheet: Spreadsheet, given: Json) -> Json:
    if "title" in given.get("properties", {}) and _fields(given) & {"*", "title"}:
        sheet.title = str(given["properties"]["title"])
    return {}


def _insert(sheet: Spreadsheet, given: Json) -> Json:
    one, start, end = _rows_of(sheet, given.get("range", {}))
    one.insert(start, end - start)
    _check_size(sheet)
    return {}


def _delete_rows(sheet: Spreadsheet, given: Json) -> Json:
    one, start, end = _rows_of(sheet, given.get("range", {}))
    if end > one.row_count or end - start >= one.row_count:
        raise BadRequest("You can't delete all the rows on the sheet.")
    one.delete(start, end)
    return {}


def _more(sheet: Spreadsheet, given: Json) -> Json:
    one, length = _sheet(sheet, given), int(given.get("length", 0))
    if given.get("dimension") == "COLUMNS":
        one.column_count += length
    else:
        one.row_count += length
    _check_size(sheet)
    return {}


def _looks(sheet: Spreadsheet, given: Json) -> Json:
    """Formats are accepted and not shown: here every cell looks alike."""
    _sheet(sheet, given.get("range", {}))
    return {}


_DOES: dict[str, Callable[[Spreadsheet, Json], Json]] = {
    "addSheet": _add,
    "deleteSheet": _delete,
    "updateSheetProperties": _change,
    "updateSpreadsheetProperties": _about,
    "insertDimension": _insert,
    "deleteDimension": _delete_rows,
    "appendDimension": _more,
    "repeatCell": _looks,
}


def _sheet(sheet: Spreadsheet, given: Json) -> Worksheet:
    number = int(given.get("sheetId", 0))
    found = sheet.numbered(number)
    if found is None:
        raise BadRequest(f"No grid with id: {number}")
    return found


def _rows_of(sheet: Spreadsheet, given: Json) -> tuple[Worksheet, int, int]:
    one = _sheet(sheet, given)
    start, end = int(given.get("startIndex", 0)), int(given.get("endIndex", one.row_count))
    if given.get("dimension") != "ROWS" or not 0 <= start < end:
        raise BadRequest("range: only rows can be inserted and deleted here.")
    return one, start, end


def _fields(given: Json) -> set[str]:
    found = {part.strip().replace("/", ".") for part in str(given.get("fields", "")).split(",") if part.strip()}
    if not found:
        raise BadRequest("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    return found


def _check_size(sheet: Spreadsheet) -> Any:
    if sum(one.row_count * one.column_count for one in sheet.sheets) > MOST_CELLS:
        raise BadRequest(
            "This action would increase the number of cells in the workbook above the limit of 10000000 cells."
        )
