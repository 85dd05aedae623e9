"""Refusals: an answer of "no" to a person, as a code with data; `bot.views.refusals` words it."""

from __future__ import annotations


class Refusal(Exception):
    """A person asked for something that cannot be done. Nothing was changed.

    `code` names the reason (see CODES); `data` holds what the sentence needs, as plain values.
    """

    def __init__(self, code: str, **data: object) -> None:
        super().__init__(code)
        if code not in CODES:
            raise ValueError(f"unknown refusal code {code!r}")
        self.code = code
        self.data = data


#: Every reason there is, with the data its sentence needs. A test holds the views to this table.
CODES: dict[str, tuple[str, ...]] = {
    "no_such_incident": ("number",),
    "no_incident_here": (),
    "already_resolved": ("number", "closed_as", "by"),
    "not_resolved": ("number",),
    "title_missing": (),
    "title_too_long": ("limit", "length"),
    "text_missing": ("what",),
    "text_too_long": ("what", "limit", "length"),
    "unknown_severity": ("given", "known"),
    "unknown_service": ("given", "known"),
    "unknown_status": ("given", "known"),
    "unknown_role": ("given", "known"),
    "unknown_person": ("given",),
    "same_severity": ("severity",),
    "same_status": ("status",),
    "read_only": ("who",),
    "not_allowed": ("verb", "who_can"),
    "not_paged": ("number",),
    "nothing_acked": ("number",),
    "no_run": ("number",),
    "nobody_to_page": ("person",),
    "unfit": ("person", "role", "why"),  # role: "" for the assignment; why: left, guest or outsider
    "is_a_bot": ("name",),
    "unknown_target": ("given", "nearest"),  # nearest: the name that was probably meant, or ""
    "target_unclear": ("given", "kinds"),
    "no_such_tier": ("given", "tiers"),
    "role_taken": ("role", "holder"),
    "role_not_held": ("role",),
    "reason_missing": ("verb",),
    "no_postmortem": ("number",),
    "no_reminder": (),
    "changed_meanwhile": ("number",),
    "unknown_notifier": ("given", "known"),
    "rule_delay": ("limit",),  # minutes
    "rules_reach_nobody": ("urgency", "by"),  # none of the rules can reach this person; by: notifiers that can
    "not_a_phone": ("given",),
    "not_a_mailbox": ("given",),
    "address_taken": ("kind",),  # somebody else is paged there
    "way_not_configured": ("kind",),  # no way to send a code to an address of this kind
    "too_many_codes": ("minutes",),  # until another may be asked for
    "no_code": (),  # nothing waits to be verified, or its time is over
    "wrong_code": ("left",),  # tries
    "no_own_address": ("kind",),
    "last_way": ("kind",),
    "too_many_tests": (),
    "unknown_schedule": ("given", "nearest"),  # nearest: the name that was probably meant, or ""
    "unknown_team": ("given", "nearest"),  # or one without schedules
    "post_needs_channel": (),
    "no_post_here": (),
    "schedule_inactive": ("schedule",),
    "same_activity": ("schedule", "active"),
    "comes_from": ("schedule", "origin"),  # where it is declared: an edit here would be overwritten
    "admins_only": (),
    "not_your_shift": ("schedule", "who_can"),  # who_can: names of those who hold it
    "nobody_on_call": ("schedule",),
    "already_on_call": ("schedule", "person"),
    "cannot_cover": ("person",),
    "bad_interval": ("why",),  # backwards, past, too_far, outside, weeks
    "no_such_override": (),
    "no_such_shift": ("schedule",),
    "bad_schedule_name": ("given",),
    "schedule_exists": ("schedule",),
    "bad_hours": ("given",),
    "unknown_zone": ("given",),
    "no_members": (),
    "nothing_to_swap": ("schedule", "mine"),  # mine: whether there is a shift of one's own
    "no_such_swap": (),
    "already_away": ("person",),
    "no_such_absence": (),
    "not_your_time": ("person",),
    "swap_over": ("state",),  # accepted, declined, withdrawn, lapsed
    "not_asked": ("who_can",),
    "shift_changed": ("schedule",),
}
