"""Rubbish in any argument of any method gets a refusal in Slack's form, never a crash."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from slack_town import EVERYTHING

from sandbox import webapi
from sandbox.seed import APP_TOKEN, BOT_TOKEN, new_world

NAMES = (
    *("attachments", "blocks", "bookmark_id", "channel", "channel_id", "count", "cursor", "document_content"),
    *("email", "emoji", "external_id", "file", "filename", "files", "handle", "hash", "is_private", "latest"),
    *("length", "limit", "link", "message_ts", "metadata", "name", "oldest", "page", "text", "thread_ts"),
    *("timestamp", "title", "topic", "trigger_id", "ts", "type", "types", "user", "user_id", "usergroup"),
    *("users", "view", "view_id"),
)
RUBBISH: list[Any] = [None, 1, -1, 1.5, "", "x", "U0ALICE", "C0PAYMENTS", [], {}, [1], {"a": 1}, True, "1" * 50]
RUBBISH += ["[", '["U0BOB"]', '{"a":1}', [None], {"type": []}, "[" * 5000, [{"type": "section", "text": []}]]
RUBBISH += [{"type": "modal", "blocks": True}, {"type": "home", "blocks": [{"type": "divider"}]}, "\x00", "\U0001f396"]


@pytest.mark.parametrize("method", sorted(webapi.METHODS))
async def test_rubbish_is_refused_in_slacks_form(method: str) -> None:
    world, draw = new_world(manifest=EVERYTHING), random.Random(method)
    for channel in world.channels.values():
        channel.members.append(world.app.bot_user)
    token = APP_TOKEN if webapi.METHODS[method].kind == "app" else BOT_TOKEN
    for _ in range(100):
        ts = next(iter(world.channels["C0PAYMENTS"].messages), "1.000000")
        args = {name: draw.choice([*RUBBISH, ts]) for name in draw.sample(NAMES, 9)}
        args |= {"channel": "C0PAYMENTS", "channel_id": "C0PAYMENTS", "ts": ts} if draw.random() < 0.6 else {}
        status, _, body = await webapi.call(world, token, method, args)
        assert status == 200
        assert body["ok"] or isinstance(body["error"], str)
        json.dumps(body)
    await world.sockets.close()
