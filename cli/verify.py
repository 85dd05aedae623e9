"""The subcommand `verify`: holds a whole database to the promises."""

from __future__ import annotations

from cli import FOUND_BAD, WORKED


async def verify() -> int:
    """Check that the database keeps every promise: nothing lost, nothing doubled, nothing stuck.

    Only reads, also while the bot runs. Prints one line for each broken promise and exits with 1; 0 when all hold.
    """
    from bot.settings import load
    from storage.opening import open_beside
    from storage.verify import checks, findings

    database = await open_beside(load().settings.database_url.get_secret_value())
    try:
        found = await findings(database)
    finally:
        await database.close()
    for finding in found:
        print(f"{finding.code}: {finding.sentence} [{finding.row}]")
    promises = len(list(checks()))
    print(f"{promises} promises checked, {len(found) or 'none'} broken.")
    return FOUND_BAD if found else WORKED
