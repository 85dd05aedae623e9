"""The subcommand `diff`: what one posture means for people beside another, or beside the one in force."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from cli import CALLED, IMPOSSIBLE, WORKED
from cli.asked import Unclear, moment_of, posture_of

if TYPE_CHECKING:
    from bot.domain.posture import Posture

MOST_DAYS = 731


async def diff(
    old: Annotated[
        Path | None,
        Parameter(help="A posture file or folder; given alone, it is the new one.", show_default=False),
    ] = None,
    new: Annotated[
        Path | None, Parameter(help="Another. Default: the one in the settings.", show_default=False)
    ] = None,
    *,
    days: Annotated[int, Parameter(help="How far ahead they are compared.")] = 28,
    since: Annotated[
        str, Parameter(name="--from", help="Where these days begin. Default: now, in UTC.", show_default=False)
    ] = "",
    format: Annotated[Literal["text", "json"], Parameter(help="How it is printed.")] = "text",
) -> int:
    """Say what a change of the posture means: who is paged differently and when, who comes, goes, can't be reached.

    With one file or none the old one is what was last accepted, from the database of the settings. Numbers and
    addresses are not shown. Exits with 0, and with 2 where it cannot be said.
    """
    from bot.domain.difference import difference
    from bot.domain.tier_changes import Compared

    try:
        if not 1 <= days <= MOST_DAYS:
            raise Unclear(f"Compare between 1 and {MOST_DAYS} days.")
        start = moment_of(since).at
        before = posture_of(old)[0] if old is not None and new is not None else await _in_force()
        after, delay = posture_of(new or old)
    except Unclear as unclear:
        print(unclear)
        return IMPOSSIBLE
    found = difference(Compared(before, after, start, start + timedelta(days=days), delay, _every_notifier()))
    if format == "json":
        print(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        from bot.views.differing import lines

        print("\n".join(lines(found)))
    return WORKED


def _every_notifier() -> frozenset[str]:
    from bot.domain.delivery import EFFECT_OF

    return frozenset(EFFECT_OF)


async def _in_force() -> Posture:
    """The newest accepted row of the settings' database."""
    from bot.ports import DatabaseUnavailable
    from bot.settings import load
    from posture import loads
    from storage.opening import open_beside

    settings = load().settings
    try:
        db = await open_beside(settings.database_url.get_secret_value())
    except DatabaseUnavailable as gone:
        raise Unclear(f"{gone} `{CALLED} diff OLD NEW` compares two files without one.") from gone
    try:
        row = await db.read(lambda tx: tx.postures.newest())
    finally:
        await db.close()
    if row is None:
        raise Unclear("No posture was accepted yet, so there is nothing to compare with. Name two files.")
    found = loads(row.text, f"posture {row.version}", zone=settings.tz).posture
    if found is None:
        fix = f"`{CALLED} diff OLD NEW` compares two files."
        raise Unclear(f"Posture {row.version}, which was accepted last, cannot be read by this version. {fix}")
    return found
