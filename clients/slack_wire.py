"""One call to Slack's Web API: its limits, its time-out, and what its answer means.

No error of slack_sdk or aiohttp leaves `Wire.call`: it answers a Reply, Later, Never or Unknown.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.delivery import OWN_PACE, Later, Never
from clients.faults import CALL_SECONDS, TIMEOUT, WIRE_ERRORS, Failure, may_begin, outcome_of
from clients.slack_limits import EDITS, EDITS_SECONDS, PACED, Pace, Pauses
from clients.slack_outcomes import CODES, Meaning, failure, meaning_of

log = logging.getLogger(__name__)

#: Every method we call, with the bot scopes one of which it needs. The manifest is held to this table.
METHODS: Final[Mapping[str, tuple[str, ...]]] = {
    "apps.connections.open": (),  # by the app-level token
    "auth.test": (),
    "bookmarks.add": ("bookmarks:write",),
    "bookmarks.edit": ("bookmarks:write",),
    "bookmarks.list": ("bookmarks:read",),
    "chat.getPermalink": (),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.archive": ("channels:manage", "groups:write"),
    "conversations.create": ("channels:manage", "groups:write"),
    "conversations.history": ("channels:history", "groups:history", "im:history"),
    "conversations.info": ("channels:read", "groups:read"),
    "conversations.invite": ("channels:manage", "groups:write"),
    "conversations.join": ("channels:join",),
    "conversations.list": ("channels:read", "groups:read"),
    "conversations.open": ("im:write",),
    "conversations.replies": ("channels:history", "groups:history", "im:history"),
    "conversations.setPurpose": ("channels:manage", "groups:write"),
    "conversations.setTopic": ("channels:manage", "groups:write"),
    "conversations.unarchive": ("channels:manage", "groups:write"),
    "files.completeUploadExternal": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "files.info": ("files:read",),
    "pins.add": ("pins:write",),
    "reactions.add": ("reactions:write",),
    "reactions.remove": ("reactions:write",),
    "usergroups.disable": ("usergroups:write",),
    "usergroups.enable": ("usergroups:write",),
    "usergroups.list": ("usergroups:read",),
    "usergroups.users.update": ("usergroups:write",),
    "users.conversations": ("channels:read", "groups:read"),
    "users.info": ("users:read",),
    "users.list": ("users:read",),
    "views.open": (),
    "views.publish": (),
}


@dataclass(frozen=True, slots=True)
class Reply:
    """Slack said ok."""

    data: Mapping[str, Any]


class SlackFailed(Exception):
    """A call that somebody waits for went wrong. `code` is Slack's, or words of ours for a wire fault."""

    def __init__(self, method: str, outcome: Failure) -> None:
        super().__init__(f"{method}: {outcome.reason}")
        self.method = method
        self.outcome = outcome

    @property
    def away(self) -> bool:
        """Slack cannot be asked at this moment; else it refuses us, which an operator must mend."""
        return not isinstance(self.outcome, Never) and CODES.get(self.code) is not Meaning.MENDABLE

    @property
    def code(self) -> str:
        return self.outcome.reason


class _Web(AsyncWebClient):
    """slack_sdk's own reading of an answer raises a different error for each kind of garbage; this one does not."""

    async def _request(self, *, http_verb: str, api_url: str, req_args: dict[str, Any]) -> dict[str, Any]:
        assert self.session is not None
        may_begin()
        async with self.session.request(http_verb, api_url, **req_args) as answer:
            body = await answer.read()
            return {"data": _object(body), "headers": answer.headers, "status_code": answer.status}


class Wire:
    """Holds the one session. Build it inside the running loop, and close it."""

    def __init__(self, token: str, base_url: str, pauses: Pauses | None = None, pace: Pace | None = None) -> None:
        self.session = aiohttp.ClientSession(timeout=TIMEOUT)
        # No retries: slack_sdk's own would send a message twice (the outbox looks first).
        self.web: AsyncWebClient = _Web(token=token, base_url=base_url, session=self.session, retry_handlers=[])
        self.pauses = pauses or Pauses()
        self.pace = pace
        self.edits = Pace(pace.monotonic, EDITS, EDITS_SECONDS) if pace else None

    async def close(self) -> None:
        await self.session.close()

    async def call(self, method: str, *, seconds: float = CALL_SECONDS, **arguments: Any) -> Reply | Failure:
        """One try of one method. `seconds` bounds it where somebody cannot wait for the usual 5 s."""
        channel = str(arguments.get("channel", ""))
        left = self.pauses.left(method, channel)
        if left is not None:
            return Later(left, "ratelimited")
        turn = self._turn(method, channel, _what(arguments)) if method in PACED else None
        if turn is not None:
            return Later(turn, OWN_PACE)
        try:
            async with asyncio.timeout(seconds):
                answer: AsyncSlackResponse = await getattr(self.web, _python_name(method))(**arguments)
        except SlackApiError as error:
            return self._refused(method, channel, error.response)
        except WIRE_ERRORS as error:
            return outcome_of(error)
        return Reply(_data(answer))

    def _turn(self, method: str, channel: str, what: str) -> timedelta | None:
        """How long a message must wait; direct messages are in no channel that Slack names with a C or G."""
        if self.pace is None or self.edits is None:
            return None
        turn = self.pace.left(channel, what)
        if turn is None and method == "chat.update" and not channel.startswith("D"):
            turn = self.edits.left("", f"{channel}/{what}")
        return turn

    async def ask(self, method: str, *, seconds: float = CALL_SECONDS, **arguments: Any) -> Mapping[str, Any]:
        """The same for a call that somebody waits for. Raises SlackFailed."""
        answer = await self.call(method, seconds=seconds, **arguments)
        if isinstance(answer, Reply):
            return answer.data
        raise SlackFailed(method, answer)

    def _refused(self, method: str, channel: str, answer: AsyncSlackResponse) -> Failure:
        data, headers, status = _data(answer), answer.headers, answer.status_code
        code = data.get("error")
        code = code if isinstance(code, str) else None
        outcome = failure(status, code, headers.get("Retry-After"))
        if meaning_of(status, code) is Meaning.MENDABLE:
            needed = f" Needed scope: {data['needed']}." if data.get("needed") else ""
            log.error(
                "Slack refuses %s: %s.%s Check SLACK_BOT_TOKEN, the app's scopes and the network.",
                method, outcome.reason, needed,
            )  # fmt: skip
        if isinstance(outcome, Later) and (status == 429 or code in ("ratelimited", "rate_limited")):
            return Later(self.pauses.pause(method, channel, outcome.after), "ratelimited")
        return outcome


def _what(arguments: Mapping[str, Any]) -> str:
    """The message that an update is of, or the key of what is posted."""
    if "ts" in arguments:
        return str(arguments["ts"])
    return str((arguments.get("metadata") or {}).get("event_payload", {}).get("key", ""))


def _python_name(method: str) -> str:
    if method not in METHODS:
        raise LookupError(f"{method} is not among the methods that the manifest is checked for")
    return method.replace(".", "_")


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _data(answer: AsyncSlackResponse) -> Mapping[str, Any]:
    return answer.data if isinstance(answer.data, dict) else {}
