"""What people see of themselves: nothing from outside leaks into it, nothing is too long, and it says what holds."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from test_views_hostile import leaks
from views_checks import problems, view_problems
from views_hostile import EVIL
from views_own import ALICE, BARE, EVERY, MADE, NOW, ways

from bot.domain.contacts import Contact, ContactKind
from bot.domain.delivery import Lane
from bot.domain.own import CODES, Done
from bot.domain.picture import Job
from bot.domain.rules import DEFAULTS, Rule
from bot.domain.severity import Urgency
from bot.views import answer_page, notes, oncall_help, own, own_forms

EVIL_ALICE = replace(ALICE, name=EVIL, own_phone=EVIL, own_email=EVIL, email=EVIL, phone=EVIL)
EVIL_WAYS = ways(
    EVIL_ALICE,
    frozenset({*EVERY, "pagerduty"}),
    rules={**DEFAULTS, Urgency.HIGH: (Rule("slack"), Rule("voice", timedelta(minutes=59)))},
    made=frozenset({Urgency.HIGH}),
    pending=(Contact(1, ContactKind.EMAIL, True, EVIL, nonce="x", expires_at=NOW),),
)
EVIL_DATA = {"kind": EVIL, "address": EVIL, "minutes": EVIL, "notifiers": [EVIL], "person": EVIL, "number": EVIL,
             "left": [EVIL], "reason": EVIL, "name": EVIL, "code": EVIL, "loops": [EVIL],
             "sign": EVIL, "incidents": EVIL, "pages": EVIL, "messages": EVIL}  # fmt: skip


def test_outside_text_leaks_into_nothing_about_oneself() -> None:
    assert leaks(own.ways(EVIL_WAYS, NOW)) == []
    for view in (own_forms.rules_form(EVIL_WAYS), own_forms.code_form(EVIL)):
        assert (leaks(view), view_problems(view)) == ([], [])
    for code in ("test_page", "stopped", "stopped_last_way", "code_failed", "restarted", "storm_began", "storm_over"):
        shown = notes.dm(code, EVIL_DATA)
        assert (leaks(shown), problems(shown)) == ([], [])


def test_where_an_address_comes_from_is_said_for_there_it_is_changed() -> None:
    said = json.dumps(own.ways(ways(mail_declared=False), NOW).blocks)
    assert "*Phone* +15550100001, from the posture" in said
    assert "*Mail* alice@acme.example, from Slack" in said


@pytest.mark.parametrize("code", CODES)
def test_what_was_done_mentions_nobody(code: str) -> None:
    said = own.done(Done(code, EVIL_DATA))
    assert [mark for mark in ("<", ">", "\u202e") if mark in said] == []


def test_what_was_typed_mentions_nobody() -> None:
    for code in ("unknown_command", "unexpected"):
        assert "<!" not in oncall_help.misread(code, {"given": EVIL, "verb": "contact", "nearest": ""})


def test_long_text_is_cut_to_what_slack_takes() -> None:
    long = replace(EVIL_WAYS, person=replace(ALICE, name="x" * 5000, own_email="y" * 5000))
    assert problems(own.ways(long, NOW)) == []
    assert view_problems(own_forms.rules_form(long)) == []


def test_a_rule_of_an_unusual_delay_keeps_it_in_the_form() -> None:
    shown = own_forms.rules_form(MADE)
    voice = next(block for block in shown["blocks"] if block.get("block_id") == "rule_high_voice")
    assert voice["element"]["initial_option"]["value"] == "7"


def test_only_what_is_set_up_is_asked_for() -> None:
    asked = [block["block_id"] for block in own_forms.rules_form(BARE)["blocks"] if block["type"] == "input"]
    assert asked == ["rule_high_slack", "rule_high_email", "rule_low_slack", "rule_low_email"]


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (ways(), ""),
        (ways(replace(ALICE, email=None, phone=None)), "Only Slack reaches you"),
        (ways(rules={**DEFAULTS, Urgency.HIGH: (Rule("slack"),)}), "At high urgency only Slack is used"),
        (ways(replace(ALICE, active=False)), "Nothing can reach you"),
        (ways(replace(ALICE, phone=None)), "What is struck through"),
    ],
)
def test_what_would_be_lost_is_said(shown: own.Ways, words: str) -> None:
    said = [block["elements"][0]["text"] for block in own.rules_blocks(shown) if block["type"] == "context"]
    assert [words in one for one in said] == ([True] if words else [])


def test_a_mail_of_ours_is_plain_text_too() -> None:
    mail = notes.mail(Job(None, data={"message": "contact_code", "data": {"code": "<b>"}}))  # type: ignore[arg-type]
    assert ("<b>" in mail.html, "&lt;b&gt;" in mail.html) == (False, True)


def test_pages_without_an_incident_are_whole_documents() -> None:
    for page in (answer_page.unknown(), answer_page.away(), answer_page.away("/answer/x")):
        assert (page.startswith("<!doctype html>"), page.count("<html"), page.count("</html>")) == (True, 1, 1)


def test_every_loop_that_may_stand_still_has_words() -> None:
    assert set(notes._LOOPS) == {*(lane.name for lane in Lane), "pulse", "timers"}
