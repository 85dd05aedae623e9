"""The doctor reads each rota that is kept elsewhere once, and names what is in the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sources_double import TOKEN, elsewhere

from bot.settings import Settings
from cli.doctor import Health
from cli.doctor_sources import sources

POSTURE = """\
people: {{bob: {{slack: U0BOB}}}}
schedules:
  desk: {{source: {feed}}}
  night: {{source: pagerduty://PAAA111}}
"""


async def test_each_source_is_read_and_its_trouble_is_named(tmp_path: Path) -> None:
    file = tmp_path / "posture.yaml"
    async with elsewhere() as double:
        file.write_text(POSTURE.format(feed=double.calendar("desk")))
        double.feeds = {"desk": "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"}
        given: dict[str, Any] = {"posture": file, "pagerduty_api_url": double.url, "calendar_allow_private": True}
        without, wrong = [
            [(one.health, one.seen) for one in await sources(Settings(**given, pagerduty_api_token=token))]
            for token in (None, TOKEN)
        ]
    desk = (Health.OK, "desk: 0 shifts in the next eight weeks")
    assert without == [desk, (Health.BAD, "night: PAGERDUTY_API_TOKEN is not set")]
    said = "night: there is no schedule of the id or name “PAAA111” that PAGERDUTY_API_TOKEN may read"
    assert wrong == [desk, (Health.BAD, said)]


async def test_a_posture_without_sources_needs_nothing(tmp_path: Path) -> None:
    file = tmp_path / "posture.yaml"
    file.write_text("people: {bob: {slack: U0BOB}}\n")
    given: dict[str, Any] = {"posture": file}
    [one] = await sources(Settings(**given))
    assert one.health is Health.OFF
