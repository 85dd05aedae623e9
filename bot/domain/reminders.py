"""Reminders: durable nudges with a maximum, a snooze and a stop (SPEC §5)."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class Reminder(StrEnum):
    COMMANDER = "commander"  # nobody commands an incident that needs a commander
    UPDATE = "update"  # no status update for a while


SNOOZES = (timedelta(minutes=30), timedelta(minutes=60), timedelta(minutes=90))
