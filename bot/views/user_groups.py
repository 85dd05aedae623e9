"""User groups that hold whoever is on call: why one does not follow, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.groups import GroupTrouble
from bot.views.words import escape, one_line, series, strings

_NO_PLAN = ("this workspace's plan has no user groups", "Upgrade it, or take `user_group` out of the posture.")
_NO_SCOPE = (
    "the app lacks a scope for user groups",
    "Put manifest.yaml into the app (it has `usergroups:read` and `usergroups:write`), and install it again.",
)
_NOT_ALL = (
    "Slack takes somebody who is on call into no user group",
    "Guests and people of other workspaces cannot be in one: put a full member on call.",
)
#: Slack's codes: what is the matter, and what to do.
_WHY = {
    "missing_scope": _NO_SCOPE,
    "not_allowed_token_type": _NO_SCOPE,
    "permission_denied": (
        "this workspace lets only some people change user groups, and apps are not among them",
        "An owner allows everyone: Tools & settings, Workspace settings, Permissions, User Groups.",
    ),
    "paid_teams_only": _NO_PLAN,
    "plan_upgrade_required": _NO_PLAN,
    "no_such_subteam": (
        "there is no such user group in Slack",
        "Make it there (People, User groups), or correct `user_group` in the posture.",
    ),
    "invalid_users": _NOT_ALL,
    "failed_for_some_users": _NOT_ALL,
}


def reason(code: str) -> str:
    """What is the matter, in words that follow a colon."""
    return _WHY[code][0] if code in _WHY else f"Slack refuses it ({one_line(code)})"


def fix(code: str) -> str:
    """What to do about it; raw."""
    return _WHY[code][1] if code in _WHY else "Ask an admin of the workspace; the subcommand `doctor` tries it again."


def handle(name: str) -> str:
    """As people know it: `@oncall`; an id stays an id. It mentions nobody."""
    shown = one_line(name)
    return shown if shown[:1].isupper() else f"@{shown}"


def trouble(given: GroupTrouble) -> str:
    """One line beside a schedule; escaped."""
    return escape(f"⚠️ {handle(given.name)} does not follow: {reason(given.code)}. {fix(given.code)}")


def refused(data: Mapping[str, object]) -> str:
    """To admins, once; escaped."""
    name, code = handle(str(data.get("group") or "")), str(data.get("reason") or "")
    schedules = series([one_line(one) for one in strings(data.get("schedules"))]) or "no schedule"
    return escape(f"⚠️ The user group {name} cannot follow who is on call for {schedules}: {reason(code)}. {fix(code)}")


def follows(data: Mapping[str, object]) -> str:
    """To admins, once; escaped."""
    return escape(f"✅ The user group {handle(str(data.get('group') or ''))} follows who is on call again.")
