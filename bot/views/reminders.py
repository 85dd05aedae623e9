"""Reminders in the war room: what is missing, the button that settles it, and the menu that puts it off (SPEC §5)."""

from __future__ import annotations

from datetime import datetime

from bot.domain.picture import Job, Picture
from bot.domain.reminders import SNOOZES, Reminder
from bot.views import names, situation
from bot.views.message import Block, Message, actions, button, message, option, section, select
from bot.views.words import at, duration, escape


def reminder(job: Job, now: datetime) -> Message:
    """One nudge. `job.row.payload` names the reminder and counts it."""
    if job.picture is None:
        raise ValueError("a reminder needs its picture")
    which = Reminder(str(job.row.payload["reminder"]))
    value = names.value(job.picture.incident.id)
    if which is Reminder.COMMANDER:
        text, settle = _commander(job.picture, now), _volunteer(value)
    else:
        text, settle = _update(job.picture, now), [button("Update status", names.UPDATE, value, style="primary")]
    return message(text, section(f"⏰ {text}"), actions(*settle, _snooze(job.picture, which)))


def _commander(picture: Picture, now: datetime) -> str:
    since = situation.lasted(picture.incident, now)
    emoji = f" or react :{picture.emoji.volunteer[0]}: on the card" if picture.emoji.volunteer else ""
    why = f" {escape(picture.severity.name)} needs one." if picture.severity.commander else ""
    return f"{picture.incident.name} has had no commander for {since}.{why} Press Volunteer{emoji}."


def _update(picture: Picture, now: datetime) -> str:
    incident = picture.incident
    if incident.last_update_at is None:
        since = f"in the {situation.lasted(incident, now)} since it was declared"
    else:
        quiet = duration(now - incident.last_update_at)
        since = f"for {quiet} (the last was at {at(incident.last_update_at, now)})"
    return f"{incident.name} has had no status update {since}. Say in a sentence where it stands."


def _volunteer(value: str) -> list[Block]:
    return [
        button("Volunteer", names.VOLUNTEER, value, style="primary"),
        button("Give the role", names.ROLE, value),
    ]


def _snooze(picture: Picture, which: Reminder) -> Block:
    number = picture.incident.id
    waits = [int(wait.total_seconds()) // 60 for wait in SNOOZES]
    options = [option(f"Snooze {minutes} min", names.snooze_value(number, which.value, minutes)) for minutes in waits]
    options.append(option("Stop reminding", names.snooze_value(number, which.value, 0)))
    return select(names.SNOOZE, "Snooze…", options)
