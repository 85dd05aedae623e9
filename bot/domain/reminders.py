"""Reminders: durable nudges with a maximum, a snooze and a stop (SPEC §5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.incident import Incident
from bot.domain.severity import ReminderRules, Severity
from bot.domain.timers import Timer


class Reminder(StrEnum):
    COMMANDER = "commander"  # nobody commands an incident that needs a commander
    UPDATE = "update"  # no status update for a while


SNOOZES = (timedelta(minutes=30), timedelta(minutes=60), timedelta(minutes=90))


def asked_for(reminder: Reminder, incident: Incident, severity: Severity) -> bool:
    """Whether what it asks for is missing; a drill is about paging and asks for neither."""
    if incident.drill:
        return False
    if reminder is Reminder.COMMANDER:
        return severity.commander and incident.commander_id is None
    return severity.pages


def quiet_until(incident: Incident, rules: ReminderRules) -> datetime:
    """Until then no status update is asked for: each one starts the wait again."""
    return (incident.last_update_at or incident.declared_at) + rules.update_every


def ahead(timers: Iterable[Timer], incident: Incident, severity: Severity, rules: ReminderRules) -> tuple[Timer, ...]:
    """The reminders that will be sent as things stand, by the time at which each really is.

    A timer is not moved by an update: it finds it when it is due, and waits again.
    """
    found = []
    for timer in timers:
        reminder = Reminder(str(timer.data["reminder"]))
        if asked_for(reminder, incident, severity):
            late = quiet_until(incident, rules) if reminder is Reminder.UPDATE else timer.due_at
            found.append(replace(timer, due_at=max(timer.due_at, late)))
    return tuple(sorted(found, key=lambda timer: timer.due_at))
