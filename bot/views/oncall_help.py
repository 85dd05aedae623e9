"""`/oncall help`: every command, and what to say to a line that cannot be read."""

from __future__ import annotations

from collections.abc import Mapping

from bot.views import names
from bot.views.message import Message, actions, button, header, message, section
from bot.views.words import cut, escape, one_line

#: Command → what may follow it, and what it does. The order is the order of the help.
COMMANDS: dict[str, tuple[str, str]] = {
    "me": ("", "How pages reach you: your addresses and your rules."),
    "contact": (
        "[phone or mail | code | remove phone]",
        "Add a phone or mail address; a code proves that it is yours.",
    ),
    "help": ("[command]", "This help, or the usage of one command."),
}


def help_message() -> Message:
    """Every command on one screen."""
    lines = [f"{_signature(command)}  {what}" for command, (_, what) in COMMANDS.items()]
    return message(
        "Help for /oncall",
        header("/oncall"),
        section("\n".join(lines)),
        actions(button("Edit my rules", names.OWN_RULES), button("Send me a test page", names.OWN_TEST)),
    )


def _signature(command: str) -> str:
    return f"`/oncall {f'{command} {COMMANDS[command][0]}'.strip()}`"


def usage(command: str) -> str:
    """One command's usage and what it does."""
    return f"{_signature(command)}  {COMMANDS[command][1]}"


def misread(code: str, data: Mapping[str, str]) -> str:
    """For a line that cannot be read; codes and data are those of the command line's reader."""
    given = escape(cut(one_line(data.get("given", "")), 60))
    if code == "unknown_command":
        known = data.get("nearest", "")
        hint = f"Did you mean {_signature(known)}?" if known in COMMANDS else "`/oncall help` lists them all."
        return f"There is no command “{given}”. {hint}"
    return f"Nothing was done: “{given}” means nothing here. Usage: {_signature(data.get('verb', 'help'))}."
