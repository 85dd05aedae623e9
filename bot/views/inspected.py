"""What the world lacks of a posture, as sentences: for `tocsin audit`, and for admins at night."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.domain.inspection import CODES, Lack
from bot.views.user_groups import handle
from bot.views.words import escape, one_line

_MOST = 12
_SENTENCES: dict[str, Callable[[Lack], str]] = {
    "INC401": lambda lack: f"`{lack.name}` is deactivated in Slack.",
    "INC402": lambda lack: f"`{lack.name}` ({lack.given}) is not in this Slack workspace.",
    "INC403": lambda lack: f"`{lack.name}` has no phone: no SMS and no call reaches them.",
    "INC404": lambda lack: f"`{lack.name}` has no email address: no mail reaches them.",
    "INC405": lambda lack: f"`{lack.name}` added a new {_kind(lack)} and never verified it.",
    "INC406": lambda lack: f"There is no user group {handle(lack.given)} in use in Slack; `{lack.name}` names it.",
    "INC407": lambda lack: f"There is no channel {_channel(lack)} that the bot can see; {_whose(lack)}.",
    "INC408": lambda lack: f"The spreadsheet is in the way: {lack.given}.",
    "INC409": lambda lack: f"Nobody is on call by `{lack.name}`{lack.given}.",
}


def message(lack: Lack) -> str:
    """One sentence, raw."""
    return one_line(_SENTENCES[lack.code](lack))


def fix(lack: Lack) -> str:
    """What to do about it, raw."""
    return CODES[lack.code][1]


def _kind(lack: Lack) -> str:
    return {"phone": "phone number", "email": "email address"}.get(lack.given, lack.given)


def _channel(lack: Lack) -> str:
    """By its name; a standing post knows only the id."""
    return lack.given if not lack.section else f"#{lack.given}"


def _whose(lack: Lack) -> str:
    return f"`{lack.name}` names it" if lack.section else "a standing post is in it"


def note(head: str, todo: str = "") -> Callable[[Mapping[str, object], datetime], str]:
    """To admins, with what each lack means; escaped."""

    def words(data: Mapping[str, object], _: datetime) -> str:
        found = data.get("lacks")
        given = [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
        lacks = [Lack(*(str(one.get(key) or "") for key in ("code", "section", "name", "given"))) for one in given]
        known = [lack for lack in lacks if lack.code in _SENTENCES]
        lines = [f"• {escape(message(lack))}" for lack in known[:_MOST]]
        more = [f"• and {len(known) - _MOST} more"] if len(known) > _MOST else []
        return "\n".join([head, *lines, *more, *([todo] if todo else [])])

    return words
