"""Shifts in words: every code is worded, what strangers typed stays harmless, and the sentences say what was done."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from views_checks import problems, view_problems
from views_hostile import EVIL
from views_rota import BOB, GAPS, HELD, PAYMENTS, ROTA_HOME, evil_home

from bot.domain import readiness
from bot.domain import rota as rota_codes
from bot.domain.rota import Changed
from bot.views import absences, home, rota, rota_notes, schedules

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
EVIL_DATA: dict[str, object] = {
    "schedule": EVIL, "person": EVIL, "before": EVIL, "by": EVIL, "people": [EVIL], "other": EVIL, "origin": EVIL,
    "about": f"schedule/{EVIL}", "channel": EVIL, "reason": EVIL, "group": EVIL, "schedules": [EVIL],
}  # fmt: skip
DATA: dict[str, object] = {
    "schedule": "payments",
    "person": "Bob Okafor",
    "before": "Alice Chen",
    "by": "Alice Chen",
    "people": ["Alice Chen"],
    "start": AT,
    "end": AT + 3600,
    "takes_start": AT + 7200,
    "takes_end": AT + 9000,
    "since": AT,
    "until": AT,
    "swap": 7,
    "rest": [[AT, AT + 1800]],
    "passed": ["payments"],
    "nobody": [["web", AT, AT + 1800]],
    "listed": ["sheet"],
    "placed": ["second"],
    "has": [[AT, AT + 3600]],
    "had": [[AT + 7200, AT + 9000], [AT + 10800, AT + 12600]],
    "hours": 24,
    "about": "schedule/payments",
    "channel": "C0PAYMENTS",
    "reason": "message_not_found",
    "posted": True,
    "posts": 2,
    "group": "oncall-payments",
    "schedules": ["payments"],
    "gaps": [{"code": "no_slot", "schedule": "payments", "start": AT, "end": AT + 60}],
    "lacks": [{"code": "INC407", "section": "severities", "name": "SEV1", "given": "<!channel>"}],
    "faults": [{"sheet": "schedule", "row": 3, "column": "end_time", "code": "backwards", "given": "<!channel>"}],
    "troubles": [{"code": "unknown", "given": "<!channel>", "where": "Night"}],
}


def plain(text: str) -> str:
    """With times as Slack's fallback shows them."""
    return re.sub(r"<!date\^\d+\^[^|]+\|([^>]+)>", r"\1", text)


def harmless(text: str) -> bool:
    """No mention, no link and no control that a stranger wrote."""
    return "<!channel>" not in text and "<@U0X>" not in text and "<http" not in text and "\u202e" not in text


def test_every_code_is_worded() -> None:
    assert set(rota._WORDS) == set(rota_codes.CODES)
    assert set(rota_notes._WORDS) == set(rota_notes.DM_CODES)


def test_what_was_changed_is_said_with_its_times() -> None:
    said = [
        plain(rota.changed(Changed(code, DATA | {"people": 2, "schedules": 3, "overrides": 1}), NOW))
        for code in rota_codes.CODES
    ]
    assert said == [
        "Bob Okafor has *payments* instead of Alice Chen from 12:00 UTC to 13:00 UTC. Both are told.",
        "Bob Okafor is on call for *payments* from 12:00 UTC to 13:00 UTC. Everybody concerned is told.",
        "The override of Bob Okafor on *payments* from 12:00 UTC to 13:00 UTC is removed.",
        "3 schedules reach to 12:00 UTC.",
        "*payments* is made anew from 12:00 UTC on; overrides stayed.",
        "*payments* is switched on.",
        "*payments* is switched off: nobody is on call by it. 1 coming override went with it.",
        "*payments* is saved and in force.",
        "Bob Okafor was asked. Until they say yes nothing changes.",
        "2 people are asked to cover *payments*. Until somebody says yes it stays yours.",
        "You and Bob Okafor swapped shifts of *payments*. Both are told.",
        "You have *payments* of Bob Okafor from 12:00 UTC to 13:00 UTC.",
        "Bob Okafor is told that you said no. Nothing was changed.",
        "You ask for nothing of *payments* any more.",
        "Bob Okafor is away from 12:00 UTC to 13:00 UTC. Their turn of *payments* passes to the next who is there."
        " ⚠️ Nobody else is there for *web* from 12:00 UTC to 12:30 UTC: `/oncall override web` names"
        " somebody. ⚠️ By *sheet* they are on call even so. It is written down elsewhere, and stays as it is there:"
        " `/oncall cover sheet` asks for cover. ⚠️ By *second* they are on call even so. An override stays as it"
        " is: `/oncall cover second` asks for cover.",
        "Bob Okafor is there after all from 12:00 UTC to 13:00 UTC. *payments* is theirs again then.",
        "Who is on call now and next is posted here in a moment, and edited in place whenever it changes. Pin it if you"
        " like. `/oncall post payments off` ends it.",
        "That post is here already, and was brought up to date. To have it further down, end it with `/oncall post"
        " payments off` and post it again.",
        "2 posts ended: they say so, and nothing is edited here any more.",
    ]


def test_whoever_tells_of_their_own_time_off_may_be_there_after_all() -> None:
    said = plain(rota.changed(Changed("away", DATA | {"own": True}), NOW))
    assert "*web* from 12:00 UTC to 12:30 UTC: ask somebody, or be there after all. ⚠️ By" in said


def test_a_list_of_somebody_elses_time_off_says_whose_it_is() -> None:
    shown = absences.listed(BOB, ROTA_HOME.absences, NOW, own=False)
    assert shown.blocks[0]["text"]["text"] == "Time off of Bob Okafor"


