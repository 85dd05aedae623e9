"""A standing post: put into its channel once, edited in place where it shows something else, and told to be over."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from bot.domain.delivery import Never, Outcome, Sent
from bot.domain.picture import Job
from bot.domain.standing import Board
from bot.views import standing
from bot.views.message import Message
from clients.slack import Slack


class Standing:
    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    async def post(self, job: Job, _now: datetime) -> Outcome:
        """Where we are, or can join. Sent.ref: channel, ts."""
        board = _board(job)
        shown = standing.board(board, quiet=True)
        outcome = await self._slack.messages.post_once(job.row, board.post.channel, shown.text, shown.blocks)
        if outcome == Never("not_in_channel") and isinstance(await self._slack.rooms.join(board.post.channel), Sent):
            return await self._slack.messages.post_once(job.row, board.post.channel, shown.text, shown.blocks)
        return outcome

    async def update(self, job: Job, _now: datetime) -> Outcome:
        """Sent.ref: channel, ts, shown (what tells this content from any other)."""
        board = _board(job)
        channel, ts, shown = board.post.channel, board.post.ts or "", standing.board(board)
        content = _digest(shown)
        if content == board.post.shown and not job.data.get("anew"):
            return Sent({"channel": channel, "ts": ts, "shown": content})
        outcome = await self._slack.messages.update(channel, ts, shown.text, shown.blocks)
        return Sent({**outcome.ref, "shown": content}) if isinstance(outcome, Sent) else outcome

    async def end(self, job: Job, _now: datetime) -> Outcome:
        shown = standing.ended(str(job.data["about"]))
        return await self._slack.messages.update(
            str(job.data["channel"]), str(job.data["ts"]), shown.text, shown.blocks
        )


def _board(job: Job) -> Board:
    if job.board is None:
        raise ValueError(f"{job.row.effect} needs a board")
    return job.board


def _digest(shown: Message) -> str:
    return hashlib.sha256(json.dumps([shown.text, shown.blocks], sort_keys=True).encode()).hexdigest()
