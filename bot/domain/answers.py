"""Answers: what a use case did, as a code with data; `bot.views.answers` words it for the person who asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.incident import Incident

#: Every answer there is, with the data its sentence may use. A test holds the views to this table.
CODES: dict[str, tuple[str, ...]] = {
    "declared": ("paged",),  # paged: names of the people paged at once
    "drilled": ("paged",),
    "joined": (),  # the same key was declared before: this is that incident
    "acked": ("runs",),
    "already_acked": ("by",),  # the name
    "closed": ("closed_as",),  # ack or decline of a closed incident: a polite no-op
    "page_acked": ("by",),  # a page by hand is answered; by: who has the incident, "" while nobody does
    "unacked": ("person",),  # the name of whose ack it was, where it was somebody else's, or ""
    "declined": ("next", "others"),  # names of who is paged instead; others: somebody else is still being paged
    "taken": (),
    "assigned": ("person",),
    "escalated": ("people", "tier"),
    "paged": ("people",),  # by hand
    "notified_again": ("people",),
    "updated": ("status",),
    "status_set": ("status",),
    "severity_set": ("from", "to", "paged"),
    "role_given": ("role", "person", "before"),  # before: the name of who held it, or ""
    "role_dropped": ("role",),
    "noted": (),
    "resolved": (),
    "cancelled": (),
    "reopened": ("paged",),
    "snoozed": ("reminder", "minutes"),
    "stopped": ("reminder",),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What was done to which incident. `changed` is False when it was so already."""

    code: str
    incident: Incident
    changed: bool = True
    data: Mapping[str, object] = field(default_factory=dict)
