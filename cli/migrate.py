"""`tocsin migrate`: brings the database to this version."""

from __future__ import annotations

from cli import WORKED


async def migrate() -> int:
    """Bring the database to this version without starting the bot.

    The bot does the same at its start; this is for those who want it as a step of its own. Run twice it changes
    nothing the second time.
    """
    from bot.settings import load
    from storage.migrate import HEAD
    from storage.opening import open_database

    database = await open_database(load().settings.database_url.get_secret_value())
    await database.close()
    print(f"The database is at step {HEAD}, the newest.")
    return WORKED
