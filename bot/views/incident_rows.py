"""Incidents as rows of the worksheet `incidents`: plain text in every cell."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.incident import Incident
from bot.domain.mirrored_sheet import Roll, Row
from bot.domain.people import PersonId
from bot.views.links import opening
from bot.views.words import one_line


def rows(roll: Roll, zone: str, time_format: str) -> list[Row]:
    """One an incident, with the columns of `COLUMNS`; times are of the zone, written as the sheet writes them."""
    where = ZoneInfo(zone)

    def time(at: datetime | None) -> str:
        return at.astimezone(where).strftime(time_format) if at is not None else ""

    def name(person_id: PersonId | None) -> str:
        person = roll.people.get(person_id) if person_id is not None else None
        return one_line(person.name) if person is not None else ""

    def row(one: Incident) -> Row:
        people = name(one.assignee_id), name(one.commander_id)
        times = time(one.declared_at), time(one.acked_at), time(one.resolved_at)
        about = one_line(one.title), one.severity, one.state.value, one.status.value
        return (one.name, *about, ", ".join(one.services or (one.service,)), *people, *times, opening(one.room_channel))

    return [row(one) for one in roll.incidents]
