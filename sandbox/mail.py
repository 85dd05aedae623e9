"""The mailbox of everybody: an SMTP server that delivers nothing and keeps every mail to look at."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from sandbox.faults import HANG_SECONDS, Fault, Faults
from sandbox.journal import Journal
from sandbox.letters import Letter, read_letter

MOST_KEPT = 2_000
LARGEST = 10_000_000
"""Bytes a mail may have."""

OK = "250 OK"


class Mailbox:
    """Every mail received, oldest first. `changed` is called after each."""

    def __init__(self, now: Callable[[], datetime], changed: Callable[[], None]) -> None:
        self._now = now
        self._changed = changed
        self._numbers = itertools.count(1)
        self.letters: deque[Letter] = deque(maxlen=MOST_KEPT)

    def receive(self, raw: bytes, sender: str, to: list[str]) -> Letter:
        """Keep a mail."""
        letter = read_letter(raw, f"E{next(self._numbers)}", self._now(), sender, to)
        self.letters.append(letter)
        self._changed()
        return letter

    def shown(self, address: str = "") -> list[dict[str, Any]]:
        """The mails to `address`, or all."""
        wanted = address.lower()
        return [m.shown() for m in self.letters if not wanted or wanted in (a.lower() for a in m.to)]

    def clear(self) -> None:
        """Throw everything away."""
        self.letters.clear()
        self._changed()


class MailServer:
    """Listens for SMTP on loopback; commands that faults name go wrong."""

    def __init__(self, mailbox: Mailbox, faults: Faults, journal: Journal) -> None:
        self._mailbox = mailbox
        self._faults = faults
        self._journal = journal
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.BaseTransport] = set()

    async def start(self, host: str, port: int) -> int:
        """Listen, and return the port. OSError when it is taken."""
        self._server = await asyncio.get_running_loop().create_server(self._connection, host, port)
        found: int = self._server.sockets[0].getsockname()[1]
        return found

    async def close(self) -> None:
        """Stop listening and let go of the connections."""
        if self._server is None:
            return
        self._server.close()
        for transport in list(self._connections):
            if isinstance(transport, asyncio.Transport):
                transport.abort()
        await asyncio.sleep(0)

    def _connection(self) -> asyncio.Protocol:
        fault = self._faults.take("smtp", "connect")
        if fault is not None and fault.kind != "delay":
            self._note("connect", {}, f"fault {fault.id}: {fault.kind}")
            return Refusing(fault)
        return Speaking(self._connections, Commands(self._mailbox, self._faults, self._note))

    def _note(self, command: str, arguments: dict[str, Any], answer: str) -> None:
        status = int(answer[:3]) if answer[:3].isdigit() else None
        self._journal.call("smtp", command, arguments, answer, status=status)


class Refusing(asyncio.Protocol):
    """A connection that a fault spoils before the greeting."""

    def __init__(self, fault: Fault) -> None:
        self._fault = fault

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet badly, hang, or drop the line."""
        if not isinstance(transport, asyncio.Transport):
            return
        if self._fault.kind.startswith("timeout"):
            seconds = self._fault.seconds or HANG_SECONDS
            asyncio.get_running_loop().call_later(seconds, transport.abort)
        elif self._fault.kind.startswith("reset"):
            transport.abort()
        else:
            transport.write(reply_of(self._fault).encode("ascii", "replace") + b"\r\n")
            transport.close()


class Speaking(SMTP):
    """One SMTP conversation; any user and password will do."""

    def __init__(self, connections: set[asyncio.BaseTransport], commands: Commands) -> None:
        super().__init__(
            commands,
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            hostname="sandbox.localhost",
            ident="Tocsin sandbox",
            auth_require_tls=False,
            authenticator=lambda *_: AuthResult(success=True),
            loop=asyncio.get_running_loop(),
        )
        self._connections = connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._connections.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """End."""
        if self.transport is not None:
            self._connections.discard(self.transport)
        super().connection_lost(error)


class Commands:
    """What the server does at MAIL, RCPT and DATA."""

    def __init__(self, mailbox: Mailbox, faults: Faults, note: Callable[[str, dict[str, Any], str], None]) -> None:
        self._mailbox = mailbox
        self._faults = faults
        self._note = note

    async def handle_MAIL(
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Note the sender."""

        def effect() -> str:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
            return OK

        return await self._do(server, "mail", {"from": address}, effect)

    async def handle_RCPT(
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Note one more recipient."""

        def effect() -> str:
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
            return OK

        return await self._do(server, "rcpt", {"from": envelope.mail_from, "to": address}, effect)

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Keep the mail."""
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        to = [str(address) for address in envelope.rcpt_tos]

        def effect() -> str:
            letter = self._mailbox.receive(raw, envelope.mail_from or "", to)
            return f"{OK}: kept as {letter.id}"

        return await self._do(server, "data", {"from": envelope.mail_from, "to": to, "size": len(raw)}, effect)

    async def _do(self, server: SMTP, command: str, arguments: dict[str, Any], effect: Callable[[], str]) -> str:
        fault = self._faults.take("smtp", command, arguments)
        if fault is not None:
            self._note(command, arguments, f"fault {fault.id}: {fault.kind}")
        if fault is not None and fault.kind in ("error", "rate_limited", "http"):
            return reply_of(fault)
        if fault is not None and fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        answer = "" if fault is not None and fault.kind.endswith("_before") else effect()
        self._note(command, arguments, answer or "not done")
        if fault is None or fault.kind == "delay":
            return answer
        if fault.kind == "garbage":
            return reply_of(fault)
        return await _fall_silent(server, fault)


async def _fall_silent(server: SMTP, fault: Fault) -> str:
    """Hang where the fault says so, then drop the line; ends when the client leaves first."""
    if fault.kind.startswith("timeout"):
        await asyncio.sleep(fault.seconds or HANG_SECONDS)
    if isinstance(server.transport, asyncio.Transport):
        server.transport.abort()
    await asyncio.sleep(HANG_SECONDS)
    return "421 4.3.0 Gone"


def reply_of(fault: Fault) -> str:
    """The SMTP reply of a fault: `error` may be a whole reply such as `550 5.1.1 No such user`."""
    if fault.kind == "rate_limited":
        return "450 4.2.1 Too many messages, try again later"
    if fault.kind == "garbage":
        return "?? what was that"
    text = fault.error.encode("ascii", "replace").decode().splitlines()[0]
    return text if text[:3].isdigit() and text[:1] in "45" else f"451 4.3.0 {text}"
