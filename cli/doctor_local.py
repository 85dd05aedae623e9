"""What the doctor tries on this machine: the posture and the database."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cli import CALLED, NO_POSTURE
from cli.doctor import Diagnosis, Health

if TYPE_CHECKING:
    from bot.settings import Settings


async def posture(settings: Settings) -> Sequence[Diagnosis]:
    """Read as the bot would read it."""
    from posture import load

    path = settings.posture_path
    if path is None:
        fix = "Without one nobody can be paged: write posture.yaml (docs/posture.md)."
        return [Diagnosis("posture", Health.WARN, NO_POSTURE, fix)]
    loaded = load(path, zone=settings.tz)
    errors, others = len(loaded.errors), len(loaded.findings) - len(loaded.errors)
    if loaded.posture is None:
        fix = f"`{CALLED} check` shows each with its line."
        return [Diagnosis("posture", Health.BAD, f"{path}: {errors} error(s)", fix)]
    seen = f"{path}: {len(loaded.posture.people)} people, {len(loaded.posture.services)} services"
    found = Diagnosis("posture", Health.OK, seen)
    if others:
        found = Diagnosis("posture", Health.WARN, f"{seen}, {others} warning(s)", f"`{CALLED} check` shows each.")
    return [found, *await _in_force(settings, loaded.digest)]


async def _in_force(settings: Settings, digest: str) -> list[Diagnosis]:
    """Whether the bot obeys this text, as far as the database can be asked."""
    from bot.ports import DatabaseUnavailable
    from storage.opening import open_beside

    try:
        db = await open_beside(settings.database_url.get_secret_value())
    except DatabaseUnavailable:
        return []  # told as the database's
    try:
        row = await db.read(lambda tx: tx.postures.newest())
    finally:
        await db.close()
    if row is None or row.digest == digest:
        return []
    seen = f"posture {row.version} is in force since {row.accepted_at:%Y-%m-%d %H:%M} UTC, and it is not this text"
    fix = (
        f"A bot that runs takes a change within seconds; SIGHUP makes it look. `{CALLED} diff` says what would change."
    )
    return [Diagnosis("posture", Health.WARN, seen, fix)]


async def database(settings: Settings) -> Sequence[Diagnosis]:
    """Opened for reading only; a new one is made at the first start."""
    from bot.ports import DatabaseUnavailable
    from storage.engine import file_of, read_url
    from storage.opening import open_beside

    url = settings.database_url.get_secret_value()
    try:
        file = file_of(read_url(url))
        if file is not None and not file.exists():
            return [_new_file(file)]
        await (await open_beside(url)).close()
    except DatabaseUnavailable as problem:
        fix = f"Check DATABASE_URL and that the server runs; `{CALLED} migrate` brings its tables to this version."
        return [Diagnosis("database", Health.BAD, str(problem), fix)]
    return [Diagnosis("database", Health.OK, f"{file or 'PostgreSQL'} opens, and its tables are this version's")]


def _new_file(file: Path) -> Diagnosis:
    folder = next(parent for parent in file.absolute().parents if parent.exists())
    if not os.access(folder, os.W_OK):
        return Diagnosis("database", Health.BAD, f"{folder} is not writable", "Give the bot's user the right to write.")
    return Diagnosis("database", Health.OK, f"{file} will be made at the first start")
