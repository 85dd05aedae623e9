"""Forms read what was entered as it was meant, and say beside each input what is wrong with it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from bot.domain.oncall import ActiveHours
from bot.domain.refusals import Refusal
from bot.domain.rules import Rule
from bot.domain.severity import Urgency
from bot.views import names
from modals import (
    assign,
    away,
    cancel,
    code,
    contact,
    cover,
    declare,
    escalate,
    handoff,
    note,
    override,
    part,
    reopen,
    resolve,
    role,
    rules,
    schedule,
    severity,
    swap,
    update,
)
from modals.fields import field_of
from modals.modal import QUOTE_LIMIT, Modal, Opened, Quote, Values, read_opened
from modals.registry import MODALS


def entered(**values: Any) -> Values:
    """State as Slack sends it: texts, `=choice`, `@person`, `#seconds`, lists of ticked boxes."""
    return Values({"values": {block: {names.INPUT: _state(value)} for block, value in values.items()}})


def _state(value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        return {"type": "checkboxes", "selected_options": [{"value": one} for one in value]}
    if isinstance(value, tuple):
        return {"type": "multi_users_select", "selected_users": list(value)}
    if isinstance(value, time):
        return {"type": "timepicker", "selected_time": f"{value:%H:%M}"}
    if value is None:
        return {"type": "plain_text_input", "value": None}
    if value.startswith("="):
        return {"type": "static_select", "selected_option": {"value": value[1:]}}
    if value.startswith("#"):
        return {"type": "datetimepicker", "selected_date_time": int(value[1:])}
    if value.startswith("@"):
        return {"type": "users_select", "selected_user": value[1:]}
    return {"type": "plain_text_input", "value": value}


READ: list[tuple[Modal[Any], dict[str, Any], object]] = [
    (
        declare.MODAL,
        {"title": " it is slow ", "severity": "=SEV1", "service": "=payments", "page": "=yes", "private": ["private"]},
        declare.Form("it is slow", "SEV1", "payments", "", True, True),
    ),
    (
        declare.MODAL,
        {"title": "x", "severity": "=SEV2", "description": "more", "page": "=rule", "private": []},
        declare.Form("x", "SEV2", None, "more", None, False),
    ),
    (declare.MODAL, {"title": "x", "page": "=no"}, declare.Form("x", "", None, "", False, False)),
    (update.MODAL, {"text": "so far", "status": "=unchanged"}, update.Form("so far", None)),
    (update.MODAL, {"text": "so far", "status": "=monitoring"}, update.Form("so far", "monitoring")),
    (severity.MODAL, {"severity": "=SEV1", "reason": None}, severity.Form("SEV1", "")),
    (assign.MODAL, {"person": "@U1"}, assign.Form("U1")),
    (role.MODAL, {"role": "=commander", "person": "@U1"}, role.Form("commander", "U1")),
    (resolve.MODAL, {"text": "rolled back"}, resolve.Form("rolled back")),
    (cancel.MODAL, {"reason": "a test"}, cancel.Form("a test")),
    (reopen.MODAL, {"reason": "it is back"}, reopen.Form("it is back")),
    (note.MODAL, {"text": "line\nline"}, note.Form("line\nline")),
    (escalate.MODAL, {"tier": "=next"}, escalate.Form(None)),
    (escalate.MODAL, {"tier": "=2"}, escalate.Form(2)),
    (
        rules.MODAL,
        {"rule_high_slack": "=0", "rule_high_voice": "=2", "rule_high_sms": "=no", "rule_low_email": "=10"},
        rules.Form(
            {
                Urgency.HIGH: [Rule("slack"), Rule("voice", timedelta(minutes=2))],
                Urgency.LOW: [Rule("email", timedelta(minutes=10))],
            }
        ),
    ),
    (contact.MODAL, {"address": " +49 151 23456789 "}, contact.Form("+49 151 23456789")),
    (code.MODAL, {"code": " 123 456 "}, code.Form("123 456")),
]

_SHIFT = {"schedule": "=payments", "start": "#1795143600", "end": "#1795147200"}
_FROM, _TO = datetime(2026, 11, 20, 3, 0, tzinfo=UTC), datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
READ += [
    (override.MODAL, {**_SHIFT, "person": "@U0BOB"}, override.Form("payments", "U0BOB", _FROM, _TO)),
    (handoff.MODAL, {"schedule": "=payments", "person": "@U0BOB"}, handoff.Form("payments", "U0BOB", None)),
    (
        handoff.MODAL,
        {"schedule": "=payments", "person": "@U0BOB", "start": "#1795143600"},
        handoff.Form("payments", "U0BOB", _FROM),
    ),
    (swap.MODAL, {"mine": "=1795143600", "theirs": "=1795147200"}, swap.Form(_FROM, _TO)),
    (cover.MODAL, _SHIFT, cover.Form("payments", _FROM, _TO)),
    (away.MODAL, {**_SHIFT, "person": "@U0BOB"}, away.Form("U0BOB", _FROM, _TO)),
    (
        schedule.MODAL,
        {
            "name": "Night-Shift",
            "members": ("U0BOB", "U0ALICE"),
            "period": "=14",
            "weekday": "=1",
            "clock": time(18),
            "zone": "Europe/Berlin",
            "hours": "weekends 09:00-18:00",
            "team": "=payments",
        },
        schedule.Form(
            "night-shift",
            ("U0BOB", "U0ALICE"),
            timedelta(days=14),
            1,
            time(18),
            "Europe/Berlin",
            ActiveHours(time(9), time(18), frozenset({5, 6})),
            "payments",
        ),
    ),
    (part.MODAL, {"start": "#1795143600", "end": "#1795147200"}, part.Form(_FROM, _TO)),
]

WRONG: list[tuple[Modal[Any], dict[str, Any], dict[str, str]]] = [
    (declare.MODAL, {"title": "  "}, {"title": "title_missing"}),
    (update.MODAL, {"text": " "}, {"text": "text_missing"}),
    (assign.MODAL, {}, {"person": "unknown_person"}),
    (role.MODAL, {"role": "=commander"}, {"person": "unknown_person"}),
    (resolve.MODAL, {"text": "\n"}, {"text": "text_missing"}),
    (cancel.MODAL, {"reason": None}, {"reason": "reason_missing"}),
    (reopen.MODAL, {"reason": ""}, {"reason": "reason_missing"}),
    (note.MODAL, {"text": " "}, {"text": "text_missing"}),
    (contact.MODAL, {"address": " "}, {"address": "not_a_phone"}),
    (code.MODAL, {"code": ""}, {"code": "text_missing"}),
    (override.MODAL, {}, {"person": "unknown_person", "end": "bad_interval"}),
    (override.MODAL, {**_SHIFT, "person": "@U0BOB", "end": "#1795143600"}, {"end": "bad_interval"}),
    (handoff.MODAL, {}, {"person": "unknown_person"}),
    (swap.MODAL, {}, {"theirs": "no_such_shift"}),
    (cover.MODAL, {**_SHIFT, "end": "#1795143600"}, {"end": "bad_interval"}),
    (away.MODAL, {}, {"person": "unknown_person", "end": "bad_interval"}),
    (part.MODAL, {}, {"end": "bad_interval"}),
    (
        schedule.MODAL,
        {"name": "the night", "zone": "Berlin", "hours": "at night", "team": "=-"},
        {"name": "bad_schedule_name", "members": "no_members", "zone": "unknown_zone", "hours": "bad_hours"},
    ),
]


@pytest.mark.parametrize(("modal", "values", "form"), READ)
def test_a_form_reads_what_was_entered(modal: Modal[Any], values: dict[str, Any], form: object) -> None:
    assert modal.read(entered(**values)) == form


@pytest.mark.parametrize(("modal", "values", "codes"), WRONG)
def test_what_is_wrong_stands_beside_its_input(
    modal: Modal[Any], values: dict[str, Any], codes: dict[str, str]
) -> None:
    errors = modal.read(entered(**values))
    assert {block: no.code for block, no in errors.items()} == codes


def test_every_form_is_tried() -> None:
    assert {modal.callback_id for modal, _, _ in READ} == set(MODALS)


@pytest.mark.parametrize(
    ("no", "inputs", "field"),
    [
        (Refusal("unknown_severity", given="x", known=[]), ["title", "severity"], "severity"),
        (Refusal("text_too_long", what="description", limit=1, length=2), ["title", "description"], "description"),
        (Refusal("text_too_long", what="note", limit=1, length=2), ["text"], "text"),
        (Refusal("role_taken", role="commander", holder="Bob"), ["role", "person"], "role"),
        (Refusal("already_resolved", number=1, closed_as="", by=""), ["text", "status"], "text"),
        (Refusal("same_severity", severity="SEV1"), ["text"], "text"),
        (Refusal("not_your_shift", schedule="web", who_can=[]), ["schedule", "person"], "schedule"),
        (Refusal("cannot_cover", person="Bob"), ["schedule", "person"], "person"),
        (Refusal("bad_interval", why="past"), ["schedule", "start", "end"], "end"),
        (Refusal("wrong_code", left=2), ["code"], "code"),
        (Refusal("not_a_mailbox", given="x"), ["address"], "address"),
        (Refusal("rules_reach_nobody", urgency="low", by=[]), ["rule_high_slack", "rule_low_slack"], "rule_high_slack"),
    ],
)
def test_a_refusal_goes_to_the_input_it_is_about_or_the_first(no: Refusal, inputs: list[str], field: str) -> None:
    blocks = [{"type": "context"}, *({"type": "input", "block_id": one} for one in inputs)]
    assert field_of(no, {"blocks": blocks}) == field


def test_a_form_remembers_where_it_was_opened() -> None:
    quote = Quote('"' * QUOTE_LIMIT, "https://acme.slack.com/archives/C1/p1", "U1", "1795143900.000100")
    for opened in (Opened(), Opened(42, "C1"), Opened(None, "C1", quote), Opened(schedule="web")):
        written = opened.write()
        assert (len(written) <= 3000, read_opened(written)) == (True, opened)


@pytest.mark.parametrize("metadata", ["", "42", "[]", "{", '"x"'])
def test_metadata_of_somebody_else_is_no_form_of_ours(metadata: str) -> None:
    with pytest.raises(ValueError):
        read_opened(metadata)
