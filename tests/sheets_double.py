"""Google as gspread meets it: the token endpoint of a service account, and values of a spreadsheet."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

ID = "sheet-1"


@dataclass
class Google:
    """`status` is what readings are answered with."""

    rows: dict[str, list[list[str]]] = field(default_factory=lambda: {"schedule": [], "contacts": []})
    status: int = 200
    url: str = ""
    tokens: int = 0
    readings: int = 0

    def credentials(self) -> str:
        """A service account's key, made here."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        forms = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        about = {"type": "service_account", "client_email": "rota@acme.example", "token_uri": f"{self.url}/token"}
        return json.dumps({**about, "private_key": key.private_bytes(*forms).decode()})

    async def token(self, request: web.Request) -> web.Response:
        assert (await request.post())["assertion"]
        self.tokens += 1
        return web.json_response({"access_token": "ya29.test", "expires_in": 3600, "token_type": "Bearer"})

    async def values(self, request: web.Request) -> web.Response:
        assert (request.headers["Authorization"], request.match_info["id"]) == ("Bearer ya29.test", ID)
        self.readings += 1
        if self.status != 200:
            error = {"code": self.status, "message": "Quota exceeded", "status": "RESOURCE_EXHAUSTED"}
            return web.json_response({"error": error}, status=self.status)
        ranges = [{"range": name, "values": self.rows[name]} for name in request.query.getall("ranges")]
        return web.json_response({"spreadsheetId": ID, "valueRanges": ranges})


@asynccontextmanager
async def google() -> AsyncIterator[Google]:
    double = Google()
    app = web.Application()
    app.router.add_post("/token", double.token)
    app.router.add_get("/v4/spreadsheets/{id}/values:batchGet", double.values)
    async with TestServer(app, host="127.0.0.1") as server:
        double.url = str(server.make_url("")).rstrip("/")
        yield double
