"""Messages in Slack: posted once, updated, pinned, reacted to, looked up by the key they carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import aiohttp

from bot.domain.delivery import Later, Never, Outcome, Row, Sent, Unknown
from clients.faults import TIMEOUT, WIRE_ERRORS, Failure, outcome_of
from clients.slack_wire import Reply, SlackFailed, Wire

EVENT_TYPE: Final = "tocsin_row"
PAGE: Final = 200
PAGES: Final = 5  # of history, looked through for one message
MARGIN: Final = timedelta(minutes=5)  # our clock and Slack's may differ

Blocks = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Said:
    """A message as somebody wrote it. `user` is a Slack id, empty for bots and integrations; `key` is our row's."""

    text: str
    user: str
    ts: str
    key: str = ""


class Messages:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def post_once(self, row: Row, channel: str, text: str, blocks: Blocks) -> Outcome:
        """Posts, unless an earlier try that was in doubt is found to have done so. Sent.ref: channel, ts."""
        if row.doubt:
            found = await self.find(channel, row.key, row.created_at)
            # A history we may never read proves nothing and never will: better a marked repeat than silence.
            if isinstance(found, Later | Unknown):
                return Unknown(f"not looked up: {found.reason}")
            if isinstance(found, Sent):
                return found
        return await self.post(row, channel, text, blocks)

    async def post(
        self, row: Row, channel: str, text: str, blocks: Blocks, extra: Mapping[str, str] | None = None
    ) -> Outcome:
        """Posts with the row's key in its metadata, and what else is wanted back when it is found there."""
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": row.key, **(extra or {})}}
        answer = await self._wire.call(
            "chat.postMessage", channel=channel, text=text, blocks=list(blocks) or None, metadata=metadata,
            unfurl_links=False, unfurl_media=False,
        )  # fmt: skip
        return _placed(answer, channel, extra)

    async def find(self, channel: str, key: str, since: datetime) -> Sent | Failure | None:
        """The message with this key, posted since then; None when there surely is none."""
        history = await self.history(channel, since)
        if not isinstance(history, list):
            return history
        return among(history, channel, key)

    async def history(self, channel: str, since: datetime) -> list[Mapping[str, Any]] | Failure:
        """Messages of a channel since then (less a margin), newest first, 1,000 at most."""
        found: list[Mapping[str, Any]] = []
        cursor: str | None = None
        oldest = f"{(since - MARGIN).timestamp():.6f}"
        for _ in range(PAGES):
            answer = await self._wire.call(
                "conversations.history", channel=channel, oldest=oldest, limit=PAGE, cursor=cursor,
                include_all_metadata=True,
            )  # fmt: skip
            if not isinstance(answer, Reply):
                return answer
            found.extend(answer.data.get("messages", ()))
            cursor = next_cursor(answer.data)
            if cursor is None:
                break
        return found

    async def update(self, channel: str, ts: str, text: str, blocks: Blocks) -> Outcome:
        """Edits in place; doing it twice is doing it once."""
        answer = await self._wire.call("chat.update", channel=channel, ts=ts, text=text, blocks=list(blocks) or None)
        return _placed(answer, channel)

    async def pin(self, channel: str, ts: str) -> Outcome:
        answer = await self._wire.call("pins.add", channel=channel, timestamp=ts)
        return done(answer, {"channel": channel, "ts": ts}, already="already_pinned")

    async def react(self, channel: str, ts: str, name: str) -> Outcome:
        answer = await self._wire.call("reactions.add", channel=channel, timestamp=ts, name=name)
        return done(answer, {"channel": channel, "ts": ts}, already="already_reacted")

    async def unreact(self, channel: str, ts: str, name: str) -> Outcome:
        answer = await self._wire.call("reactions.remove", channel=channel, timestamp=ts, name=name)
        return done(answer, {"channel": channel, "ts": ts}, already="no_reaction")

    async def permalink(self, channel: str, ts: str) -> str:
        """Raises SlackFailed."""
        return str((await self._wire.ask("chat.getPermalink", channel=channel, message_ts=ts))["permalink"])

    async def said(self, channel: str, ts: str) -> Said | None:
        """The message at ts, of the channel or of a thread; None when it is gone. Raises SlackFailed."""
        data = await self._wire.ask(
            "conversations.history", channel=channel, latest=ts, oldest=ts, inclusive=True, limit=1,
            include_all_metadata=True,
        )  # fmt: skip
        found = _at(data, ts)
        if found is None:
            found = _at(await self._thread(channel, ts), ts)
        if not found:
            return None
        return Said(str(found.get("text", "")), str(found.get("user", "")), ts, str(_payload(found).get("key", "")))

    async def _thread(self, channel: str, ts: str) -> Mapping[str, Any]:
        answer = await self._wire.call("conversations.replies", channel=channel, ts=ts, limit=1)
        if isinstance(answer, Reply):
            return answer.data
        if isinstance(answer, Never) and answer.reason in ("thread_not_found", "message_not_found"):
            return {}
        raise SlackFailed("conversations.replies", answer)

    async def whisper(self, channel: str, user: str, text: str, blocks: Blocks = ()) -> None:
        """Says something that only this person sees. Raises SlackFailed."""
        await self._wire.ask("chat.postEphemeral", channel=channel, user=user, text=text, blocks=list(blocks) or None)

    async def say(self, channel: str, text: str, blocks: Blocks = ()) -> None:
        """Posts what nobody looks up again: an answer, in a direct message. Raises SlackFailed."""
        await self._wire.ask(
            "chat.postMessage", channel=channel, text=text, blocks=list(blocks) or None, unfurl_links=False,
            unfurl_media=False,
        )  # fmt: skip

    async def respond(
        self, response_url: str, text: str, blocks: Blocks = (), *, replace: bool = False, in_channel: bool = False
    ) -> None:
        """Answers a command or a press by its response URL (30 min, 5 times). Raises SlackFailed."""
        body = {
            "text": text,
            "replace_original": replace,
            "response_type": "in_channel" if in_channel else "ephemeral",
            **({"blocks": list(blocks)} if blocks else {}),
        }
        try:
            async with self._wire.session.post(response_url, json=body, timeout=TIMEOUT) as answer:
                answer.raise_for_status()
        except aiohttp.ClientResponseError as error:
            raise SlackFailed("response_url", Never(f"http {error.status}")) from error
        except WIRE_ERRORS as error:
            raise SlackFailed("response_url", outcome_of(error)) from error


