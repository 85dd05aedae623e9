"""Google Sheets as gspread meets it: a service account's token endpoint, and the Sheets API v4 over one spreadsheet.

Errors have Google's shape and words: https://cloud.google.com/apis/design/errors
"""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from sandbox import sheets_batch, sheets_values
from sandbox.faults import Fault, Faults, spoil
from sandbox.journal import Journal
from sandbox.sheets_account import MAIL, Account, NoToken
from sandbox.sheets_grid import Spreadsheet
from sandbox.sheets_seed import seeded
from sandbox.sheets_values import BadRequest, Json

#: What the spreadsheet is shared for with the service account.
ACCESS = ("writer", "reader", "none")
#: HTTP status of each status name that an error may bear.
STATUS = {
    "INVALID_ARGUMENT": 400, "UNAUTHENTICATED": 401, "PERMISSION_DENIED": 403, "NOT_FOUND": 404,
    "RESOURCE_EXHAUSTED": 429, "INTERNAL": 500, "UNAVAILABLE": 503,
}  # fmt: skip
WORDS = {
    "INVALID_ARGUMENT": "Request contains an invalid argument.",
    "UNAUTHENTICATED": (
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
        "authentication credential."
    ),
    "PERMISSION_DENIED": "The caller does not have permission",
    "NOT_FOUND": "Requested entity was not found.",
    "INTERNAL": "Internal error encountered.",
    "UNAVAILABLE": "The service is currently unavailable.",
}
_READS = ("spreadsheets.get", "values.get", "values.batchGet")


class Refused(Exception):
    """Google says no, by the name of a status."""

    def __init__(self, status: str, message: str = "") -> None:
        super().__init__(message or WORDS[status])
        self.status = status


@dataclass(frozen=True)
class Asked:
    """A request, read."""

    request: web.Request
    body: Json

    @property
    def range(self) -> str:
        return self.request.match_info["range"]

    @property
    def query(self) -> dict[str, list[str]]:
        return {name: self.request.query.getall(name) for name in self.request.query}


