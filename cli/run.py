"""The subcommand `run`: runs the bot."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cli import CALLED, IMPOSSIBLE, NO_POSTURE, WORKED

if TYPE_CHECKING:
    from pathlib import Path

    from bot.settings import Settings
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
        before = await accepted(settings)
        if before is None:
            fix = f"Mend the errors above; `{CALLED} check` shows them again."
            print(f"The bot does not start with this posture. {fix}", file=sys.stderr)
            return IMPOSSIBLE
        print("The bot starts with the posture that was accepted last, and takes this one once the errors above are"
              " mended.", file=sys.stderr)  # fmt: skip
        posture = before
    logs.configure()
    await app.run(settings, posture)
    return WORKED


async def accepted(settings: Settings) -> Loaded | None:
    """The posture that was in force last: a restart with a bad file must not end the paging. None where none was."""
    from bot.ports import DatabaseUnavailable
    from posture import loads
    from storage.opening import open_beside

    try:
        db = await open_beside(settings.database_url.get_secret_value())
    except DatabaseUnavailable:
        return None
    try:
        row = await db.read(lambda tx: tx.postures.newest())
    finally:
        await db.close()
    made = loads(row.text, f"posture {row.version}", zone=settings.tz) if row is not None else None
    return made if made is not None and made.posture is not None else None


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
