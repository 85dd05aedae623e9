"""The command line: one file a subcommand, imported when it is called. Every failure is a sentence and an exit code.

0  it worked
1  it was done, and what it found is bad
2  it could not be done: wrong arguments, settings, tokens or database
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

#: What `make` lays beside the environment's Python, from the program's own folder: what people are told to type.
CALLED = ".venv/bin/tocsin"
#: Said wherever there is none to read.
NO_POSTURE = "No posture: POSTURE is not set and there is no posture.yaml here."

ROOT = Path(__file__).resolve().parents[1]

WORKED, FOUND_BAD, IMPOSSIBLE = 0, 1, 2

#: Subcommand → where it is, and what it does. Without one the bot runs.
COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("cli.run:run", "Run the bot with the settings in the environment and .env."),
    "sandbox": ("cli.sandbox:sandbox", "Start a local Slack, phones and mailbox with the bot beside it."),
    "check": ("cli.check:check", "Check a posture without starting anything."),
    "schema": ("cli.schema:schema", "Print the posture's language as a JSON Schema, for editors."),
    "simulate": ("cli.simulate:simulate", "Say who would be paged, when and by what. Sends nothing."),
    "diff": ("cli.diff:diff", "Say what a change of the posture means for people."),
    "generate": ("cli.generate:generate", "Write its documents: for PagerDuty, Opsgenie, people."),
    "import": ("cli.importing:import_", "Write a posture out of an export of PagerDuty, Opsgenie or Grafana OnCall."),
    "apply": ("cli.apply:apply", "Bring PagerDuty or Opsgenie in line with a posture; shows the plan first."),
    "contacts": ("cli.contacts:contacts", "Write who can be reached by what, for check --prove. No address is in it."),
    "oncall": ("cli.oncall:oncall", "Say who is on call, from a posture alone."),
    "audit": ("cli.audit:audit", "Hold a posture against live Slack and Sheets: what it names and they lack."),
    "doctor": ("cli.doctor:doctor", "Try every setting against the real world and print fixes."),
    "migrate": ("cli.migrate:migrate", "Bring the database to this version without starting the bot."),
    "backup": ("cli.backup:backup", "Copy the SQLite database to a new file while the bot runs."),
    "verify": ("cli.verify:verify", "Check that the database keeps every promise: nothing lost, nothing doubled."),
}


def main(argv: Sequence[str]) -> int:
    """Runs one command; answers the exit code."""
    from cyclopts import App, CycloptsError

    given = list(argv) or ["run"]
    if given[0] not in COMMANDS and not given[0].startswith("-"):
        return _unknown(given[0])
    app = App(
        name=CALLED,
        help="A Slack-native incident bot you host yourself. Without a command it runs the bot.",
        result_action="return_value",
        version=_version,
    )
    for name, (place, what) in COMMANDS.items():
        asked = name == given[0]  # its own help is its docstring; the others are not imported for a line of theirs
        app.command(place, name=name, help=None if asked else what)
    try:
        result = app(given, exit_on_error=False, print_error=True)
    except CycloptsError:
        return IMPOSSIBLE  # printed already, with what is wrong
    except KeyboardInterrupt:
        return 130
    except _troubles() as trouble:
        if isinstance(trouble, BrokenPipeError) and given[0] != "run":
            _hush()
        else:
            print(_sentence(trouble), file=sys.stderr)
        return IMPOSSIBLE
    return result if isinstance(result, int) else WORKED


def _hush() -> None:
    """Whoever read the output has seen enough, as `head` has: what is left of it goes nowhere, without a word."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _unknown(given: str) -> int:
    from bot.domain.spelling import nearest

    meant = nearest(given, COMMANDS)
    hint = f"Did you mean `{meant}`?" if meant else f"There is: {', '.join(COMMANDS)}."
    print(f"There is no command {given!r}. {hint}", file=sys.stderr)
    return IMPOSSIBLE


def _version() -> str:
    """Of the folder that it runs from; of the package where it was installed as one."""
    import tomllib
    from importlib.metadata import version

    project = ROOT / "pyproject.toml"
    if not project.exists():
        return version("tocsin")
    return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])


def _troubles() -> tuple[type[Exception], ...]:
    """What stops a command and is nobody's bug: each has a text that is a sentence."""
    from bot.ports import DatabaseUnavailable
    from bot.settings import SettingsError
    from clients.slack import SlackFailed
    from storage.lock import DatabaseInUse

    return (SettingsError, SlackFailed, DatabaseUnavailable, DatabaseInUse, OSError)


def _sentence(trouble: Exception) -> str:
    from clients.slack import SlackFailed

    if isinstance(trouble, SlackFailed):
        from cli.slack_words import sentence

        return sentence(trouble.method, trouble.code)
    if isinstance(trouble, OSError) and trouble.strerror:
        where = f" ({trouble.filename})" if trouble.filename else ""
        return f"It cannot start: {trouble.strerror}{where}."
    return str(trouble)
