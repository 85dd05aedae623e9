"""PagerDuty, as far as we touch it: its Events API with its rules, and the webhook by which people's acks come."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

ROUTING_KEY = "0123456789abcdef0123456789ABCDEF"
SECRET = "pagerduty-secret"


@dataclass
class Service:
    """Incidents by dedup key: their state, and how often each was triggered. `answers` spoil the next requests."""

    incidents: dict[str, str] = field(default_factory=dict)
    triggers: dict[str, int] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    answers: list[web.Response] = field(default_factory=list)
    url: str = ""
    acks: int = 0

    async def enqueue(self, request: web.Request) -> web.Response:
        if self.answers:
            return self.answers.pop(0)
        event = await request.json()
        wrong = self._wrong(event)
        if wrong:
            answer = {"status": "invalid event", "message": "Event object is invalid", "errors": wrong}
            return web.json_response(answer, status=400)
        self.events.append(event)
        self._apply(event["event_action"], event["dedup_key"])
        answer = {"status": "success", "message": "Event processed", "dedup_key": event["dedup_key"]}
        return web.json_response(answer, status=202)

    def _wrong(self, event: dict[str, Any]) -> list[str]:
        wrong = []
        if event.get("routing_key") != ROUTING_KEY:
            wrong.append("'routing_key' is invalid")
        if event.get("event_action") not in ("trigger", "acknowledge", "resolve"):
            wrong.append("'event_action' is invalid")
        if not 0 < len(str(event.get("dedup_key", ""))) <= 255:
            wrong.append("Length of 'dedup_key' is incorrect (should be less than or equal to 255 characters)")
        payload = event.get("payload", {})
        if event.get("event_action") == "trigger":
            wrong += [
                f"'payload.{one}' is missing or blank"
                for one in ("summary", "source", "severity")
                if not payload.get(one)
            ]
            if payload.get("severity") not in ("critical", "error", "warning", "info"):
                wrong.append("'payload.severity' is invalid")
        return wrong

    def _apply(self, action: str, key: str) -> None:
        """An ack or resolve of what is not open does nothing; a trigger after a resolve opens it again."""
        state = self.incidents.get(key)
        if action == "trigger":
            self.triggers[key] = self.triggers.get(key, 0) + 1
            self.incidents[key] = "acknowledged" if state == "acknowledged" else "triggered"
        elif state in ("triggered", "acknowledged"):
            self.incidents[key] = "acknowledged" if action == "acknowledge" else "resolved"

    def ack(self, key: str, name: str = "Bob Okafor", **agent: Any) -> bytes:
        """Somebody acks in PagerDuty; the body of the webhook that tells of it."""
        self._apply("acknowledge", key)
        self.acks += 1
        return payload(key, f"01EVENT{self.acks}", {"type": "user_reference", "summary": name, **agent})


def payload(key: str, event_id: str, agent: dict[str, Any] | None, kind: str = "incident.acknowledged") -> bytes:
    """As PagerDuty writes it."""
    data = {"id": "PGR0VU2", "type": "incident", "number": 2, "status": "acknowledged", "incident_key": key}
    event = {
        "id": event_id, "event_type": kind, "resource_type": "incident", "occurred_at": "2026-11-20T03:01:00.000Z",
        "agent": agent, "client": None, "data": data,
    }  # fmt: skip
    return json.dumps({"event": event}).encode()


def signed(body: bytes, *secrets: str) -> dict[str, str]:
    """The headers of a webhook; a signature for each secret."""
    digests = [hmac.new(one.encode(), body, hashlib.sha256).hexdigest() for one in secrets or (SECRET,)]
    return {
        "Content-Type": "application/json",
        "X-PagerDuty-Signature": ",".join(f"v1={digest}" for digest in digests),
        "User-Agent": f"PagerDuty-Webhook/V3.0 aiohttp/{aiohttp.__version__}",
    }


@asynccontextmanager
async def pagerduty() -> AsyncIterator[Service]:
    service = Service()
    app = web.Application()
    app.router.add_post("/v2/enqueue", service.enqueue)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    service.url = str(server.make_url("")).rstrip("/")
    try:
        yield service
    finally:
        await server.close()
