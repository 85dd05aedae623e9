"""The type of the language that says where a rota is kept, if not here: in PagerDuty or in a calendar."""

from __future__ import annotations

import re
from typing import Annotated, Final
from urllib.parse import unquote

from pydantic import PlainValidator

from bot.domain.oncall import Origin, Source
from posture.tree import Scalar
from posture.values import said, text_of, wrong

_SOURCE: Final = re.compile(r"pagerduty://[^\s<>|].{0,254}|(?:https?|webcals?)://[^\s<>|/]+[^\s<>|]*")
_CALENDAR: Final = re.compile(r"^webcals?:")  # how calendars write https://
_WANTED: Final = "`pagerduty://` and a schedule, or the address of a calendar"


def _source(value: object) -> Scalar:
    text = text_of(value, _WANTED)
    if not _SOURCE.fullmatch(text):
        fix = "Write `pagerduty://` and a schedule's id or name, or the `https://…` of an iCalendar feed."
        raise wrong("INC114", f"`{text}` is no source of a rota.", fix)
    return Scalar(_CALENDAR.sub("https:", text), text.mark)


def source_of(text: Scalar, zone: str) -> Source:
    """Where that is; `zone` is for days and times that name none."""
    scheme, _, rest = str(text).partition("://")
    if scheme == "pagerduty":
        return Source(Origin.PAGERDUTY, unquote(rest).strip(), zone)
    return Source(Origin.CALENDAR, str(text), zone)


SourceText = Annotated[
    Scalar,
    PlainValidator(_source),
    said(_WANTED, "pagerduty://PABC123", "https://…", pattern=r"^(pagerduty|https?|webcals?)://\S.*$"),
]
