"""Standing posts: who is on call now and next, when that changes, and what changes it; and how a post ends.

A post stands for days, so nothing in it may grow stale: every time has its day, which Slack fills in for the reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.domain.oncall import OnCall
from bot.domain.people import Person, PersonId
from bot.domain.standing import EVERY, TEAM, Board, BoardLine, name_of
from bot.views import names, user_groups
from bot.views.message import Block, Message, actions, button, context, header, message, paragraphs, section
from bot.views.origins import ORIGINS
from bot.views.words import channel, count, cut, escape, flat, mention, one_line, passed_over

_BUDGET = 10_000  # characters of lines; forty schedules or so
_APART = 23  # schedules that have two blocks each; of more, each has a line
_NAME = 60  # characters of a person's name
_SCHEDULE = 80  # and of a schedule's or team's: none is longer, and in a command it must be whole


class _Words:
    """How people and times are written: for Slack, or in plain text for where Slack fills nothing in."""

    def __init__(self, people: Mapping[PersonId, Person], *, mentions: bool, plain: bool = False) -> None:
        self._people, self._mentions, self._plain = people, mentions, plain

    def who(self, person_id: PersonId) -> str:
        person = self._people.get(person_id)
        if person is None:
            return "somebody unknown"
        name = mention(person) if self._mentions else flat(cut(one_line(person.name), _NAME))
        return f"{name}{passed_over(person)}"

    def at(self, moment: datetime) -> str:
        said = f"{moment.astimezone(UTC):%a %d %b %Y %H:%M} UTC"
        return said if self._plain else f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} at {{time}}|{said}>"


def board(given: Board, *, quiet: bool = False) -> Message:
    """The post. `quiet`: it names people without mentioning them, which would call them."""
    words = _Words(given.people, mentions=not quiet)
    what = name_of(given.post.about)
    title = f"On call: {'team ' if given.post.about.startswith(TEAM) else ''}{escape(cut(one_line(what), _SCHEDULE))}"
    title = title if what else "On call now"
    if not given.lines:
        return message(title, header(title), section(_missing(given.post.about)), context(_foot(given)))
    blocks = _single(given.lines[0], words) if len(given.lines) == 1 else _several(given, words)
    return message(_fallback(given), header(title), *blocks, context(_foot(given)))


def _single(line: BoardLine, words: _Words) -> list[Block | None]:
    name = line.schedule.name
    buttons = actions(
        button("Hand off", names.SHIFT_HANDOFF, name),
        button("Override", names.SHIFT_OVERRIDE, name),
        button("Ask for cover", names.SHIFT_COVER, name),
    )
    return [
        section("\n".join(_now_and_next(line, words))),
        context(_about(line)),
        buttons if line.schedule.is_active else None,
    ]


def _several(given: Board, words: _Words) -> list[Block]:
    if len(given.lines) <= _APART:
        return [
            block
            for line in given.lines
            for block in (section("\n".join([f"*{_name(line)}*", *_now_and_next(line, words)])), context(_about(line)))
        ]
    close = [f"*{_name(line)}*  {'; '.join(_now_and_next(line, words))}" for line in given.lines]
    blocks, left = paragraphs(close, _BUDGET, keep="first")
    more = [context(f"and {count(left, 'more schedule')}: `/oncall now`")] if left else []
    return [*blocks, *more, context("To change one: `/oncall handoff` or `/oncall override` and its name")]


def _now_and_next(line: BoardLine, words: _Words) -> list[str]:
    if not line.schedule.is_active:
        lines = ["⏸️ Switched off: nobody is on call by it."]
    else:
        lines = [_now(line.answer, words), *_next(line.answer, words)]
    return [*lines, *([user_groups.trouble(line.trouble)] if line.trouble else [])]


def _now(one: OnCall, words: _Words) -> str:
    if one.slot is None:
        return f"*Now* ⚠️ nobody until {words.at(one.following.start)}" if one.following else "*Now* ⚠️ nobody"
    until = f"until {words.at(one.until)}" if one.until else "with no end planned"
    whole = one.slot.is_override and one.until is not None and one.slot.end >= one.until  # it says so until it changes
    return f"*Now* {words.who(one.slot.person_id)} {until}{' (override)' if whole else ''}"


def _next(one: OnCall, words: _Words) -> list[str]:
    following = one.following
    if following is None:
        if one.slot is not None and one.until is None:
            return []
        return ["*Next* ⚠️ nobody is planned"]
    again = " again" if one.slot is not None and one.slot.person_id == following.person_id else ""
    who = f"{words.who(following.person_id)}{again} from {words.at(following.start)}"
    gap = "⚠️ nobody, then " if one.slot is not None and one.until is not None and one.until < following.start else ""
    return [f"*Next* {gap}{who}"]


def _about(line: BoardLine) -> str:
    """Where it comes from, and what changes it."""
    name, place = _name(line), ORIGINS[line.schedule.origin]
    if line.schedule.is_active:
        return f"From {place} · `/oncall {'override' if line.answer.slot is None else 'handoff'} {name}` changes it"
    if line.mended_at_source:
        return f"From {place}, where it is to be switched on"
    return f"From {place} · `/oncall activate {name}` switches it on"


def _name(line: BoardLine) -> str:
    return escape(cut(one_line(line.schedule.name), _SCHEDULE)).replace("`", "ˋ")


def _missing(about: str) -> str:
    if about == EVERY:
        return "⚠️ There is no schedule, so nobody is on call. The posture declares them: see docs/posture.md."
    name = flat(cut(one_line(name_of(about)), _SCHEDULE))
    if about.startswith(TEAM):
        return f"⚠️ The team {name} has no schedule any more. The posture says which a team has."
    return f"⚠️ There is no schedule {name} any more. Where it was declared, it was taken away."


def _foot(given: Board) -> str:
    return f"Edited here whenever it changes, in your own time · `{command(given.post.about)} off` ends it"


def command(about: str) -> str:
    """What is typed for such a post; escaped."""
    name = escape(cut(one_line(name_of(about)), _SCHEDULE)).replace("`", "ˋ")
    return f"/oncall post {'team ' if about.startswith(TEAM) else ''}{name}".strip()


def _fallback(given: Board) -> str:
    """Plain text, for notifications and screen readers."""
    words = _Words(given.people, mentions=False, plain=True)
    lines = [f"{_name(line)}: {'; '.join(_now_and_next(line, words))}" for line in given.lines]
    return "\n".join(["On call", *lines]).replace("*", "")


def ended(about: str) -> Message:
    """In place of a post that was taken down: what it said would grow stale."""
    text = f"Who is on call is not shown here any more. `/oncall now` tells it, `{command(about)}` shows it again."
    return message(text, section(text))


#: Slack's reasons for which a post is over.
_OVER = {
    "message_not_found": "its message was deleted",
    "cant_update_message": "its message cannot be edited",
    "edit_window_closed": "this workspace does not let it be edited so late",
    "is_archived": "the channel is archived",
    "is_inactive": "the channel is archived",
    "not_in_channel": "I am not in the channel. `/invite` me there first",
    "channel_not_found": "I cannot see the channel. `/invite` me there first",
    "restricted_action": "this workspace lets only some people post there",
}


def over(data: Mapping[str, object]) -> str:
    """To whoever asked for it."""
    about, place = str(data.get("about") or ""), channel(str(data.get("channel") or ""))
    code = str(data.get("reason") or "")
    why = _OVER.get(code, f"Slack refuses it ({escape(one_line(code))})")
    done = f"is not kept up to date in {place} any more" if data.get("posted") else f"could not be posted in {place}"
    return f"The post of who is on call {done}: {why}. To have it again, type `{command(about)}` there."
