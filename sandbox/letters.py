"""A letter as people see it, read from the bytes of a mail: its headers, texts and attachments. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from typing import Any


@dataclass
class Letter:
    """One mail. `to` holds the addresses it was delivered to, `sender` the one it came from (the envelope's)."""

    id: str
    at: datetime
    sender: str
    to: list[str]
    from_: str
    subject: str
    text: str
    html: str
    message_id: str
    headers: list[tuple[str, str]]
    attachments: list[dict[str, Any]] = field(default_factory=list)

    def shown(self) -> dict[str, Any]:
        """As the control API shows it."""
        fields = asdict(self)
        return fields | {"from": fields.pop("from_"), "at": self.at.isoformat()}


def read_letter(raw: bytes, letter_id: str, at: datetime, sender: str, to: list[str]) -> Letter:
    """Read a mail; whatever is broken in it is shown as it came."""
    mail = message_from_bytes(raw)
    letter = Letter(
        id=letter_id,
        at=at,
        sender=sender,
        to=to,
        from_=_plain(mail.get("From")),
        subject=_plain(mail.get("Subject")),
        text="",
        html="",
        message_id=_plain(mail.get("Message-ID")),
        headers=[(name, _plain(value)) for name, value in mail.items()],
    )
    for part in mail.walk():
        if not part.is_multipart():
            _add(letter, part)
    return letter


def _add(letter: Letter, part: Message) -> None:
    kind = part.get_content_type()
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    if part.get_content_disposition() != "attachment" and kind == "text/plain" and not letter.text:
        letter.text = _decoded(content, part)
    elif part.get_content_disposition() != "attachment" and kind == "text/html" and not letter.html:
        letter.html = _decoded(content, part)
    else:
        name = _plain(part.get_filename())
        letter.attachments.append({"name": name, "type": kind, "size": len(content)})


def _decoded(content: bytes, part: Message) -> str:
    try:
        text = content.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        text = content.decode("utf-8", "replace")
    return text.replace("\r\n", "\n")


def _plain(value: Any) -> str:
    """A header's text, its encoded words read; unfolded."""
    text = "" if value is None else str(value)
    try:
        text = str(make_header(decode_header(text)))
    except (ValueError, LookupError):
        return " ".join(text.split())
    return " ".join(text.split())
