"""Mail by SMTP, one connection a message; what a failure means depends on how far the talk had come.

`smtp://user:password@host:587` starts TLS where the server offers it, and insists on it before it sends a
password to another machine; `smtp+starttls://` always insists; `smtps://` begins with TLS.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, formataddr
from enum import Enum, auto
from hashlib import sha256
from typing import Final
from urllib.parse import unquote, urlsplit

import aiosmtplib

from bot.domain.delivery import Later, Never, Outcome, Row, Sent, Unknown
from clients.faults import CALL_SECONDS, WORK_SECONDS, may_begin

log = logging.getLogger(__name__)

_ADDRESS: Final = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+")
_OURS_TO_MEND: Final = frozenset({530, 534, 535, 538})  # RFC 4954: authentication wanted or refused
REASON_LIMIT: Final = 200


class Phase(Enum):
    """How far the talk had come; the message may have been taken once its content was under way."""

    GREETING = auto()  # connect, TLS, log in
    ENVELOPE = auto()  # MAIL, RCPT
    CONTENT = auto()


@dataclass(frozen=True, slots=True)
class Server:
    host: str
    port: int
    use_tls: bool
    start_tls: bool | None  # None: where the server offers it
    username: str | None
    password: str | None


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail without its sender and receiver."""

    subject: str
    text: str
    html: str
    message_id: str
    at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)


class Mailer:
    def __init__(self, url: str, sender: str) -> None:
        self.server = read_url(url)
        self.sender = sender

    def message_id(self, row: Row) -> str:
        """The same for every try of a row, so that receivers drop a repeat; never that of another database's row."""
        digest = sha256(f"{row.key}|{row.created_at.timestamp()}".encode()).hexdigest()[:32]
        return f"<{digest}@{self.sender.rpartition('@')[2]}>"

    async def send(self, to: str, letter: Letter) -> Outcome:
        """Sent.ref: message_id."""
        if not to.isascii() or not _ADDRESS.fullmatch(to):
            return Never("not a mail address")
        content = self._compose(to, letter)
        phase = Phase.GREETING

        def reached(new: Phase) -> None:
            nonlocal phase
            phase = new

        try:
            async with asyncio.timeout(WORK_SECONDS):
                await self._talk(to, content, reached)
        except aiosmtplib.SMTPResponseException as error:
            return _refused(phase, error.code, str(error.message))
        except (aiosmtplib.SMTPException, TimeoutError, OSError) as error:
            return _broken(phase, error)
        return Sent({"message_id": letter.message_id})

    async def _talk(self, to: str, content: bytes, reached: Callable[[Phase], None]) -> None:
        server = self.server
        client = aiosmtplib.SMTP(
            hostname=server.host, port=server.port, use_tls=server.use_tls, start_tls=server.start_tls,
            username=server.username, password=server.password, timeout=CALL_SECONDS,
            local_hostname=socket.gethostname(),  # the library's default asks the DNS, which may take seconds
        )  # fmt: skip
        try:
            await client.connect()
            reached(Phase.ENVELOPE)
            await client.mail(self.sender)
            await client.rcpt(to)
            may_begin()
            reached(Phase.CONTENT)
            await client.data(content)
            with contextlib.suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                await client.quit(timeout=1)
        finally:
            client.close()

    def _compose(self, to: str, letter: Letter) -> bytes:
        message = EmailMessage(policy=SMTP_POLICY)
        message["From"] = formataddr(("Tocsin", self.sender))
        message["To"] = to
        message["Subject"] = " ".join(letter.subject.split())
        message["Date"] = format_datetime(letter.at)
        message["Message-ID"] = letter.message_id
        for name, value in letter.headers.items():
            message[name] = value
        message.set_content(letter.text)
        message.add_alternative(letter.html, subtype="html")
        return message.as_bytes()


def read_url(url: str) -> Server:
    """Raises ValueError for a scheme that is none of ours, or where no host is named."""
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtp+starttls", "smtps") or not parts.hostname:
        raise ValueError("a mail server's address begins with smtp://, smtp+starttls:// or smtps:// and names a host")
    secret_abroad = bool(parts.password) and parts.hostname not in ("localhost", "127.0.0.1", "::1")
    use_tls = parts.scheme == "smtps"
    start_tls = True if parts.scheme == "smtp+starttls" or secret_abroad else None
    return Server(
        host=parts.hostname,
        port=parts.port or {"smtp": 25, "smtp+starttls": 587, "smtps": 465}[parts.scheme],
        use_tls=use_tls,
        start_tls=False if use_tls else start_tls,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def _refused(phase: Phase, code: int, said: str) -> Outcome:
    """4xx passes; 5xx is for good, unless it is about who we are and not about the message."""
    reason = f"the mail server said {code} {' '.join(said.split())}"[:REASON_LIMIT]
    if phase is Phase.GREETING or code in _OURS_TO_MEND:
        log.error("Mail cannot be sent: %s. Check SMTP_URL.", reason)
        return Later(reason=reason)
    if not 400 <= code <= 599:  # no refusal, and no answer that says yes: once the content was sent, who knows
        return Unknown(reason) if phase is Phase.CONTENT else Later(reason=reason)
    return Never(reason) if code >= 500 else Later(reason=reason)


def _broken(phase: Phase, error: Exception) -> Outcome:
    reason = f"the mail server was lost ({type(error).__name__})"
    if phase is Phase.CONTENT:
        return Unknown(reason)
    log.warning("No mail server at hand: %s", error)
    return Later(reason=reason)
