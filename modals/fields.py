"""Which input of a form a refusal is about, so that its sentence stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.refusals import Refusal
from bot.views import names

_FIELDS: dict[str, str] = {
    "title_missing": names.IN_TITLE,
    "title_too_long": names.IN_TITLE,
    "unknown_severity": names.IN_SEVERITY,
    "same_severity": names.IN_SEVERITY,
    "unknown_service": names.IN_SERVICE,
    "unknown_status": names.IN_STATUS,
    "same_status": names.IN_STATUS,
    "unknown_role": names.IN_ROLE,
    "role_taken": names.IN_ROLE,
    "unknown_person": names.IN_PERSON,
    "unfit": names.IN_PERSON,
    "is_a_bot": names.IN_PERSON,
    "nobody_to_page": names.IN_PERSON,
    "reason_missing": names.IN_REASON,
    "text_missing": names.IN_TEXT,
    "text_too_long": names.IN_TEXT,
    "not_a_phone": names.IN_ADDRESS,
    "not_a_mailbox": names.IN_ADDRESS,
    "no_code": names.IN_CODE,
    "wrong_code": names.IN_CODE,
    "bad_schedule_name": names.IN_NAME,
    "schedule_exists": names.IN_NAME,
    "unknown_zone": names.IN_ZONE,
    "no_members": names.IN_MEMBERS,
    "unknown_schedule": names.IN_SCHEDULE,
    "schedule_inactive": names.IN_SCHEDULE,
    "nobody_on_call": names.IN_SCHEDULE,
    "not_your_shift": names.IN_SCHEDULE,
    "already_on_call": names.IN_PERSON,
    "cannot_cover": names.IN_PERSON,
    "bad_interval": names.IN_END,
    "no_such_shift": names.IN_THEIRS,
}


def field_of(no: Refusal, view: Mapping[str, Any]) -> str:
    """The block id of the input it is about where the form has it, else of the first input."""
    inputs = inputs_of(view)
    wanted = names.IN_DESCRIPTION if no.data.get("what") == "description" else _FIELDS.get(no.code, "")
    return wanted if wanted in inputs else inputs[0]


def inputs_of(view: Mapping[str, Any]) -> list[str]:
    """The block ids of the inputs, in order. Every form of ours has one at least."""
    return [str(block["block_id"]) for block in view["blocks"] if block["type"] == "input"]
