"""Google Sheets, read with gspread in a thread of its own, never on the way of a page; it loads when first used."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from gspread.http_client import HTTPClient

API: Final = "https://sheets.googleapis.com"
SCOPES: Final = ("https://www.googleapis.com/auth/spreadsheets",)
TIMEOUT: Final = (2, 10)  # seconds to connect, and to answer
WORKSHEETS: Final = ("schedule", "contacts")

Rows = list[list[str]]


class Sheets:
    """One spreadsheet, as a service account sees it. `credentials` are its JSON key, or the path of that."""

    def __init__(self, credentials: str, spreadsheet: str, api_url: str = API) -> None:
        self._credentials, self._spreadsheet, self._api_url = credentials, spreadsheet, api_url.rstrip("/")
        self._thread = ThreadPoolExecutor(1, "sheets")
        self._client: HTTPClient | None = None

    def close(self) -> None:
        """What is under way ends by its own time-out."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def read(self) -> tuple[Rows, Rows] | str:
        """The worksheets `schedule` and `contacts` in one request, or why they cannot be read."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._read)

    def _read(self) -> tuple[Rows, Rows] | str:
        from google.auth.exceptions import GoogleAuthError
        from gspread.exceptions import APIError
        from requests import RequestException

        try:
            self._client = self._client or self._connected()
            answer = self._client.values_batch_get(self._spreadsheet, list(WORKSHEETS))
            schedule, contacts = (_texts(one) for one in answer["valueRanges"])
        except APIError as problem:
            return f"Google answered {problem.code}"
        except (GoogleAuthError, RequestException) as problem:
            return f"Google was not reached ({type(problem).__name__})"
        except (OSError, ValueError, KeyError, TypeError) as problem:
            return f"GOOGLE_CREDENTIALS or Google's answer cannot be read ({type(problem).__name__})"
        return schedule, contacts

    def _connected(self) -> HTTPClient:
        from google.auth.transport.requests import AuthorizedSession
        from google.oauth2.service_account import Credentials
        from gspread.http_client import HTTPClient
        from requests import Response

        text = self._credentials
        key = json.loads(text if text.lstrip().startswith("{") else Path(text).read_text(encoding="utf-8"))
        base = self._api_url

        class Client(HTTPClient):
            """gspread knows one host; the sandbox is another."""

            def request(self, method: str, endpoint: str, *args: Any, **more: Any) -> Response:
                return super().request(method, endpoint.replace(API, base, 1), *args, **more)

        credentials = Credentials.from_service_account_info(key, scopes=list(SCOPES))
        client = Client(credentials, AuthorizedSession(credentials, refresh_timeout=TIMEOUT[1]))
        client.set_timeout(TIMEOUT)
        return client


def _texts(values: dict[str, Any]) -> Rows:
    return [[str(cell) for cell in row] for row in values.get("values", [])]
