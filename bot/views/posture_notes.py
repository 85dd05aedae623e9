"""Notes to admins about the posture: what a new one changes, that one is refused, and that it is mended."""

from __future__ import annotations

from collections.abc import Mapping

from bot.views.differing import mrkdwn
from bot.views.message import Message, message, paragraphs, section
from bot.views.words import cut, escape, one_line, strings

_MOST, _LINE = 8, 250

#: By what a posture came, as it is said.
_BY = {"start": "the bot was started with another file", "reload": "its file was changed", "SIGHUP": "SIGHUP was sent"}


def changed(data: Mapping[str, object]) -> Message:
    """What the new one means for people."""
    by = _BY.get(str(data.get("by")), escape(one_line(str(data.get("by")))))
    head = f"📜 Posture {escape(str(data.get('version')))} is in force: {by}. Pages that run keep their policy."
    found = data.get("changes")
    told, _ = paragraphs(mrkdwn(found) if isinstance(found, Mapping) else [], keep="first")
    return message(head, section(head), *told)


def refused(data: Mapping[str, object]) -> Message:
    """Where it is wrong; what was in force stays."""
    errors = strings(data.get("errors"))
    lines = [f"• {escape(cut(one_line(error), _LINE))}" for error in errors[:_MOST]]
    more = data.get("more")
    left = max(0, len(errors) - _MOST) + (more if isinstance(more, int) else 0)
    lines += [f"• and {left} more"] if left > 0 else []
    head = f"⚠️ The changed posture is refused, and posture {escape(str(data.get('version')))} stays in force."
    return message(head, section("\n".join([head, *lines])))


def mended(_: Mapping[str, object]) -> Message:
    text = "✅ The posture can be read again."
    return message(text, section(text))
