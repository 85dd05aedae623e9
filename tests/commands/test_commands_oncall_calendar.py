"""`/oncall calendar`: the link goes to whoever asks alone, works, and is ended by them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from night import Night, night_on

from bot.domain.people import Actor, Source
from bot.usecases import feeds
from bot.views import calendar_links
from commands import calendar
from commands.oncall_lines import Calendar
from commands.oncall_parser import parse
from storage.database import SqlDatabase


@pytest.fixture
async def night(sqlite_db: SqlDatabase) -> Night:
    found = await night_on(sqlite_db)
    found.bot = replace(found.bot, config=replace(found.bot.config, public_url="https://tocsin.example"))
    return found


async def said(night: Night, text: str) -> str:
    line = parse(text)
    assert isinstance(line, Calendar)
    answer = await calendar.act(night.bot, line, Actor(night.people["alice"], Source.SLACK_COMMAND), night.now)
    return answer.text


async def test_a_link_is_given_and_ended_from_the_command_line(night: Night) -> None:
    answer = await said(night, "calendar Payments")
    address = answer.splitlines()[1]
    token = address.removeprefix("https://tocsin.example/calendar/").removesuffix(".ics")
    assert answer == (
        "Add this address to your calendar as a subscription; it shows everybody's shifts of payments:\n"
        f"{address}\nWhoever has it can read them. `/oncall calendar revoke payments` ends it."
    )
    assert await feeds.read(night.bot, token, night.now) is not None
    assert await said(night, "calendar revoke payments") == (
        "1 calendar link to payments revoked. It shows nothing any more. `/oncall calendar` gives a new one."
    )
    assert await feeds.read(night.bot, token, night.now) is None
    assert await said(night, "calendar revoke") == "Nothing was revoked: you have no calendar link."


async def test_without_an_address_the_answer_says_what_is_missing(night: Night) -> None:
    night.bot = replace(night.bot, config=replace(night.bot.config, public_url=""))
    assert await said(night, "calendar") == (
        "There are no calendar links: the bot has no address for the internet. An admin sets `PUBLIC_URL`."
    )


def test_a_schedule_s_name_mentions_nobody() -> None:
    assert "<!channel>" not in calendar_links.given("https://tocsin.example/calendar/x.ics", "<!channel>")
