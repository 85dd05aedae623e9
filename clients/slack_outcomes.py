"""What each of Slack's answers means for the work that asked: the one table of codes and statuses.

Slack documents `internal_error` and `fatal_error` as possibly having done part of the work; a refusal
(`ok: false` with any other code) did nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final

from bot.domain.delivery import Later, Never, Unknown
from clients.faults import Failure

LONGEST_WAIT: Final = timedelta(hours=1)


class Meaning(StrEnum):
    LATER = "later"
    MENDABLE = "mendable"  # later, and loudly: an operator can mend token, scopes or network rules
    UNKNOWN = "unknown"
    NEVER = "never"


_LATER = (
    "ratelimited", "rate_limited", "message_limit_exceeded", "service_unavailable", "request_timeout",
    "team_added_to_org",
)  # fmt: skip
_MENDABLE = (
    "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope",
    "not_allowed_token_type", "no_permission", "org_login_required", "ekm_access_denied", "accesslimited",
    "access_denied", "team_access_not_granted",
)  # fmt: skip
_UNKNOWN = ("internal_error", "fatal_error")
_NEVER = (
    "channel_not_found", "is_archived", "not_in_channel", "user_disabled", "user_not_found", "users_not_found",
    "restricted_action", "name_taken", "already_in_channel", "cant_invite_self", "cant_invite", "already_pinned",
    "already_reacted", "already_archived", "not_archived", "message_not_found", "cant_update_message",
    "edit_window_closed", "msg_too_long", "msg_blocks_too_long", "no_text", "invalid_blocks", "invalid_arguments",
    "invalid_name", "invalid_name_specials", "method_not_supported_for_channel_type", "cannot_dm_bot",
    "messages_tab_disabled", "user_is_restricted", "expired_trigger_id", "exchanged_trigger_id",
)  # fmt: skip

#: Codes whose meaning was looked at. A code that is not here is a refusal too: never.
CODES: Final[Mapping[str, Meaning]] = {
    **dict.fromkeys(_LATER, Meaning.LATER),
    **dict.fromkeys(_MENDABLE, Meaning.MENDABLE),
    **dict.fromkeys(_UNKNOWN, Meaning.UNKNOWN),
    **dict.fromkeys(_NEVER, Meaning.NEVER),
}

#: Answers without a code: by HTTP status. 503 is given before the work is taken, by Slack and by gateways.
STATUSES: Final[Mapping[int, Meaning]] = {
    200: Meaning.UNKNOWN,  # a body that is no answer of Slack's
    429: Meaning.LATER,
    500: Meaning.UNKNOWN,
    502: Meaning.UNKNOWN,
    503: Meaning.LATER,
    504: Meaning.UNKNOWN,
}


def meaning_of(status: int, code: str | None) -> Meaning:
    """The code decides where there is one; a 4xx without a code came from something in between."""
    if code is not None and status != 429:
        return CODES.get(code, Meaning.NEVER)
    return STATUSES.get(status, Meaning.MENDABLE if 300 <= status < 500 else Meaning.UNKNOWN)


def failure(status: int, code: str | None, retry_after: str | None) -> Failure:
    """The outcome of an answer that is not `ok`. `retry_after` is the header's text, in seconds."""
    reason = code or ("an answer that is not Slack's" if status == 200 else f"http {status}")
    match meaning_of(status, code):
        case Meaning.LATER:
            return Later(wait_of(retry_after), reason)
        case Meaning.MENDABLE:
            return Later(reason=reason)
        case Meaning.UNKNOWN:
            return Unknown(reason)
        case Meaning.NEVER:
            return Never(reason)


def wait_of(header: str | None) -> timedelta | None:
    """Retry-After in seconds; None when it is absent or no number."""
    try:
        seconds = float(header or "")
    except ValueError:
        return None
    if not 0 <= seconds < float("inf"):
        return None
    return min(timedelta(seconds=min(seconds, 1e6)), LONGEST_WAIT)
