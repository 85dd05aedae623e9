"""Mail sent with aiosmtplib arrives in the mailbox, or goes wrong as ordered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from email.message import EmailMessage

import aiosmtplib
import pytest
from sandbox_running import Sandbox, a_sandbox

ALICE, BOB = "alice@acme.example", "bob@acme.example"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with a_sandbox() as sandbox:
        yield sandbox


def letter(*, to: str = ALICE, subject: str = "[INC-1] Zahlungen über 50 % langsam") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Tocsin <tocsin@acme.example>", to, subject
    mail["Message-ID"] = "<outbox-7@acme.example>"
    mail.set_content("You are paged.\nReply ACK — or press a button.\n")
    mail.add_alternative("<p>You are <b>paged</b>.</p>", subtype="html")
    mail.add_attachment(b"abc", maintype="text", subtype="calendar", filename="shift.ics")
    return mail


async def send(sandbox: Sandbox, mail: EmailMessage | None = None, **more: object) -> None:
    port = sandbox.parts.smtp_port
    await aiosmtplib.send(mail or letter(), hostname="127.0.0.1", port=port, start_tls=False, timeout=1, **more)


async def test_a_mail_is_shown_with_both_texts_headers_and_attachments(sandbox: Sandbox) -> None:
    await send(sandbox, letter(to=f"{ALICE}, {BOB}"))
    [mail] = (await sandbox.get("mail"))["messages"]
    assert mail["to"] == [ALICE, BOB]
    assert (mail["sender"], mail["from"]) == ("tocsin@acme.example", "Tocsin <tocsin@acme.example>")
    assert mail["subject"] == "[INC-1] Zahlungen über 50 % langsam"
    assert mail["text"] == "You are paged.\nReply ACK — or press a button.\n"
    assert mail["html"] == "<p>You are <b>paged</b>.</p>\n"
    assert mail["message_id"] == "<outbox-7@acme.example>"
    assert mail["attachments"] == [{"name": "shift.ics", "type": "text/calendar", "size": 3}]
    assert ["Message-ID", "<outbox-7@acme.example>"] in mail["headers"]
    assert (await sandbox.get("mail", to="BOB@acme.example"))["messages"] == [mail]
    assert (await sandbox.get("mail", to="carol@acme.example"))["messages"] == []


async def test_any_user_and_password_will_do(sandbox: Sandbox) -> None:
    await send(sandbox, username="anyone", password="anything")
    assert len((await sandbox.get("mail"))["messages"]) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no headers at all",
        b"Subject: =?nonsense?q?x?=\r\nContent-Type: text/plain; charset=nonsense\r\n\r\n\xff\xfe",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nnever ended",
        b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%",
    ],
)
async def test_a_broken_mail_is_kept_as_it_came(sandbox: Sandbox, raw: bytes) -> None:
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=sandbox.parts.smtp_port, start_tls=False)
    async with client:
        await client.sendmail("a@acme.example", [ALICE], raw)
    [mail] = (await sandbox.get("mail"))["messages"]
    assert mail["to"] == [ALICE]


@pytest.mark.parametrize(
    ("method", "error", "code"),
    [
        ("connect", "421 4.3.2 Shutting down", 421),
        ("mail", "450 4.7.1 Greylisted", 450),
        ("rcpt", "550 5.1.1 No such user", 550),
        ("data", "552 5.3.4 Too big", 552),
        ("data", "something", 451),
    ],
)
async def test_each_step_can_be_refused(sandbox: Sandbox, method: str, error: str, code: int) -> None:
    fault = {"target": "smtp", "method": method, "kind": "error", "error": error}
    await sandbox.post("faults", fault, status=201)
    with pytest.raises(aiosmtplib.SMTPException) as refused:
        await send(sandbox)
    assert code_of(refused.value) == code
    assert (await sandbox.get("mail"))["messages"] == []
    await send(sandbox)
    assert len((await sandbox.get("mail"))["messages"]) == 1


def code_of(error: aiosmtplib.SMTPException) -> int:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return error.recipients[0].code
    assert isinstance(error, aiosmtplib.SMTPResponseException | aiosmtplib.SMTPConnectError), error
    return int(getattr(error, "code", 0) or str(error).split("(")[-1][:3])


async def test_one_recipient_can_be_refused_and_the_other_not(sandbox: Sandbox) -> None:
    fault = {"target": "smtp", "method": "rcpt", "kind": "error", "error": "550 5.1.1 No", "times": None}
    await sandbox.post("faults", fault | {"match": {"to": BOB}}, status=201)
    await send(sandbox, letter(to=f"{ALICE}, {BOB}"))
    [mail] = (await sandbox.get("mail"))["messages"]
    assert mail["to"] == [ALICE]


@pytest.mark.parametrize(
    ("kind", "kept"),
    [("timeout_before", 0), ("timeout_after", 1), ("reset_before", 0), ("reset_after", 1), ("garbage", 1)],
)
async def test_the_sender_may_not_learn_whether_a_mail_was_taken(sandbox: Sandbox, kind: str, kept: int) -> None:
    await sandbox.post("faults", {"target": "smtp", "method": "data", "kind": kind}, status=201)
    with pytest.raises((aiosmtplib.SMTPException, OSError)):
        await send(sandbox)
    assert len((await sandbox.get("mail"))["messages"]) == kept


async def test_the_log_holds_the_conversation_but_no_password(sandbox: Sandbox) -> None:
    await send(sandbox, username="anyone", password="hunter2")
    entries = (await sandbox.get("log"))["entries"]
    assert [(e["method"], e["status"]) for e in entries] == [("mail", 250), ("rcpt", 250), ("data", 250)]
    assert "hunter2" not in str(entries)
