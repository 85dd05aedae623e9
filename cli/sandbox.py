"""The subcommand `sandbox`: a local Slack, phones and mailbox, and the unmodified bot beside them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from cli import IMPOSSIBLE, ROOT


def sandbox(
    *,
    port: Annotated[int, Parameter(help="Web port of the sandbox.")] = 8900,
    smtp_port: Annotated[int, Parameter(help="Mail port of the sandbox.")] = 8925,
    bot_port: Annotated[int, Parameter(help="The bot's web port.")] = 8910,
    posture: Annotated[Path | None, Parameter(help="Posture. Default: the example that comes with it.")] = None,
    json: Annotated[bool, Parameter(help="Print the addresses as one JSON object.", negative="")] = False,
) -> int:
    """Start a local Slack, phones and mailbox in the browser, with the bot beside them. Nothing leaves this machine.

    It prints the address to open; Ctrl-C ends everything. Exits with 2 where the posture has an error.
    """
    if posture is not None and not _accepted(posture):
        return IMPOSSIBLE
    given = ["--port", str(port), "--smtp-port", str(smtp_port), "--bot-port", str(bot_port)]
    given += ["--posture", str(posture)] if posture else []
    given += ["--json"] if json else []
    return _become([sys.executable, "-m", "sandbox.launch", *given])


def _become(command: list[str]) -> int:
    """Replaces this process, so that signals reach the sandbox itself. No shell, and no text of anybody's: S606."""
    found = os.environ.get("PYTHONPATH")
    path = os.pathsep.join([str(ROOT), found] if found else [str(ROOT)])
    os.execve(sys.executable, command, os.environ | {"PYTHONPATH": path})  # noqa: S606


def _accepted(path: Path) -> bool:
    """Whether the bot would start with it; prints why it would not."""
    from posture import load

    loaded = load(path)
    if loaded.posture is not None:
        return True
    for finding in loaded.errors:
        print(finding, file=sys.stderr)
    print("The bot does not start with this posture. Mend the errors above.", file=sys.stderr)
    return False
