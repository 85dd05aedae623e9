"""Files in Slack, in the three calls that Slack wants: ask for an address, send the bytes there, share it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clients.faults import TIMEOUT, WIRE_ERRORS, Failure, harmless, outcome_of
from clients.slack_outcomes import failure
from clients.slack_wire import Reply, Wire


@dataclass(frozen=True, slots=True)
class File:
    id: str
    permalink: str


class Files:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def share(
        self, channel: str, filename: str, title: str, content: str | bytes, alt: str = ""
    ) -> File | Failure:
        """Uploads a text or an image and shares it in the channel. Only the last of its calls can be in doubt.

        `alt` is read to whoever does not see an image.
        """
        data = content.encode() if isinstance(content, str) else content
        more: dict[str, Any] = {"alt_txt": alt} if alt else {}
        asked = await self._wire.call("files.getUploadURLExternal", filename=filename, length=len(data), **more)
        if not isinstance(asked, Reply):
            return harmless(asked)
        file_id, url = str(asked.data.get("file_id", "")), str(asked.data.get("upload_url", ""))
        sent = await self._send(url, data)
        if sent is not None:
            return harmless(sent)
        shared = await self._wire.call(
            "files.completeUploadExternal", files=[{"id": file_id, "title": title}], channel_id=channel
        )
        if not isinstance(shared, Reply):
            return shared
        return File(file_id, await self._permalink(file_id, shared))

    async def _send(self, url: str, data: bytes) -> Failure | None:
        try:
            async with self._wire.session.post(url, data=data, timeout=TIMEOUT) as answer:
                return None if answer.status == 200 else failure(answer.status, None, answer.headers.get("Retry-After"))
        except WIRE_ERRORS as error:
            return outcome_of(error)

    async def _permalink(self, file_id: str, shared: Reply) -> str:
        """Slack often leaves it out of the answer; the file is there even if nobody can say where."""
        for file in shared.data.get("files", ()):
            if file.get("permalink"):
                return str(file["permalink"])
        answer = await self._wire.call("files.info", file=file_id)
        return str((answer.data.get("file") or {}).get("permalink", "")) if isinstance(answer, Reply) else ""
