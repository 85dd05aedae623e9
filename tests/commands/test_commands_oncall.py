"""`/oncall` and the buttons about oneself, through the sandbox: forms, codes on a real phone, and App Home."""

from __future__ import annotations

import re
from typing import Any

import pytest
from commands_town import USERS, Town

from bot.domain.people import Person
from bot.domain.rules import DEFAULTS
from bot.domain.severity import Urgency
from bot.usecases import rules
from bot.views import names
from sandbox import interact, modals

DAVES = "+15550100004"


async def oncall(town: Town, who: str, text: str) -> str:
    said = await town.slash(who, text, command="/oncall")
    await town.deliver()
    return said


async def person(town: Town, who: str) -> Person:
    return await town.night.bot.db.read(lambda tx: tx.people.get(town.night.people[who].id))


def code_on(town: Town, number: str) -> str:
    """The code in the newest SMS on a phone."""
    found = re.match(r"\d{6}", town.live.texts(number)[-1])
    assert found is not None
    return found.group()


def told(town: Town, who: str) -> list[str]:
    """What the bot said in somebody's direct message, oldest first."""
    dm = town.world.dm(USERS[who])
    return [message.text for message in town.live.said(dm.id)] if dm else []


async def home_press(town: Town, who: str, action: str) -> None:
    await interact.home(town.world, USERS[who])
    await town.until(lambda: town.world.homes.get(USERS[who]))
    view = town.world.homes[USERS[who]]
    await interact.press(town.world, USERS[who], action, view_id=view.id)
    await town.quiet()


async def test_a_phone_is_added_from_the_command_line(town: Town) -> None:
    said = await oncall(town, "dave", f"contact {DAVES}")
    assert said == (
        f"A code is on its way by SMS to {DAVES}. Give it within 10 min: `/oncall contact 123456`."
        " Until then nothing changes."
    )
    assert await oncall(town, "dave", f"contact {code_on(town, DAVES)}") == (
        f"{DAVES} is verified: pages go there from now on."
    )
    assert (await person(town, "dave")).number == DAVES


async def test_a_phone_is_added_by_form_and_its_code_asked_for_in_the_same_place(town: Town) -> None:
    await oncall(town, "dave", "contact")
    assert town.form("dave") == names.FORM_CONTACT
    assert await town.submit("dave", address="+1 555 010 0004") == {}
    assert town.form("dave") == names.FORM_CODE
    await town.deliver()
    assert await town.submit("dave", code="000000") == {"code": "That is not the code. 4 tries are left."}
    assert await town.submit("dave", code=code_on(town, DAVES)) == {}
    assert (town.form("dave"), (await person(town, "dave")).number) == ("", DAVES)
    assert told(town, "dave") == [f"{DAVES} is verified: pages go there from now on."]


async def test_what_is_no_address_is_said_beside_the_input(town: Town) -> None:
    await oncall(town, "dave", "contact")
    errors = await town.submit("dave", address="0151 23")
    assert list(errors) == ["address"]
    assert errors["address"].startswith("“0151 23” is no phone number in international form.")


async def test_a_mail_address_is_proven_by_a_code_in_the_mailbox(town: Town) -> None:
    await oncall(town, "dave", "contact dave@home.example")
    [mail] = town.live.running.parts.mailbox.shown()
    found = re.match(r"\d{6}", mail["subject"])
    assert (mail["to"], found is None) == (["dave@home.example"], False)
    assert found is not None
    assert await oncall(town, "dave", f"contact {found.group()}") == (
        "dave@home.example is verified: pages go there from now on."
    )


async def test_rules_are_made_in_a_form_and_hold_for_the_next_page(town: Town) -> None:
    said = await oncall(town, "alice", "me")
    assert said == "How pages reach you"
    await home_press(town, "alice", names.OWN_RULES)
    assert town.form("alice") == names.FORM_RULES
    chosen = {"rule_high_slack": "no", "rule_high_sms": "0", "rule_high_email": "10"}
    assert await town.submit("alice", **chosen, rule_low_slack="0", rule_low_sms="no", rule_low_email="no") == {}
    await town.slash("dave", "declare sev2 payments-api Payments are slow")
    await town.deliver()
    picture = await town.night.picture()
    sent = {row.effect.value: row.not_before - town.night.now for row in picture.runs[0].paged[0].deliveries}
    assert {name: after.total_seconds() for name, after in sent.items()} == {"page.sms": 0, "page.email": 600}


async def test_rules_that_reach_nobody_stay_open_with_the_reason(town: Town) -> None:
    await home_press(town, "alice", names.OWN_RULES)
    nothing = {names.rule_block(urgency.value, one): "no" for urgency in Urgency for one in ("slack", "sms", "email")}
    errors = await town.submit("alice", **nothing)
    assert errors == {
        "rule_high_slack": "By these rules no page of high urgency would reach you."
        " Add at least one of Slack, SMS and email."
    }
    shown = await rules.ways(town.night.bot, town.night.people["alice"], town.night.now)
    assert dict(shown.rules) == DEFAULTS


async def test_a_test_page_reaches_phone_mailbox_and_slack(town: Town) -> None:
    await home_press(town, "alice", names.OWN_TEST)
    await town.deliver()
    mails = [mail["subject"] for mail in town.live.running.parts.mailbox.shown()]
    assert [text[:28] for text in told(town, "alice")] == [
        "A test page is on its way to",
        "🧪 TEST: this is a test page ",
    ]
    assert [text.startswith("TEST: this is a test page") for text in town.live.texts("+15550100001")] == [True]
    assert mails == ["TEST: a page to yourself"]


async def test_one_s_own_phone_is_removed_by_a_button(town: Town) -> None:
    await oncall(town, "alice", "contact +15550100004")
    await oncall(town, "alice", f"contact {code_on(town, DAVES)}")
    await home_press(town, "alice", names.OWN_REMOVE_PHONE)
    assert (await person(town, "alice")).number == "+15550100001"


async def test_guests_are_refused_before_they_fill_anything_in(town: Town) -> None:
    await oncall(town, "gina", "contact")
    assert town.form("gina") == ""
    assert town.whispers("gina") == [
        "Guests can read here but change nothing. Ask a full member of this workspace to do it."
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Help for /oncall"),
        ("help me", "`/oncall me`  How pages reach you: your addresses and your rules."),
        ("whom", "There is no command “whom”. `/oncall help` lists them all."),
        ("contact remove mail", "You have added no mail address yourself, so there is nothing to remove."
         " What the posture or Slack declares is changed there."),
        ("contact 123456", "No code waits for you, or its ten minutes are over. Ask for a new one: `/oncall contact`."),
    ],
)  # fmt: skip
async def test_every_line_is_answered(town: Town, text: str, said: Any) -> None:
    assert await oncall(town, "dave", text) == said


async def test_no_view_of_oneself_is_left_open(town: Town) -> None:
    await oncall(town, "dave", "contact")
    assert len(modals.stack(town.world, USERS["dave"])) == 1
