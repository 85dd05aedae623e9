"""The control calls of the spreadsheet: what is in it, and what a person at the sandbox types into it."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from sandbox.control.boundary import Body, Refusal, read_body
from sandbox.parts import Parts
from sandbox.sheets import ACCESS
from sandbox.sheets_account import MAIL
from sandbox.sheets_grid import Worksheet
from sandbox.sheets_values import texts

LONGEST_CELL = 50_000


class SheetCalls:
    """Handlers over the one spreadsheet. Cells are plain text: what is typed is what stands there."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def routes(self) -> list[web.RouteDef]:
        """The addresses."""
        return [
            web.get("/control/sheets", self.sheets),
            web.get("/control/sheets/credentials", self.credentials),
            web.post("/control/cell", self.cell),
            web.post("/control/sheet_row", self.row),
            web.post("/control/share", self.share),
        ]

    async def sheets(self, _request: web.Request) -> web.Response:
        """Every worksheet with its cells as they are shown."""
        return web.json_response(self._shown())

    async def credentials(self, _request: web.Request) -> web.Response:
        """The service account's key."""
        return web.json_response(self._parts.sheets.credentials())

    async def cell(self, request: web.Request) -> web.Response:
        """Type into a cell; `row` and `column` count from 1."""
        body = await read_body(request)
        sheet, text = self._sheet(body), body.text("text", "")
        row, column = _place(body, "row", sheet.row_count), _place(body, "column", sheet.column_count)
        if len(text) > LONGEST_CELL:
            raise Refusal("too_long", "A cell may have 50,000 characters.")
        sheet.put(row - 1, column - 1, text)
        return self._done()

    async def row(self, request: web.Request) -> web.Response:
        """Insert an empty row before `row`, or remove it."""
        body = await read_body(request)
        sheet, action = self._sheet(body), body.text("action")
        row = _place(body, "row", sheet.row_count)
        if action == "insert":
            sheet.insert(row - 1, 1)
        elif action == "remove" and sheet.row_count > 1:
            sheet.delete(row - 1, row)
        else:
            raise Refusal("invalid_arguments", "'action' must be insert or remove.")
        return self._done()

    async def share(self, request: web.Request) -> web.Response:
        """Let the service account write, only read, or neither."""
        access = (await read_body(request)).text("access")
        if access not in ACCESS:
            raise Refusal("invalid_arguments", f"'access' must be one of {', '.join(ACCESS)}.")
        self._parts.sheets.access = access
        return self._done()

    def _done(self) -> web.Response:
        self._parts.sheets.edited()
        return web.json_response(self._shown())

    def _shown(self) -> dict[str, Any]:
        sheets = self._parts.sheets
        return {
            "id": sheets.book.id,
            "title": sheets.book.title,
            "access": sheets.access,
            "account": MAIL,
            "reads": sheets.reads,
            "sheets": [{"title": one.title, "rows": texts(one.cells)} for one in sheets.book.sheets],
        }

    def _sheet(self, body: Body) -> Worksheet:
        wanted = body.text("sheet")
        found = self._parts.sheets.book.named(wanted)
        if found is None:
            raise Refusal("not_found", f"There is no worksheet {wanted[:40]!r}.", 404)
        return found


def _place(body: Body, name: str, most: int) -> int:
    found = body.number(name)
    if not found.is_integer() or not 1 <= found <= most:
        raise Refusal("invalid_arguments", f"{name!r} must be a whole number from 1 to {most}.")
    return int(found)
