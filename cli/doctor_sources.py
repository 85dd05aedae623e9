"""What the doctor tries of rotas that are kept elsewhere: one reading of each that the posture names a source for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from cli.doctor import Diagnosis, Health

if TYPE_CHECKING:
    from bot.domain.oncall import Source
    from bot.settings import Settings
    from integrations.sources import Sources

PART = "rota sources"


async def sources(settings: Settings) -> Sequence[Diagnosis]:
    """Nothing is taken over. Whether their people are known here, the running bot tells; addresses are not shown."""
    from integrations.sources import Sources
    from posture import load

    posture = load(settings.posture_path, zone=settings.tz).posture
    named = {name: one.source for name, one in posture.schedules.items() if one.source} if posture else {}
    if not named:
        return [Diagnosis(PART, Health.OFF, "no rotation of the posture has a `source`")]
    token = settings.pagerduty_api_token
    given = token.get_secret_value() if token else ""
    reader = Sources(given, settings.pagerduty_api_url, allow_private=settings.calendar_allow_private)
    try:
        return await asyncio.gather(*(_read(reader, name, source) for name, source in named.items()))
    finally:
        await reader.close()


async def _read(reader: Sources, name: str, source: Source) -> Diagnosis:
    from datetime import UTC, datetime

    from bot.views.source_notes import trouble
    from bot.views.words import count

    read = await reader.read(source, datetime.now(UTC))
    if not read.troubles:
        return Diagnosis(PART, Health.OK, f"{name}: {count(len(read.entries), 'shift')} in the next eight weeks")
    fix = "Mend it there, or the `source` in the posture; until then what was last read without a fault stays in force."
    return Diagnosis(PART, Health.BAD, f"{name}: {'; '.join(trouble(asdict(one)) for one in read.troubles[:5])}", fix)
