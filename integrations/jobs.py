"""What a handler takes out of its job. A part that is missing is a bug of whoever prepared it."""

from __future__ import annotations

from bot.domain.people import Person
from bot.domain.picture import Job, Picture


def picture_of(job: Job) -> Picture:
    if job.picture is None:
        raise ValueError(f"{job.row.effect} needs a picture")
    return job.picture


def room_of(job: Job) -> str:
    """Slack's id of the war room."""
    channel = picture_of(job).incident.room_channel
    if channel is None:
        raise ValueError(f"{job.row.effect} needs a war room")
    return channel


def person_of(job: Job) -> Person:
    if job.person is None:
        raise ValueError(f"{job.row.effect} needs a person")
    return job.person


def place_of(job: Job) -> tuple[str, str]:
    """Channel and ts of the message that is to be changed."""
    if job.surface is None:
        raise ValueError(f"{job.row.effect} needs a message")
    return job.surface.channel, job.surface.ts
