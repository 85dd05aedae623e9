"""Mail: what a failure means depends on how far the talk with the server had come."""

from __future__ import annotations

import asyncio
import contextlib
import email
import email.policy
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from wire_stub import dead_port

from bot.domain.delivery import Effect, Lane, Later, Never, Outcome, Row, RowState, Sent, Unknown
from clients.faults import begun_before
from clients.smtp import Letter, Mailer, read_url

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ROW = Row(1, "page/42/alice/email", Effect.PAGE_EMAIL, Lane.PAGES, RowState.PENDING, NOW, NOW)
LETTER = Letter("SEV1 INC-42", "You are paged.\n", "<p>You are paged.</p>", "<abc@acme.example>", NOW, {"X-Page": "7"})

DROP, HANG = "drop", "hang"


@dataclass
class MailServer:
    """Answers each verb with a line, or drops or holds the connection; `END` is the dot after the content."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    mails: list[bytes] = field(default_factory=list)
    verbs: list[str] = field(default_factory=list)

    talks: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None
        self.talks.add(talk)
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def close(self) -> None:
        for talk in self.talks:
            talk.cancel()
        await asyncio.gather(*self.talks)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not await self._say(writer, "HELLO", "220 mx.example"):
            return
        while line := await reader.readline():
            verb = line.decode().split()[0].upper()
            self.verbs.append(verb)
            usual = {"DATA": "354 go on", "EHLO": "250-mx.example\r\n250 AUTH PLAIN", "AUTH": "235 welcome"}
            if not await self._say(writer, verb, usual.get(verb, "250 ok")):
                return
            if verb == "DATA" and self.answers.get("DATA", "354").startswith("354"):
                content = await reader.readuntil(b"\r\n.\r\n")
                if not await self._say(writer, "END", "250 taken"):
                    return
                self.mails.append(content[:-3])

    async def _say(self, writer: asyncio.StreamWriter, verb: str, usual: str) -> bool:
        answer = self.answers.get(verb, usual)
        if answer == HANG:
            await asyncio.sleep(30)
        if answer == DROP:
            return False
        writer.write(f"{answer}\r\n".encode())
        await writer.drain()
        return True


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[MailServer]:
    monkeypatch.setattr("clients.smtp.CALL_SECONDS", 0.3)
    found = MailServer()
    listening = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.port = listening.sockets[0].getsockname()[1]
    yield found
    listening.close()
    await found.close()


async def send(server: MailServer, userinfo: str = "", to: str = "alice@acme.example") -> Outcome:
    mailer = Mailer(f"smtp://{userinfo}127.0.0.1:{server.port}", "tocsin@acme.example")
    return await mailer.send(to, LETTER)


async def test_a_mail_that_the_server_takes_is_sent_in_both_forms(server: MailServer) -> None:
    assert await send(server) == Sent({"message_id": "<abc@acme.example>"})
    mail = email.message_from_bytes(server.mails[0], policy=email.policy.default)
    headers = {name: mail[name] for name in ("From", "To", "Subject", "Message-ID", "Date", "X-Page")}
    assert headers == {
        "From": "Tocsin <tocsin@acme.example>",
        "To": "alice@acme.example",
        "Subject": "SEV1 INC-42",
        "Message-ID": "<abc@acme.example>",
        "Date": "Sat, 21 Nov 2026 03:00:00 +0000",
        "X-Page": "7",
    }
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("verb", ["HELLO", "EHLO", "MAIL", "RCPT", "DATA", "END"])
async def test_a_passing_refusal_is_for_later(server: MailServer, verb: str) -> None:
    server.answers = {verb: "451 4.3.0 try again", "HELO": "451 4.3.0 try again"}
    assert await send(server) == Later(reason="the mail server said 451 4.3.0 try again")


async def test_no_content_is_begun_once_another_may_send_it(server: MailServer) -> None:
    with begun_before(0.0):
        assert await send(server) == Later(reason="the mail server was lost (TooLate)")
    assert "DATA" not in server.verbs


async def test_an_answer_to_the_content_that_is_none_leaves_us_in_doubt(server: MailServer) -> None:
    server.answers = {"END": "?? what was that"}
    assert isinstance(await send(server), Unknown)


async def test_an_answer_before_the_content_that_is_none_did_nothing(server: MailServer) -> None:
    server.answers = {"RCPT": "?? what was that"}
    assert isinstance(await send(server), Later)


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "END"])
async def test_a_lasting_refusal_of_the_message_is_for_good(server: MailServer, verb: str) -> None:
    server.answers = {verb: "550 5.1.1 no such user"}
    assert await send(server) == Never("the mail server said 550 5.1.1 no such user")


@pytest.mark.parametrize(
    ("verb", "answer"),
    [
        ("HELLO", "554 go away"),
        ("AUTH", "535 wrong password"),
        ("MAIL", "530 log in first"),
    ],
)
async def test_a_refusal_of_ourselves_is_for_later_and_said_loudly(
    server: MailServer, verb: str, answer: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.answers = {verb: answer}
    assert await send(server, "bot:secret@") == Later(reason=f"the mail server said {answer}")
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert "secret" not in caplog.text


@pytest.mark.parametrize("fault", [DROP, HANG])
@pytest.mark.parametrize("verb", ["HELLO", "EHLO", "MAIL", "RCPT"])
async def test_a_connection_lost_before_the_content_did_nothing(server: MailServer, verb: str, fault: str) -> None:
    server.answers = {verb: fault}
    assert isinstance(await send(server), Later)


@pytest.mark.parametrize(("fault", "name"), [(DROP, "SMTPServerDisconnected"), (HANG, "SMTPReadTimeoutError")])
async def test_a_connection_lost_after_the_content_leaves_us_in_doubt(
    server: MailServer, fault: str, name: str
) -> None:
    server.answers = {"END": fault}
    assert await send(server) == Unknown(f"the mail server was lost ({name})")


@pytest.mark.parametrize("fault", [DROP, HANG, "500 what"])
async def test_what_happens_after_the_mail_was_taken_does_not_matter(server: MailServer, fault: str) -> None:
    server.answers = {"QUIT": fault}
    assert await send(server) == Sent({"message_id": "<abc@acme.example>"})


async def test_a_refused_connection_did_nothing() -> None:
    outcome = await send(MailServer(dead_port()))
    assert outcome == Later(reason="the mail server was lost (SMTPConnectError)")


@pytest.mark.parametrize("to", ["alice", "a@b@c", "a@b\nBcc: x@y", "Alice <a@b.example>", "josé@acme.example", ""])
async def test_what_is_no_address_is_never_sent_to(server: MailServer, to: str) -> None:
    assert await send(server, to=to) == Never("not a mail address")
    assert server.verbs == []


async def test_a_password_is_not_sent_in_the_clear_to_another_machine() -> None:
    assert read_url("smtp://bot:s3%40cret@mx.example:587").start_tls is True
    assert read_url("smtp://bot:secret@localhost").start_tls is None
    assert read_url("smtp://mx.example").start_tls is None


def test_an_address_says_how_the_talk_begins() -> None:
    server = read_url("smtps://b%40t:s3%40cret@mx.example")
    assert (server.host, server.port, server.use_tls, server.start_tls) == ("mx.example", 465, True, False)
    assert (server.username, server.password) == ("b@t", "s3@cret")
    server = read_url("smtp+starttls://mx.example")
    assert (server.port, server.use_tls, server.start_tls) == (587, False, True)


@pytest.mark.parametrize("url", ["http://mx.example", "smtp://", "mx.example:25"])
def test_what_is_no_mail_servers_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="begins with smtp://"):
        read_url(url)


def test_every_try_of_a_row_bears_the_same_id_and_no_other_row_does() -> None:
    mailer = Mailer("smtp://mx.example", "tocsin@acme.example")
    first = mailer.message_id(ROW)
    assert mailer.message_id(replace(ROW, tries=5, doubt=True, fence=9)) == first
    others = [replace(ROW, key="page/43/alice/email"), replace(ROW, created_at=NOW + timedelta(seconds=1))]
    assert first not in [mailer.message_id(row) for row in others]
    assert first.endswith("@acme.example>")


async def test_a_required_start_of_tls_that_is_not_offered_sends_nothing(server: MailServer) -> None:
    mailer = Mailer(f"smtp+starttls://127.0.0.1:{server.port}", "tocsin@acme.example")
    assert isinstance(await mailer.send("alice@acme.example", LETTER), Later)
    assert server.mails == []
