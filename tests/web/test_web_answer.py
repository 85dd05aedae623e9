"""Links in mails: a GET shows and changes nothing, a POST answers once, and what is over says what came of it."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from base64 import b64encode
from dataclasses import replace

import pytest
from aiohttp.test_utils import TestClient, TestServer
from night import without
from sqlalchemy import text
from web_door import Door

from bot.domain.delivery import Effect, PageState
from bot.domain.incident import State
from bot.domain.links import LinkVerb, token_of
from bot.domain.people import Source
from bot.domain.timeline import Kind
from bot.ports import DatabaseUnavailable
from bot.usecases import responders
from storage.transaction import SqlTx
from web import server
from web.parts import Parts


async def link(door: Door, verb: str = "ack", person: str = "Alice Chen") -> str:
    """The path of the link in the newest mail to that person."""
    mails = [job for job in door.night.outside.jobs if job.row.effect is Effect.PAGE_EMAIL]
    mine = [job for job in mails if job.person is not None and job.person.name == person]
    return str(mine[-1].data["links"][verb]).removeprefix(door.public_url)


async def test_the_links_of_a_mail_lead_to_us(door: Door) -> None:
    await door.night.declare()
    page = (await door.night.picture()).runs[0].paged[0].page
    assert await link(door) == f"/answer/{token_of(b'night', page, LinkVerb.ACK)}"
    assert await link(door, "decline") == f"/answer/{token_of(b'night', page, LinkVerb.DECLINE)}"


async def test_opening_a_link_shows_who_is_asked_what_and_changes_nothing(door: Door) -> None:
    await door.night.declare()
    before = await door.night.events()
    for method in ("GET", "HEAD", "OPTIONS"):
        await door.client.request(method, await link(door))
    answer = await door.client.get(await link(door))
    page = await answer.text()
    assert (answer.status, answer.content_type) == (200, "text/html")
    for shown in ("Alice Chen, you are paged.", "SEV2 INC-1 · Payments API is slow", "SEV2 high: partial degradation"):
        assert shown in page
    assert re.findall(r'action="([^"]+)"><button class="(\w+)"', page) == [
        (await link(door), "main"),
        (await link(door, "decline"), "other"),
    ]
    assert (await door.night.events(), (await door.night.incident()).state) == (before, State.ASSIGNED)


async def test_the_button_acks_once_and_says_so(door: Door) -> None:
    await door.night.declare()
    first = await (await door.client.post(await link(door))).text()
    again = await (await door.client.post(await link(door))).text()
    assert "You acked INC-1 (Payments API is slow). You have it: nobody else is paged." in first
    assert "Nothing is asked of you here any more." in again
    picture = await door.night.picture()
    assert picture.incident.state is State.IN_PROGRESS
    assert [one.ack_source for one in picture.responders if one.ack_source] == [Source.EMAIL.value]
    assert (await door.night.kinds()).count(Kind.ACKED) == 1


async def test_presses_at_the_same_moment_are_one_answer(door: Door) -> None:
    await door.night.declare()
    path = await link(door)
    answers = await asyncio.gather(*(door.client.post(path) for _ in range(6)))
    assert [answer.status for answer in answers] == [200] * 6
    assert (await door.night.kinds()).count(Kind.ACKED) == 1


async def test_declining_by_mail_pages_the_next_at_once(door: Door) -> None:
    await door.night.declare()
    page = await (await door.client.post(await link(door, "decline"))).text()
    await door.night.deliver()
    assert "You declined INC-1. Bob Okafor is paged instead." in page
    assert ("Bob", "email") in door.night.outside.paged()
    shown = (await door.night.picture()).runs[0].paged[0].page
    assert (shown.state, shown.answer_source) == (PageState.DECLINED, Source.EMAIL.value)


async def test_a_used_link_leaves_the_other_one_over_too(door: Door) -> None:
    await door.night.declare()
    await door.client.post(await link(door, "decline"))
    before = await door.night.events()
    page = await (await door.client.post(await link(door, "ack"))).text()
    assert "Nothing is asked of you here any more." in page
    assert await door.night.events() == before


async def test_a_link_is_over_with_its_page_and_says_who_has_it(door: Door) -> None:
    await door.night.declare()
    await responders.ack(door.night.bot, 1, door.night.by("bob"), door.night.now)
    before = await door.night.events()
    for method in ("GET", "POST"):
        page = await (await door.client.request(method, await link(door))).text()
        assert "Bob Okafor acked at 04:00 CET and has it." in page
        assert "<button" not in page
    assert await door.night.events() == before


@pytest.mark.parametrize("token", ["x", "A" * 43, "%00", "a b", "é", "A" * 5000])
async def test_every_unknown_link_is_answered_alike(door: Door, token: str) -> None:
    await door.night.declare()
    before = await door.night.events()
    for method in ("GET", "POST"):
        answer = await door.client.request(method, f"/answer/{token}")
        unknown = await door.client.request(method, "/answer/unknown")
        assert (answer.status, await answer.text()) == (403, await unknown.text())
    assert await door.night.events() == before


async def test_the_token_is_neither_in_the_database_nor_in_the_log(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await door.night.declare()
    path = await link(door)
    token = path.removeprefix("/answer/")

    async def dump(tx: object) -> str:
        assert isinstance(tx, SqlTx)
        tables = await tx.scope.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        return str([await tx.scope.all(text(f"SELECT * FROM {table}")) for table in tables])

    broken = replace(door.night.bot, db=Broken())
    async with TestClient(TestServer(server.build(Parts(broken)), host="127.0.0.1")) as client:
        assert (await client.post(path)).status == 500
    assert token not in await door.night.bot.db.read(dump)
    logged = [str(record.__dict__) for record in caplog.records if record.name.startswith(("web", "bot"))]
    assert (len(logged), [line for line in logged if token in line]) == (1, [])


class Broken:
    async def read(self, work: object) -> object:
        raise ZeroDivisionError

    write = read


async def test_only_its_own_style_may_act_on_the_page(door: Door) -> None:
    await door.night.declare()
    answer = await door.client.get(await link(door))
    style = re.findall(r"<style>(.*)</style>", await answer.text())[0]
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert answer.headers["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == ("no-referrer", "no-store")


async def test_words_from_outside_stay_words(door: Door) -> None:
    await door.night.declare('<script>alert(1)</script> "quoted"')
    page = await (await door.client.get(await link(door))).text()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &quot;quoted&quot;" in page
    assert "<script" not in page


async def test_an_answer_that_is_not_saved_asks_for_another_press(door: Door) -> None:
    class Away:
        async def read(self, work: object) -> object:
            raise DatabaseUnavailable("locked")

        write = read

    app = server.build(Parts(replace(door.night.bot, db=Away())))
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        pressed, shown = await client.post("/answer/abc"), await client.get("/answer/abc")
        assert (pressed.status, shown.status) == (503, 503)
        assert 'action="/answer/abc"' in await pressed.text()
        assert "<button" not in await shown.text()


async def test_without_a_public_address_mails_bear_no_links(door: Door) -> None:
    night = without(door.night, public_url="")
    await night.declare()
    mail = next(job for job in night.outside.jobs if job.row.effect is Effect.PAGE_EMAIL)
    assert mail.data["links"] == {}


async def test_a_refusal_leaves_the_link_unused(door: Door) -> None:
    await door.night.declare()
    alice = door.night.people["alice"]
    await door.night.bot.db.write(lambda tx: tx.people.save(replace(alice, active=False)))
    page = await (await door.client.post(await link(door))).text()
    assert "This account is deactivated, so nothing was changed." in page
    await door.night.bot.db.write(lambda tx: tx.people.save(alice))
    assert "You acked INC-1" in await (await door.client.post(await link(door))).text()
