"""The methods of `spreadsheets.values`: cells read and written by A1 ranges, as the Sheets API v4 answers them.

Dates that are typed stay texts: the seeded columns are plain text, as docs/oncall.md asks for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.sheets_grid import Area, BadRange, Cell, Rows, Spreadsheet

Json = dict[str, Any]
Query = Mapping[str, Sequence[str]]

_NUMBER = re.compile(r"[-+]?\d{1,15}(?:\.\d{1,15})?", re.ASCII)
_INPUT = ("RAW", "USER_ENTERED")
_RENDER = ("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA")


class BadRequest(ValueError):
    """What Google calls INVALID_ARGUMENT; the text is Google's."""


def get(sheet: Spreadsheet, text: str, query: Query) -> Json:
    """`values.get`."""
    area = _area(sheet, text)
    across = _one(query, "majorDimension", "ROWS")
    render = _choice(query, "valueRenderOption", _RENDER)
    rows: list[list[Any]] = [[_shown(cell, render) for cell in held] for held in area.values()]
    if across == "COLUMNS":
        rows = _columns(rows)
    found: Json = {"range": area.name, "majorDimension": across}
    return found | ({"values": rows} if rows else {})


def batch_get(sheet: Spreadsheet, query: Query) -> Json:
    """`values.batchGet`: one bad range refuses all of them."""
    return {"spreadsheetId": sheet.id, "valueRanges": [get(sheet, text, query) for text in query.get("ranges", ())]}


def update(sheet: Spreadsheet, text: str, query: Query, body: Json) -> Json:
    """`values.update`."""
    return _written(sheet, text, body, _input(_one(query, "valueInputOption", "")))


def batch_update(sheet: Spreadsheet, body: Json) -> Json:
    """`values.batchUpdate`: all of it or nothing."""
    option, data = _input(str(body.get("valueInputOption", ""))), body.get("data", [])
    if not isinstance(data, list) or not all(isinstance(one, dict) for one in data):
        raise BadRequest("Invalid value at 'data'")
    for number, one in enumerate(data):
        try:
            _fits(_area(sheet, str(one.get("range", ""))), _given(one))
        except BadRequest as wrong:
            raise BadRequest(f"Invalid data[{number}]: {wrong}") from wrong
    done = [_written(sheet, str(one.get("range", "")), one, option) for one in data]
    totals = {
        f"totalUpdated{what}": sum(one[f"updated{what}"] for one in done) for what in ("Rows", "Columns", "Cells")
    }
    sheets = len({one["updatedRange"].rpartition("!")[0] for one in done})
    return {"spreadsheetId": sheet.id, **totals, "totalUpdatedSheets": sheets, "responses": done}


def append(sheet: Spreadsheet, text: str, query: Query, body: Json) -> Json:
    """`values.append`: below the table that the range touches; the grid grows where it must."""
    area, rows = _area(sheet, text), _given(body)
    option = _input(_one(query, "valueInputOption", ""))
    top, held = area.table_end(), area.values()
    if _one(query, "insertDataOption", "OVERWRITE") == "INSERT_ROWS" and top > 0:
        area.sheet.insert(top, len(rows))
    worksheet = area.sheet
    worksheet.row_count = max(worksheet.row_count, top + len(rows))
    wide = max((len(row) for row in rows), default=1)
    worksheet.column_count = max(worksheet.column_count, area.left + wide)
    place = Area(worksheet, top, area.left, top + max(len(rows), 1), area.left + max(wide, 1))
    table = {"tableRange": Area(worksheet, area.top, area.left, top, area.right).name} if held else {}
    return {"spreadsheetId": sheet.id, **table, "updates": _write(sheet, place, rows, option)}


def clear(sheet: Spreadsheet, text: str) -> Json:
    """`values.clear`: the cells go, the grid stays."""
    area = _area(sheet, text)
    area.clear()
    return {"spreadsheetId": sheet.id, "clearedRange": area.name}


def batch_clear(sheet: Spreadsheet, body: Json) -> Json:
    """`values.batchClear`."""
    areas = [_area(sheet, str(text)) for text in body.get("ranges", [])]
    for area in areas:
        area.clear()
    return {"spreadsheetId": sheet.id, "clearedRanges": [area.name for area in areas]}


# --- how ranges and cells are read


def _area(sheet: Spreadsheet, text: str) -> Area:
    try:
        return sheet.area(text)
    except BadRange as wrong:
        raise BadRequest(str(wrong)) from wrong