def test_notes_say_who_has_what_and_when() -> None:
    said = [plain(rota_notes.dm(code, DATA, NOW).text) for code in rota_notes.DM_CODES]
    assert said == [
        "📟 You are on call for *payments* from 12:00 UTC to 13:00 UTC, instead of Alice Chen. Alice Chen arranged it.",
        "Bob Okafor has *payments* from 12:00 UTC to 13:00 UTC instead of you. Alice Chen arranged it.",
        "You are not on call for *payments* from 12:00 UTC to 13:00 UTC any more: the override was removed."
        " Alice Chen arranged it.",
        "*payments* was switched off: nobody is on call by it now. Alice Chen arranged it.",
        "Bob Okafor asks you to swap shifts of *payments*: you would have theirs from 12:00 UTC to 13:00 UTC, and they"
        " yours from 14:00 UTC to 14:30 UTC.",
        "Bob Okafor asks who covers *payments* from 12:00 UTC to 13:00 UTC. The first yes has it; a part helps too.",
        "Bob Okafor said yes, and has *payments* from 12:00 UTC to 13:00 UTC. You have theirs from 14:00 UTC to"
        " 14:30 UTC. What is left still waits for somebody: from 12:00 UTC to 12:30 UTC.",
        "You said yes: you are on call for *payments* from 12:00 UTC to 13:00 UTC. Bob Okafor has yours from 14:00 UTC"
        " to 14:30 UTC.",
        "Bob Okafor said no, so you keep *payments* from 12:00 UTC to 13:00 UTC.",
        "Bob Okafor no longer asks you to swap shifts of *payments*.",
        "📟 Bob Okafor is away: you are on call for *payments* from 12:00 UTC to 13:00 UTC. Bob Okafor is away: you are"
        " not on call for *payments* any more from 14:00 UTC to 14:30 UTC and from 15:00 UTC to 15:30 UTC.",
        "Alice Chen noted that you are away from 12:00 UTC to 13:00 UTC. `/oncall away list` shows your time off.",
        "📟 You are on call for *payments* tomorrow: from 12:00 UTC to 13:00 UTC.",
        "📟 You are on call for *payments* now, until 13:00 UTC.",
        "Your shift of *payments* is over. Bob Okafor has it now.",
        "⚠️ On call will have gaps that you can mend:\n• nobody is on call for *payments* from 12:00 UTC to 12:01 UTC",
        "✅ Mended; this is true no more:\n• nobody is on call for *payments* from 12:00 UTC to 12:01 UTC",
        "⚠️ The posture names what is not there:\n• There is no channel #&lt;!channel&gt; that the bot can see; `SEV1`"
        " names it.\nThe subcommand `audit` says where each stands, and what to do.",
        "✅ Mended; this is true no more:\n• There is no channel #&lt;!channel&gt; that the bot can see; `SEV1`"
        " names it.",
        "⚠️ The on-call spreadsheet is not followed: what was last read without a fault stays in force.\n"
        "• schedule, row 3, end_time: “&lt;!channel&gt;” is before the start",
        "✅ The on-call spreadsheet is followed again.",
        "The post of who is on call is not kept up to date in <#C0PAYMENTS> any more: its message was deleted. To have"
        " it again, type `/oncall post payments` there.",
        "⚠️ The user group @oncall-payments cannot follow who is on call for payments: Slack refuses it"
        " (message_not_found). Ask an admin of the workspace; the subcommand `doctor` tries it again.",
        "✅ The user group @oncall-payments follows who is on call again.",
        "⚠️ *payments* does not follow its source: what was last read without a fault stays in force.\n"
        "• “Night”: nobody here is known as “&lt;!channel&gt;”; add them to the posture or to Slack",
        "✅ *payments* follows its source again.",
    ]


@pytest.mark.parametrize("code", readiness.CODES)
def test_every_gap_is_a_sentence(code: str) -> None:
    assert rota_notes.gap({"code": code, **DATA, "other": "web"}, NOW)


@pytest.mark.parametrize("code", rota_notes.DM_CODES)
def test_names_that_strangers_chose_do_nothing(code: str) -> None:
    gaps = [{"code": one, **EVIL_DATA, "start": AT, "end": AT} for one in readiness.CODES]
    evil = {**EVIL_DATA, **dict.fromkeys(("start", "end", "takes_start", "takes_end"), AT), "gaps": gaps}
    evil["has"] = [[AT, AT + 60]]
    shown = rota_notes.dm(code, evil, NOW)
    assert problems(shown) == []
    assert harmless(shown.text)


@pytest.mark.parametrize("code", rota_codes.CODES)
def test_answers_do_nothing_either(code: str) -> None:
    numbers = dict.fromkeys(("start", "end", "since", "until"), AT) | {"people": 1, "schedules": 1, "overrides": 1}
    assert harmless(rota.changed(Changed(code, EVIL_DATA | numbers), NOW))


def test_a_schedule_and_app_home_of_names_that_strangers_chose_do_nothing() -> None:
    gaps = [replace(one, schedule=EVIL) for one in GAPS]
    shown = schedules.schedule(replace(PAYMENTS, name=EVIL, team=EVIL), HELD, evil_home(EVIL).people, gaps, NOW)
    view = home.home(evil_home(EVIL), NOW)
    assert (problems(shown), view_problems(view)) == ([], [])
    texts = [json.dumps(blocks, ensure_ascii=False) for blocks in (shown.blocks, view["blocks"])]
    assert [harmless(re.sub(r'"value": "(?:[^"\\]|\\.)*"', "", text)) for text in texts] == [True, True]


def test_what_nobody_covers_is_said_between_the_shifts() -> None:
    said = json.dumps(schedules.schedule(PAYMENTS, HELD, {}, (), HELD[0].start).blocks, ensure_ascii=False)
    assert [len(re.findall("⚠️ nobody", said)), said.count("_override_")] == [1, 1]
