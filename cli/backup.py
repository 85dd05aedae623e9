"""The subcommand `backup`: a whole copy of the database, while the bot runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from cli import IMPOSSIBLE, WORKED


async def backup(copy: Annotated[Path, Parameter(help="The file to make. It must not be there yet.")]) -> int:
    """Copy the SQLite database to a new file. The bot may go on meanwhile.

    The copy is checked before it is given its name. To restore it, stop the bot and put the copy where DATABASE_URL
    points. PostgreSQL has pg_dump for this.
    """
    from bot.settings import load
    from storage.backup import back_up
    from storage.engine import file_of, read_url

    file = file_of(read_url(load().settings.database_url.get_secret_value()))
    if file is None:
        print("The database is PostgreSQL: pg_dump makes copies of it.", file=sys.stderr)
        return IMPOSSIBLE
    size = await back_up(file, copy)
    print(f"{copy}: {size:,} bytes, checked. Everything that was committed before it began is in it.")
    return WORKED
