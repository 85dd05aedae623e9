"""Every code, kind and effect that exists is worded; every name is unique and can be read back."""

from __future__ import annotations

import pytest
from views_scene import EVERY_KIND, NOW, PAGING, PEOPLE

from bot.domain import answers as answer_codes
from bot.domain import own as own_codes
from bot.domain import refusals as refusal_codes
from bot.domain.delivery import Effect
from bot.domain.incident import Role
from bot.domain.reminders import Reminder
from bot.domain.timeline import TOLD, Kind
from bot.views import (
    answers,
    facts,
    helptext,
    names,
    notes,
    oncall_help,
    own,
    refusals,
    rooms,
    situation,
    texts,
    troubles,
)
from commands.lines import Verb
from commands.oncall_lines import OncallVerb
from commands.parser import CODES as MISREAD


def test_every_kind_of_fact_has_a_sign_and_a_sentence() -> None:
    assert {event.kind for event in EVERY_KIND} == set(Kind)
    assert set(facts.SIGNS) == set(Kind)
    assert [event.kind for event in EVERY_KIND if not facts.headline(event, PEOPLE)] == []


def test_the_room_is_told_exactly_the_facts_that_are_to_be_told() -> None:
    assert {event.kind for event in EVERY_KIND if rooms.told(event, PAGING, NOW) is not None} == set(TOLD)


def test_every_answer_and_refusal_is_worded() -> None:
    assert set(answers._WORDS) == set(answer_codes.CODES)
    assert set(refusals._WORDS) == set(refusal_codes.CODES)
    assert set(own._DONE) == set(own_codes.CODES)


def test_every_effect_reminder_and_role_is_worded() -> None:
    assert set(troubles.STEPS) == set(Effect)
    assert set(situation.REMINDERS) == {one.value for one in Reminder}
    assert set(texts.CHECKLISTS) == {one.value for one in Role}
    assert set(texts.DM_CODES) == set(texts._DMS)
    assert set(texts.SMS_CODES) == set(texts._SMS)
    assert set(notes.DM_CODES) == set(notes._DMS)
    assert set(notes.SMS_CODES) == set(notes._SMS)
    assert set(notes.MAIL_CODES) == set(notes._MAILS)


def test_help_knows_every_command_once() -> None:
    grouped = [command for _, commands in helptext.GROUPS for command in commands]
    assert sorted([*grouped, "help"]) == sorted(verb.value for verb in Verb)
    assert set(helptext.COMMANDS) == {verb.value for verb in Verb}
    assert set(oncall_help.COMMANDS) == {verb.value for verb in OncallVerb}
    assert [one for _, some in oncall_help.GROUPS for one in some] == list(oncall_help.COMMANDS)


@pytest.mark.parametrize("code", MISREAD)
def test_every_line_that_cannot_be_read_is_answered_with_what_to_do(code: str) -> None:
    said = helptext.misread(code, {"given": "zz", "verb": "assign", "nearest": "assign"})
    assert ("zz" in said, "`/incident " in said) == ("given" in MISREAD[code], True)


def test_an_unknown_command_is_answered_with_the_nearest() -> None:
    assert helptext.unknown_command("esclate", "escalate") == (
        "There is no command “esclate”. Did you mean `/incident escalate [tier 2]`?"
    )
    assert helptext.unknown_command("qqq") == "There is no command “qqq”. `/incident help` lists them all."


def test_ids_are_unique_among_their_own() -> None:
    pressed = names.BUTTONS + names.LINKS + names.OWN + names.SHIFTS + names.SWAPS + names.AWAY
    for ids in ((*pressed, names.SNOOZE, names.MORE, names.SHIFT_REMOVE), names.FORMS):
        assert len(set(ids)) == len(ids)


def test_values_are_read_back() -> None:
    assert [names.read_value(names.value(42)), names.read_value(names.value(42, 17))] == [(42, None), (42, 17)]
    assert names.read_choice(names.choice(names.NOTE, 42, 17)) == (names.NOTE, "42:17")
    assert names.read_snooze(names.snooze_value(42, "update", 30)) == (42, "update", 30)


@pytest.mark.parametrize("text", ["", "x", "42:", "42:x", ":1"])
def test_a_value_of_somebody_elses_is_refused(text: str) -> None:
    for read in (names.read_value, names.read_choice, names.read_snooze):
        with pytest.raises(ValueError):
            read(text)


def test_an_unknown_reason_is_shown_as_it_is() -> None:
    assert troubles.reason("not_in_channel") == "the bot is not in that channel; invite it there"
    assert troubles.reason("slack: is_archived") == "the channel is archived; unarchive it"
    assert troubles.reason("something new") == "something new"
    assert troubles.reason("") == "no reason was given"
    assert troubles.step("something.new") == "something.new"
