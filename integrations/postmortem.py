"""The postmortem in the war room: a Markdown file, then a summary that says what is to be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.delivery import Never, Outcome, Sent, Unknown
from bot.domain.picture import Job
from bot.views import postmortem
from clients.slack import Slack
from clients.slack_files import File
from clients.slack_messages import among
from integrations.jobs import room_of


class Postmortem:
    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    async def post(self, job: Job, now: datetime) -> Outcome:
        """Sent.ref: channel, ts (of the summary), file, permalink (of the file)."""
        if job.story is None:
            raise ValueError(f"{job.row.effect} needs a story")
        channel, filename = room_of(job), postmortem.file_name(job.story)
        file: File | None = None
        if job.row.doubt:
            earlier = await self._earlier(job, channel, filename)
            if isinstance(earlier, Sent | Unknown):
                return earlier
            file = earlier
        if file is None:
            title = f"{job.story.picture.incident.name} postmortem"
            shared = await self._slack.files.share(channel, filename, title, postmortem.document(job.story, now))
            if not isinstance(shared, File):
                return shared
            file = shared
        return await self._summarise(job, channel, file, now)

    async def _summarise(self, job: Job, channel: str, file: File, now: datetime) -> Outcome:
        """From here on the file stands in the room: whatever goes wrong, a next try must look for it."""
        assert job.story is not None
        summary = postmortem.summary(job.story, now)
        extra = {"file": file.id, "permalink": file.permalink}
        outcome = await self._slack.messages.post(job.row, channel, summary.text, summary.blocks, extra)
        return outcome if isinstance(outcome, Sent | Never) else Unknown(outcome.reason)

    async def _earlier(self, job: Job, channel: str, filename: str) -> Sent | Unknown | File | None:
        """What an earlier try left: the summary, only the file, or nothing."""
        history = await self._slack.messages.history(channel, job.row.created_at)
        if not isinstance(history, list):
            return None if isinstance(history, Never) else Unknown(f"not looked up: {history.reason}")
        return among(history, channel, job.row.key) or _file(history, filename)


def _file(history: list[Mapping[str, Any]], filename: str) -> File | None:
    for message in history:
        for file in message.get("files") or ():
            if file.get("name") == filename:
                return File(str(file["id"]), str(file.get("permalink", "")))
    return None