def _written(sheet: Spreadsheet, text: str, body: Json, option: str) -> Json:
    area, rows = _area(sheet, text), _given(body)
    return _write(sheet, _fits(area, rows), rows, option)


def _fits(area: Area, rows: list[list[Any]]) -> Area:
    """The cells that are written. A single cell stands for as many as there are values."""
    wide = max((len(row) for row in rows), default=0)
    sheet, single = area.sheet, (area.bottom - area.top, area.right - area.left) == (1, 1)
    bottom, right = area.top + max(len(rows), 1), area.left + max(wide, 1)
    if not single and (bottom > area.bottom or right > area.right):
        over = f"row [{area.bottom + 1}]" if bottom > area.bottom else f"column [{area.right + 1}]"
        raise BadRequest(f"Requested writing within range [{area.name}], but tried writing to {over}")
    if bottom > sheet.row_count or right > sheet.column_count:
        limits = f"Max rows: {sheet.row_count}, max columns: {sheet.column_count}"
        whole = Area(sheet, area.top, area.left, bottom, right).name
        raise BadRequest(f"Range ({whole}) exceeds grid limits. {limits}")
    return Area(sheet, area.top, area.left, bottom, right)


def _write(sheet: Spreadsheet, area: Area, rows: list[list[Any]], option: str) -> Json:
    """A null leaves its cell alone."""
    cells = 0
    for row, held in enumerate(rows):
        for column, value in enumerate(held):
            if value is not None:
                area.sheet.put(area.top + row, area.left + column, _read(value, option))
                cells += 1
    counts = {"updatedRows": len(rows), "updatedColumns": max((len(row) for row in rows), default=0)}
    return {"spreadsheetId": sheet.id, "updatedRange": area.name, **counts, "updatedCells": cells}


def _given(body: Json) -> list[list[Any]]:
    rows = body.get("values", [])
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise BadRequest("Invalid value at 'data.values' (type.googleapis.com/google.protobuf.ListValue)")
    for row in rows:
        for value in row:
            if value is not None and not isinstance(value, str | int | float | bool):
                raise BadRequest("Invalid values: list_value cells must be a string, a number or a boolean")
    return _columns(rows) if body.get("majorDimension") == "COLUMNS" else rows


def _columns(rows: list[list[Any]]) -> list[list[Any]]:
    wide = max((len(row) for row in rows), default=0)
    found = [[row[n] if n < len(row) else "" for row in rows] for n in range(wide)]
    for column in found:
        while column and column[-1] == "":
            column.pop()
    return found


def _read(value: Any, option: str) -> Cell:
    """RAW keeps a text as it is; USER_ENTERED reads it as if it were typed."""
    if not isinstance(value, str):
        return value if isinstance(value, bool) else float(value)
    if option == "RAW" or value == "":
        return value
    if value.startswith("'"):
        return value[1:]
    if value.upper() in ("TRUE", "FALSE"):
        return value.upper() == "TRUE"
    if value.startswith("=") and len(value) > 1:
        return "#ERROR!"  # a formula; nothing is computed here
    return float(value) if _NUMBER.fullmatch(value) else value


def _shown(cell: Cell, render: str) -> Any:
    if isinstance(cell, str):
        return cell
    if render != "FORMATTED_VALUE":
        return int(cell) if isinstance(cell, float) and cell.is_integer() else cell
    return text_of(cell)


def text_of(cell: Cell) -> str:
    """As a cell shows it."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return f"{cell:g}" if isinstance(cell, float) and abs(cell) < 1e6 else str(cell).removesuffix(".0")


def texts(rows: Rows) -> list[list[str]]:
    """As cells show them."""
    return [[text_of(cell) for cell in held] for held in rows]


def _one(query: Query, name: str, default: str) -> str:
    return (query.get(name) or [default])[-1] or default


def _choice(query: Query, name: str, known: Sequence[str]) -> str:
    given = _one(query, name, known[0])
    if given not in known:
        raise BadRequest(f"Invalid value at '{name}' (type.googleapis.com/google.apps.sheets.v4), \"{given}\"")
    return given


def _input(given: str) -> str:
    if not given:
        raise BadRequest("'valueInputOption' is required but not specified")
    if given not in _INPUT:
        raise BadRequest(f"Invalid value at 'valueInputOption', \"{given}\"")
    return given
