"""The web server on a free port, over a night on a real database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from night import Night, night_on
from twilio.request_validator import RequestValidator

from storage.database import SqlDatabase
from web.parts import Parts
from web.server import build

TOKENS = {"incidents": "incidents-token", "alertmanager": "alertmanager-token", "canary": "canary-token"}
TWILIO_TOKEN = "twilio-token"


@dataclass
class Door:
    """What senders see, and the night behind it."""

    night: Night
    client: TestClient[Any, Any]
    public_url: str

    async def post(self, path: str, *, token: str = "", **sent: Any) -> ClientResponse:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return await self.client.post(path, headers=headers | sent.pop("headers", {}), **sent)

    async def declare(self, **sent: Any) -> tuple[int, dict[str, Any]]:
        """To /webhooks/incidents with its token; status and answer."""
        answer = await self.post("/webhooks/incidents", token=TOKENS["incidents"], **sent)
        return answer.status, await answer.json()

    async def alerts(self, payload: Any) -> tuple[int, dict[str, Any]]:
        answer = await self.post("/webhooks/alertmanager", token=TOKENS["alertmanager"], json=payload)
        return answer.status, await answer.json()

    async def twilio(self, path: str, form: dict[str, str], *, token: str = TWILIO_TOKEN) -> ClientResponse:
        """As Twilio signs it."""
        signature = RequestValidator(token).compute_signature(self.public_url + path, form)
        return await self.client.post(path, data=form, headers={"X-Twilio-Signature": signature})


@asynccontextmanager
async def door(sqlite_db: SqlDatabase) -> AsyncIterator[Door]:
    night = await night_on(sqlite_db)
    public = "https://tocsin.example"
    app = build(Parts(night.bot, TOKENS, TWILIO_TOKEN, public))
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        yield Door(night, client, public)
