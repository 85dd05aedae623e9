"""The subcommand `migrate`: brings the database to this version."""

from __future__ import annotations

from cli import WORKED


async def migrate() -> int:
    """Bring the database to this version without starting the bot.

    The bot does the same at its start; this is for those who want it as a step of its own. Run twice it changes
    nothing the second time.
    """
    from bot.settings import load
    from storage.engine import file_of, read_url
    from storage.migrate import HEAD
    from storage.opening import open_database

    url = load().settings.database_url.get_secret_value()
    file = file_of(read_url(url))
    new = file is not None and not file.exists()
    await (await open_database(url)).close()
    if new:
        print(f"Made a new database at {file}.")
    print(f"The database is at step {HEAD}, the newest.")
    return WORKED
