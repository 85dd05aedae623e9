"""Google Sheets by gspread in a thread of its own, never on the way of a page; it loads when first used."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import UNAUTHORIZED
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from bot.domain.delivery import Later, Never, Outcome, Sent
from bot.domain.mirrored_sheet import Row

if TYPE_CHECKING:
    from gspread.http_client import HTTPClient

API: Final = "https://sheets.googleapis.com"
SCOPES: Final = ("https://www.googleapis.com/auth/spreadsheets",)
TIMEOUT: Final = (2, 10)  # seconds to connect, and to answer
WORKSHEETS: Final = ("schedule", "contacts")
#: Answers that a second try would only get again.
_FOR_GOOD: Final = frozenset({400, 403, 404})

Rows = list[list[str]]
T = TypeVar("T")


class Sheets:
    """One spreadsheet, as a service account sees it. `credentials` are its JSON key, or the path of that.

    Its times are of `zone`, and written as `time_format` says.
    """

    def __init__(
        self, credentials: str, spreadsheet: str, api_url: str = API, zone: str = "UTC",
        time_format: str = "%m-%d-%Y %H:%M",
    ) -> None:  # fmt: skip
        self._credentials, self._spreadsheet, self._api_url = credentials, spreadsheet, api_url.rstrip("/")
        self.zone, self.time_format = zone, time_format
        self._thread = ThreadPoolExecutor(1, "sheets")
        self._client: HTTPClient | None = None

    def close(self) -> None:
        """What is under way ends by its own time-out."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def read(self) -> tuple[Rows, Rows] | str:
        """The worksheets `schedule` and `contacts` in one request, or why they cannot be read."""
        found = await self._beside(self._read)
        return found if isinstance(found, tuple) else found.reason

    async def mirror(self, wanted: Sequence[Row]) -> Outcome:
        """Makes the worksheet `incidents` show these rows. Twice does no harm, so nothing is ever in doubt."""
        found = await self._beside(lambda: self._mirror(wanted))
        return Sent({"rows": found}) if isinstance(found, int) else found

    async def may_write(self) -> str:
        """Why it cannot be written, by trying what changes nothing; empty where it can."""
        found = await self._beside(self._may_write)
        return found.reason if isinstance(found, Later | Never) else ""

    def account(self) -> str:
        """The mail address that the spreadsheet is to be shared with; empty where the key cannot be read."""
        try:
            return str(self._key()["client_email"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    async def _beside(self, work: Callable[[], T]) -> T | Later | Never:
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: self._tried(work))

    def _tried(self, work: Callable[[], T]) -> T | Later | Never:
        """What came of it, or why nothing did: never an exception of gspread, of its credentials or its wire."""
        from google.auth.exceptions import GoogleAuthError
        from gspread.exceptions import APIError
        from requests import RequestException

        from integrations.sheets_writing import NotOurs

        try:
            return work()
        except APIError as problem:
            reason = f"Google answered {problem.code}"
            self._client = None if problem.code == UNAUTHORIZED else self._client  # the next try gets a new token
            return Never(reason) if problem.code in _FOR_GOOD else Later(reason=reason)
        except (GoogleAuthError, RequestException) as problem:
            return Later(reason=f"Google was not reached ({type(problem).__name__})")
        except NotOurs as problem:
            return Never(str(problem))
        except (OSError, ValueError, KeyError, TypeError) as problem:
            return Never(f"GOOGLE_CREDENTIALS or Google's answer cannot be read ({type(problem).__name__})")

    def _read(self) -> tuple[Rows, Rows]:
        answer = self._connected().values_batch_get(self._spreadsheet, list(WORKSHEETS))
        schedule, contacts = (_texts(one) for one in answer["valueRanges"])
        return schedule, contacts

    def _mirror(self, wanted: Sequence[Row]) -> int:
        from integrations.sheets_writing import mirror

        return mirror(self._connected(), self._spreadsheet, wanted)

    def _may_write(self) -> None:
        from integrations.sheets_writing import may_write

        may_write(self._connected(), self._spreadsheet)

    def _key(self) -> dict[str, Any]:
        text = self._credentials
        found: dict[str, Any] = json.loads(
            text if text.lstrip().startswith("{") else Path(text).read_text(encoding="utf-8")
        )
        return found

    def _connected(self) -> HTTPClient:
        self._client = self._client or self._new_client()
        return self._client

    def _new_client(self) -> HTTPClient:
        """The token is asked for here: AuthorizedSession would also ask a host of Google's that nobody configured."""
        from google.auth.transport.requests import Request
        from google.oauth2.service_account import Credentials
        from gspread.http_client import HTTPClient
        from requests import Response, Session

        base, session = self._api_url, Session()
        asking = partial(Request(session), timeout=TIMEOUT[1])
        credentials = Credentials.from_service_account_info(self._key(), scopes=list(SCOPES))

        class Client(HTTPClient):
            """gspread knows one host; the sandbox is another."""

            def request(self, method: str, endpoint: str, *args: Any, **more: Any) -> Response:
                if not credentials.valid:
                    credentials.refresh(asking)
                session.headers["Authorization"] = f"Bearer {credentials.token}"
                return super().request(method, endpoint.replace(API, base, 1), *args, **more)

        client = Client(credentials, session)
        client.set_timeout(TIMEOUT)
        return client


def _texts(values: dict[str, Any]) -> Rows:
    return [[str(cell) for cell in row] for row in values.get("values", [])]
