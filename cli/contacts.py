"""The subcommand `contacts`: who can be reached by what, as JSON without addresses, for `check --prove --contacts`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from cli import WORKED

if TYPE_CHECKING:
    from bot.domain.reach import Readiness
    from bot.settings import Settings


async def contacts(
    file: Annotated[Path | None, Parameter(help="Where to write it. Default: print it.", show_default=False)] = None,
) -> int:
    """Write who can be reached by what: notifiers and personal rules by handle, no number and no address.

    Reads the database of the settings, while the bot runs or not. `check --prove --contacts FILE` takes it.
    """
    from bot.domain.reach import to_json
    from bot.settings import load

    text = json.dumps(to_json(await _read(load().settings)), indent=2)
    if file is None:
        print(text)
    else:
        file.write_text(text + "\n", encoding="utf-8")
    return WORKED


async def _read(settings: Settings) -> Readiness:
    from bot.usecases.exporting import readiness_of
    from storage.opening import open_beside

    known = configured(settings)
    db = await open_beside(settings.database_url.get_secret_value())
    try:
        return await db.read(lambda tx: readiness_of(tx, known))
    finally:
        await db.close()


def configured(settings: Settings) -> frozenset[str]:
    """The notifiers that these settings make usable."""
    ways = {
        "slack": True,
        "sms": settings.twilio is not None,
        "voice": settings.twilio is not None,
        "email": settings.mail is not None,
        "webhook": settings.page_webhook is not None,
        "pagerduty": settings.pagerduty is not None,
    }
    return frozenset(name for name, usable in ways.items() if usable)