def among(history: Sequence[Mapping[str, Any]], channel: str, key: str) -> Sent | None:
    """The message with this key, with what else was put there beside it."""
    for message in history:
        payload = _payload(message)
        if payload.get("key") == key:
            extra = {name: value for name, value in payload.items() if name != "key"}
            return Sent({"channel": channel, "ts": message["ts"], **extra}, found=True)
    return None


def done(answer: Reply | Failure, ref: Mapping[str, object], already: str = "") -> Outcome:
    """An answer without content as an outcome; the code `already` says that it was so before."""
    if isinstance(answer, Reply) or (isinstance(answer, Never) and answer.reason == already):
        return Sent(ref)
    return answer


def next_cursor(data: Mapping[str, Any]) -> str | None:
    """Where the next page starts; None at the end."""
    return (data.get("response_metadata") or {}).get("next_cursor") or None


def _placed(answer: Reply | Failure, channel: str, extra: Mapping[str, str] | None = None) -> Outcome:
    if not isinstance(answer, Reply):
        return answer
    ts = answer.data.get("ts")
    if not isinstance(ts, str):
        return Unknown("an answer without a ts")
    return Sent({"channel": answer.data.get("channel", channel), "ts": ts, **(extra or {})})


def _payload(message: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = message.get("metadata") or {}
    return (metadata.get("event_payload") or {}) if metadata.get("event_type") == EVENT_TYPE else {}


def _at(data: Mapping[str, Any], ts: str) -> Mapping[str, Any] | None:
    messages: Sequence[Mapping[str, Any]] = data.get("messages", ())
    return next((message for message in messages if message.get("ts") == ts), None)
