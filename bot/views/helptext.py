"""`/incident help`: every command, grouped and short; and what to say to a line that cannot be read."""

from __future__ import annotations

from collections.abc import Mapping

from bot.views import names
from bot.views.message import Message, actions, button, context, header, message, section
from bot.views.words import cut, escape, one_line

#: Command → what may follow it, and what it does. The order is the order of the help.
COMMANDS: dict[str, tuple[str, str]] = {
    "declare": ("[sev2] [service] title", "Declare an incident. Without a title a form opens."),
    "drill": ("[service] [sev1]", "Practice: page on call for real. Everything says DRILL, and it is scored."),
    "list": ("", "What is open."),
    "show": ("", "One incident in detail, with every delivery of its pages."),
    "ack": ("", "You have it: nobody else is paged."),
    "take": ("", "Assign it to yourself and ack."),
    "decline": ("", "You cannot: the next person is paged at once."),
    "unack": ("[reason]", "Give your ack back: paging goes on."),
    "escalate": ("[tier 2]", "Page the next tier, or a chosen one, now."),
    "page": ("@person | schedule | policy", "Page somebody beside the policy, again and again until they answer."),
    "notify": ("", "Page the people of this tier once more."),
    "assign": ("@person", "Hand it to somebody, who is paged."),
    "update": ("text [status:monitoring]", "Post a status update."),
    "status": ("identified", "investigating, identified, mitigating or monitoring."),
    "severity": ("sev1 [reason]", "Change the severity. Its rules apply at once."),
    "role": ("commander [@person | me | none]", "Give a role, or give it back with none."),
    "note": ("text", "Add a line to the timeline."),
    "timeline": ("", "Everything that happened."),
    "why": ("", "Who was paged and why, and what comes next."),
    "resolve": ("what fixed it", "It is over. The postmortem is written from the timeline."),
    "cancel": ("reason", "A false alarm: close it without a postmortem."),
    "reopen": ("reason", "It is not over: page again."),
    "postmortem": ("", "Show the postmortem again."),
    "help": ("[command]", "This help, or the usage of one command."),
}

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Start and look", ("declare", "drill", "list", "show", "timeline", "why")),
    ("Answer a page", ("ack", "take", "decline", "unack")),
    ("Get more people", ("escalate", "page", "notify", "assign", "role")),
    ("Tell", ("update", "status", "severity", "note")),
    ("Close", ("resolve", "cancel", "reopen", "postmortem")),
)


def help_message() -> Message:
    """Every command on one screen."""
    groups = []
    for title, commands in GROUPS:
        lines = [f"{_signature(command)}  {COMMANDS[command][1]}" for command in commands]
        groups.append(section(f"*{title}*\n" + "\n".join(lines)))
    return message(
        "Help for /incident",
        header("/incident"),
        *groups,
        context(
            "In a war room the incident is implied; elsewhere name it: `/incident ack INC-42`.",
            "Reactions: 👀 or ✅ acks, ❌ declines, 🎖️ on the card volunteers as commander, 📌 adds a message to the"
            " timeline.",
        ),
        actions(button("Declare an incident", names.DECLARE, style="danger")),
    )


def _signature(command: str) -> str:
    return f"`/incident {f'{command} {COMMANDS[command][0]}'.strip()}`"


def usage(command: str) -> str:
    """One command's usage and what it does."""
    return f"{_signature(command)}  {COMMANDS[command][1]}"


def unknown_command(given: str, nearest: str = "") -> str:
    """For a word that is no command."""
    said = escape(cut(one_line(given), 60))
    if nearest in COMMANDS:
        return f"There is no command “{said}”. Did you mean {_signature(nearest)}?"
    return f"There is no command “{said}”. `/incident help` lists them all."


def misread(code: str, data: Mapping[str, str]) -> str:
    """For a line that cannot be read; codes and data are those of the command line's reader."""
    given = escape(cut(one_line(data.get("given", "")), 60))
    verb = data.get("verb", "")
    if code == "unknown_command":
        return unknown_command(data.get("given", ""), data.get("nearest", ""))
    if code == "not_a_tier":
        return f"“{given}” is no tier. Use its number: {_signature('escalate')}."
    if code == "nobody_named":
        return f"Nobody was paged: say whom. Usage: {_signature('page')}."
    if code == "schedule_missing":
        return f"Nothing was done: say which schedule. Usage: {_signature(verb)}."
    if code == "not_a_person":
        return f"“{given}” is nobody I can find. Mention the person with @: {_signature(verb)}."
    return f"Nothing was done: “{given}” means nothing here. Usage: {_signature(verb)}."