class Sheets:
    """One spreadsheet, shared with one service account. What goes wrong is ordered at `faults`, target `google`."""

    def __init__(
        self, base_url: Callable[[], str], now: Callable[[], datetime], faults: Faults, journal: Journal,
        changed: Callable[[], None],
    ) -> None:  # fmt: skip
        self._base_url, self._now, self._faults, self._journal, self._changed = base_url, now, faults, journal, changed
        self.account = Account()
        self.reset()

    def reset(self) -> None:
        """The seeded spreadsheet again; tokens and the key stay."""
        self.book: Spreadsheet = seeded(self._now())
        self.access = "writer"
        self.reads = 0
        self._said: dict[str, str] = {}

    def credentials(self) -> dict[str, str]:
        """The service account's key, for the bot's setting GOOGLE_CREDENTIALS."""
        return self.account.credentials(self._base_url())

    def edited(self) -> None:
        """Somebody at the sandbox changed a cell, or what the sheet is shared for."""
        self._changed()

    def routes(self) -> list[web.RouteDef]:
        """The addresses, to be added to the sandbox's server."""
        base = "/v4/spreadsheets/{id:[^:/]+}"
        values = base + "/values/{range:.+}"
        table: list[tuple[str, str, str, Callable[[Asked], Json]]] = [
            ("POST", base + ":batchUpdate", "spreadsheets.batchUpdate", self._batch_update),
            ("GET", base + "/values:batchGet", "values.batchGet",
             lambda a: sheets_values.batch_get(self.book, a.query)),
            ("POST", base + "/values:batchUpdate", "values.batchUpdate",
             lambda a: sheets_values.batch_update(self.book, a.body)),
            ("POST", base + "/values:batchClear", "values.batchClear",
             lambda a: sheets_values.batch_clear(self.book, a.body)),
            ("POST", values + ":append", "values.append",
             lambda a: sheets_values.append(self.book, a.range, a.query, a.body)),
            ("POST", values + ":clear", "values.clear", lambda a: sheets_values.clear(self.book, a.range)),
            ("PUT", values, "values.update", lambda a: sheets_values.update(self.book, a.range, a.query, a.body)),
            ("GET", values, "values.get", lambda a: sheets_values.get(self.book, a.range, a.query)),
            ("GET", base, "spreadsheets.get", lambda _: sheets_batch.metadata(self.book)),
        ]  # fmt: skip
        found = [web.route(verb, path, self._served(name, act)) for verb, path, name, act in table]
        return [*found, web.post("/google/token", self._token), web.route("*", "/v4/{rest:.*}", _unknown)]

    # --- every request

    def _served(
        self, name: str, act: Callable[[Asked], Json]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            started = time.monotonic()
            body = await _body(request)
            arguments = {"spreadsheet": request.match_info["id"], "range": request.match_info.get("range", "")}
            shown = {name: value for name, value in arguments.items() if value} | dict(request.query) | (body or {})

            async def effect() -> web.StreamResponse:
                status, answer = self._answer(name, request, body, act)
                self._note(name, shown, answer, status, (time.monotonic() - started) * 1000)
                return web.json_response(answer, status=status)

            fault = self._faults.take("google", name, shown)
            if fault is not None:
                self._journal.call("google", name, shown, f"fault {fault.id}: {fault.kind}", status=None)
            return await spoil(fault, request, effect, _refuse)

        return serve

    def _answer(
        self, name: str, request: web.Request, body: Json | None, act: Callable[[Asked], Json]
    ) -> tuple[int, Json]:
        try:
            if body is None:
                raise BadRequest("Invalid JSON payload received. Unexpected token.")
            self._check(name, request)
            found = act(Asked(request, body))
        except Refused as refused:
            return STATUS[refused.status], error_json(refused.status, str(refused))
        except (ValueError, TypeError, AttributeError, KeyError, OverflowError) as wrong:
            words = str(wrong) if isinstance(wrong, BadRequest) else WORDS["INVALID_ARGUMENT"]
            return 400, error_json("INVALID_ARGUMENT", words)
        if name in _READS:
            self.reads += 1
        else:
            self._changed()
        return 200, found

    def _check(self, name: str, request: web.Request) -> None:
        scope = self.account.scope(request.headers.get("Authorization", ""))
        if scope is None:
            raise Refused("UNAUTHENTICATED")
        if request.match_info["id"] != self.book.id:
            raise Refused("NOT_FOUND")
        if scope == "" or (scope == "read" and name not in _READS):
            raise Refused("PERMISSION_DENIED", "Request had insufficient authentication scopes.")
        if self.access == "none" or (self.access == "reader" and name not in _READS):
            raise Refused("PERMISSION_DENIED")

    def _note(self, name: str, shown: Json, answer: Json, status: int, ms: float) -> None:
        """Into the log; but a reading that says what the one before it said would only fill it."""
        said = json.dumps([status, answer])
        key = json.dumps([name, shown], default=str)
        if name in _READS and self._said.get(key) == said:
            return
        self._said[key] = said
        self._journal.call("google", name, shown, answer, status=status, ms=ms)

    def _batch_update(self, asked: Asked) -> Json:
        before = copy.deepcopy(self.book)
        try:
            return sheets_batch.batch_update(self.book, asked.body)
        except Exception:
            self.book = before  # all of it, or nothing
            raise

    async def _token(self, request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}
        shown = {"grant_type": form.get("grant_type", ""), "account": MAIL}

        async def effect() -> web.StreamResponse:
            try:
                answer: Mapping[str, Any] = self.account.token(form, f"{self._base_url()}/google/token")
            except NoToken as no:
                said = {"error": no.error, "error_description": str(no)}
                self._journal.call("google", "token", shown, said, status=400)
                return web.json_response(said, status=400)
            self._journal.call("google", "token", shown, {"expires_in": answer["expires_in"]})
            return web.json_response(answer)

        fault = self._faults.take("google", "token", shown)
        if fault is not None:
            self._journal.call("google", "token", shown, f"fault {fault.id}: {fault.kind}", status=None)
        return await spoil(fault, request, effect, _refuse)


async def _body(request: web.Request) -> Json | None:
    """The JSON object that was sent; None where it is none."""
    raw = await request.read()
    if not raw:
        return {}
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


async def _unknown(_request: web.Request) -> web.Response:
    return web.json_response(error_json("NOT_FOUND", "Method not found."), status=404)


def error_json(status: str, message: str, code: int | None = None) -> Json:
    """The body of an error."""
    return {"error": {"code": code or STATUS[status], "message": message, "status": status}}


def _refuse(fault: Fault) -> web.Response:
    if fault.kind == "rate_limited":
        words = (
            "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute per user' of service "
            "'sheets.googleapis.com' for consumer 'project_number:100000000001'."
        )
        return web.json_response(error_json("RESOURCE_EXHAUSTED", words), status=429)
    status = fault.error if fault.error in STATUS else "INTERNAL"
    return web.json_response(error_json(status, WORDS.get(status, fault.error)), status=STATUS[status])
