"""The subcommand `run`: runs the bot."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cli import CALLED, IMPOSSIBLE, NO_POSTURE, WORKED

if TYPE_CHECKING:
    from pathlib import Path

    from posture import Loaded


async def run() -> int:
    """Run the bot until it is stopped (Ctrl-C or SIGTERM).

    Settings come from the environment and from `.env`; docs/settings.md has them all.
    """
    import app
    from bot.settings import load
    from cli import logs
    from posture import load as load_posture

    loaded = load()
    for warning in loaded.warnings:
        print(f"Warning: {warning}", file=sys.stderr)
    settings = loaded.settings
    missing = settings.missing_to_run()
    if missing:
        print(_missing(missing), file=sys.stderr)
        return IMPOSSIBLE
    posture = load_posture(settings.posture_path, zone=settings.tz)
    for line in _said_of(posture, settings.posture_path):
        print(line, file=sys.stderr)
    if posture.posture is None:
        print(f"The bot does not start with this posture. Mend the errors above; `{CALLED} check` shows them again.",
              file=sys.stderr)  # fmt: skip
        return IMPOSSIBLE
    logs.configure()
    await app.run(settings, posture)
    return WORKED


def _missing(names: tuple[str, ...]) -> str:
    return (
        f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} not set, and the bot cannot run without.\n"
        "Put them into .env (README, “Going live”, says where Slack shows them), or try everything without Slack:\n"
        f"  {CALLED} sandbox"
    )


def _said_of(posture: Loaded, path: Path | None) -> list[str]:
    """Each finding; where there is no posture, that, and what it means."""
    if path is None:
        return [f"{NO_POSTURE} Incidents can be declared, but nobody can be paged."]
    return [str(finding) for finding in posture.findings]
