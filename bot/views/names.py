"""The names that views and listeners share: action, callback and block ids, and how values are encoded.

A button's value is `<incident number>` or, on a page, `<incident number>:<page id>`. A choice of an overflow
menu is `<action id>|<value>`. A choice of the snooze menu is `<incident number>:<reminder>:<minutes>`.
"""

from __future__ import annotations

from typing import Final

ACK: Final = "ack"
DECLINE: Final = "decline"
TAKE: Final = "take"
ESCALATE: Final = "escalate"  # opens the escalate form
UPDATE: Final = "update"  # opens the update form
RESOLVE: Final = "resolve"  # opens the resolve form
REOPEN: Final = "reopen"  # opens the reopen form
CANCEL: Final = "cancel"  # opens the cancel form
SEVERITY: Final = "severity"  # opens the severity form
ASSIGN: Final = "assign"  # opens the assign form
ROLE: Final = "role"  # opens the role form
NOTE: Final = "note"  # opens the note form
DECLARE: Final = "declare"  # opens the declare form
NOTIFY_AGAIN: Final = "notify_again"
VOLUNTEER: Final = "volunteer"
JOIN: Final = "join"
WHY: Final = "why"
TIMELINE: Final = "timeline"
DETAILS: Final = "details"
POSTMORTEM: Final = "postmortem"

SNOOZE: Final = "snooze"  # a menu: 30, 60 or 90 minutes, or stop (0)
MORE: Final = "more"  # an overflow menu of the actions above

LINK_RUNBOOK: Final = "link_runbook"
LINK_ROOM: Final = "link_room"
LINK_SOURCE: Final = "link_source"

#: Buttons whose value is `number` or `number:page`.
BUTTONS: Final = (
    ACK, DECLINE, TAKE, ESCALATE, UPDATE, RESOLVE, REOPEN, CANCEL, SEVERITY, ASSIGN, ROLE, NOTE, DECLARE,
    NOTIFY_AGAIN, VOLUNTEER, JOIN, WHY, TIMELINE, DETAILS, POSTMORTEM,
)  # fmt: skip

#: Buttons that only open an address: Slack reports the press, and it must be acked.
LINKS: Final = (LINK_RUNBOOK, LINK_ROOM, LINK_SOURCE)

#: Buttons about oneself; without a value.
OWN_RULES: Final = "own_rules"  # opens the form of one's rules
OWN_CONTACT: Final = "own_contact"  # opens the form that asks for an address
OWN_CODE: Final = "own_code"  # opens the form that takes its code
OWN_TEST: Final = "own_test"
OWN_REMOVE_PHONE: Final = "own_remove_phone"
OWN_REMOVE_EMAIL: Final = "own_remove_email"

OWN: Final = (OWN_RULES, OWN_CONTACT, OWN_CODE, OWN_TEST, OWN_REMOVE_PHONE, OWN_REMOVE_EMAIL)

#: Buttons about a request to swap or cover; their value is the request's id.
SWAP_ACCEPT: Final = "swap_accept"
SWAP_DECLINE: Final = "swap_decline"
SWAP_WITHDRAW: Final = "swap_withdraw"
SWAP_PART: Final = "swap_part"  # opens the form that takes a part of a cover

SWAPS: Final = (SWAP_ACCEPT, SWAP_DECLINE, SWAP_WITHDRAW, SWAP_PART)

#: Buttons that open a form about a schedule; their value is its name. The menu's is an override's id.
SHIFT_OVERRIDE: Final = "shift_override"
SHIFT_HANDOFF: Final = "shift_handoff"
SHIFT_SWAP: Final = "shift_swap"
SHIFT_COVER: Final = "shift_cover"
SHIFT_REMOVE: Final = "shift_remove"  # a menu

SHIFTS: Final = (SHIFT_OVERRIDE, SHIFT_HANDOFF, SHIFT_SWAP, SHIFT_COVER)

#: Buttons about time off: AWAY_BACK's value is what is taken back.
AWAY_TELL: Final = "away_tell"  # opens the form
AWAY_BACK: Final = "away_back"

AWAY: Final = (AWAY_TELL, AWAY_BACK)

