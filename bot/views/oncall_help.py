"""`/oncall help`: every command, and what to say to a line that cannot be read."""

from __future__ import annotations

from collections.abc import Mapping

from bot.views import names
from bot.views.message import Message, actions, button, context, header, message, section
from bot.views.words import cut, escape, one_line

#: Command → what may follow it, and what it does. The order is the order of the help.
COMMANDS: dict[str, tuple[str, str]] = {
    "now": ("[schedule]", "Who is on call now, until when, and who comes next."),
    "next": ("[schedule]", "The next handoff of each schedule."),
    "schedule": ("[schedule [edit] | new]", "One schedule for 14 days, with buttons to change it; or a new one."),
    "gaps": ("[schedule]", "What would leave nobody on call, or somebody hard to reach."),
    "fairness": ("[schedule] [days]", "Hours, nights and weekends of each person."),
    "post": ("[schedule | team NAME] [off]", "Show who is on call now and next in this channel, always up to date."),
    "override": ("[schedule] [@person] [from 09:00 to 17:00 | for 2h]", "Put somebody on call for a time."),
    "handoff": ("[schedule] [@person] [at 18:00]", "Hand the running shift to somebody, now or at a time."),
    "swap": ("[schedule]", "Ask somebody to swap shifts with you."),
    "cover": ("[schedule] [tomorrow 09:00 to 13:00 | for 2h]", "Ask the roster to take some of your time."),
    "away": (
        "[@person] [tomorrow | 2026-12-24 to 2027-01-03 | for 2h | list | back]",
        "Tell that you are away: your turns pass to the next who is there.",
    ),
    "extend": ("[schedule] [weeks]", "Plan further ahead than eight weeks. Admins."),
    "regenerate": ("schedule [from tomorrow 09:00]", "Make the rota anew from a time on; overrides stay. Admins."),
    "activate": ("schedule", "Switch a schedule on. Admins."),
    "deactivate": ("schedule", "Switch a schedule off: it pages nobody. Admins."),
    "calendar": ("[revoke] [schedule]", "A secret link that shows your shifts, or a schedule, in your calendar."),
    "me": ("", "How pages reach you: your addresses and your rules."),
    "contact": (
        "[phone or mail | code | remove phone]",
        "Add a phone or mail address; a code proves that it is yours.",
    ),
    "help": ("[command]", "This help, or the usage of one command."),
}
#: The help, group by group.
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Look", ("now", "next", "schedule", "gaps", "fairness", "post")),
    ("Change shifts", ("override", "handoff", "swap", "cover", "away")),
    ("Whole schedules", ("extend", "regenerate", "activate", "deactivate")),
    ("Yourself", ("calendar", "me", "contact", "help")),
)


def help_message() -> Message:
    """Every command on one screen."""
    groups = [
        section(f"*{title}*\n" + "\n".join(f"{_signature(one)}  {COMMANDS[one][1]}" for one in commands))
        for title, commands in GROUPS
    ]
    return message(
        "Help for /oncall",
        header("/oncall"),
        *groups,
        context(
            "What is left out is asked for in a form. Times are on your own clock: `18:00`, `tomorrow 09:00`, `mon"
            " 09:00`, `2026-12-24 09:00`."
        ),
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
    verb = data.get("verb", "help")
    if code == "schedule_missing":
        return f"Nothing was done: say which schedule. Usage: {_signature(verb)}."
    if code == "not_a_person":
        return f"“{given}” is nobody I can find. Mention the person with @: {_signature(verb)}."
    if code == "not_a_time":
        return (
            f"Nothing was done: “{given}” is no time I can read. Write `18:00`, `tomorrow 09:00`, `mon 09:00` or"
            f" `2026-12-24 09:00`. Usage: {_signature(verb)}."
        )
    return f"Nothing was done: “{given}” means nothing here. Usage: {_signature(verb)}."