#: Callback ids of the forms.
FORM_DECLARE: Final = "declare_form"
FORM_UPDATE: Final = "update_form"
FORM_SEVERITY: Final = "severity_form"
FORM_ASSIGN: Final = "assign_form"
FORM_ROLE: Final = "role_form"
FORM_RESOLVE: Final = "resolve_form"
FORM_CANCEL: Final = "cancel_form"
FORM_REOPEN: Final = "reopen_form"
FORM_NOTE: Final = "note_form"
FORM_ESCALATE: Final = "escalate_form"
FORM_RULES: Final = "rules_form"
FORM_CONTACT: Final = "contact_form"
FORM_CODE: Final = "code_form"
FORM_OVERRIDE: Final = "override_form"
FORM_HANDOFF: Final = "handoff_form"
FORM_SWAP: Final = "swap_form"
FORM_COVER: Final = "cover_form"
FORM_PART: Final = "part_form"
FORM_SCHEDULE: Final = "schedule_form"
FORM_AWAY: Final = "away_form"

FORMS: Final = (
    FORM_DECLARE, FORM_UPDATE, FORM_SEVERITY, FORM_ASSIGN, FORM_ROLE, FORM_RESOLVE, FORM_CANCEL, FORM_REOPEN,
    FORM_NOTE, FORM_ESCALATE, FORM_RULES, FORM_CONTACT, FORM_CODE, FORM_OVERRIDE, FORM_HANDOFF, FORM_SWAP,
    FORM_COVER, FORM_PART, FORM_SCHEDULE, FORM_AWAY,
)  # fmt: skip

#: Callback ids of the shortcuts in manifest.yaml.
SHORTCUT_DECLARE: Final = "declare_incident"
SHORTCUT_DECLARE_MESSAGE: Final = "declare_incident_from_message"

#: Every input has this action id, so that it is read as `values[block id][INPUT]`.
INPUT: Final = "value"

#: Block ids of the inputs, one a question.
IN_TITLE: Final = "title"
IN_SEVERITY: Final = "severity"
IN_SERVICE: Final = "service"
IN_DESCRIPTION: Final = "description"
IN_PAGE: Final = "page"
IN_PRIVATE: Final = "private"
IN_TEXT: Final = "text"
IN_STATUS: Final = "status"
IN_REASON: Final = "reason"
IN_PERSON: Final = "person"
IN_ROLE: Final = "role"
IN_TIER: Final = "tier"
IN_ADDRESS: Final = "address"
IN_CODE: Final = "code"
IN_SCHEDULE: Final = "schedule"
IN_START: Final = "start"
IN_END: Final = "end"
IN_MINE: Final = "mine"
IN_THEIRS: Final = "theirs"
IN_NAME: Final = "name"
IN_MEMBERS: Final = "members"
IN_PERIOD: Final = "period"
IN_WEEKDAY: Final = "weekday"
IN_CLOCK: Final = "clock"
IN_ZONE: Final = "zone"
IN_HOURS: Final = "hours"
IN_TEAM: Final = "team"

#: The choice of IN_TEAM that is none: no team is called so.
NO_TEAM: Final = "-"

#: The choice that leaves a notifier out of one's rules; the others are minutes.
NOT_USED: Final = "no"

#: Choices of IN_PAGE.
PAGE_RULE: Final = "rule"  # as the severity says
PAGE_YES: Final = "yes"
PAGE_NO: Final = "no"

#: The only choice of IN_PRIVATE.
PRIVATE_YES: Final = "private"

#: The choice of IN_STATUS that leaves the status as it is, and of IN_TIER that means the step that is due.
UNCHANGED: Final = "unchanged"
NEXT_TIER: Final = "next"


def value(number: int, page_id: int | None = None) -> str:
    """A button's value."""
    return f"{number}" if page_id is None else f"{number}:{page_id}"


def read_value(text: str) -> tuple[int, int | None]:
    """The inverse of `value`; ValueError when it is none of ours."""
    number, found, page = text.partition(":")
    return int(number), int(page) if found else None


def choice(action_id: str, number: int, page_id: int | None = None) -> str:
    """The value of one entry of an overflow menu."""
    return f"{action_id}|{value(number, page_id)}"


def read_choice(text: str) -> tuple[str, str]:
    """The action id and the button value that an overflow entry stands for; ValueError when it is none of ours."""
    action_id, found, rest = text.partition("|")
    if not found or action_id not in BUTTONS:
        raise ValueError(f"no such choice: {text!r}")
    return action_id, rest


def rule_block(urgency: str, notifier: str) -> str:
    """The block id of the question when a notifier goes."""
    return f"rule_{urgency}_{notifier}"


def snooze_value(number: int, reminder: str, minutes: int) -> str:
    """The value of one entry of the snooze menu; 0 minutes stop the reminder."""
    return f"{number}:{reminder}:{minutes}"


def read_snooze(text: str) -> tuple[int, str, int]:
    """Incident number, reminder and minutes; ValueError when it is none of ours."""
    number, reminder, minutes = text.split(":")
    return int(number), reminder, int(minutes)
