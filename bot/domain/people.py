"""People as the bot knows them, who acts, and who looks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

PersonId = int


class Standing(StrEnum):
    """What a person may do at all, from Slack's directory (SPEC §4, permissions)."""

    MEMBER = "member"
    ADMIN = "admin"  # workspace admin or owner, or named in the posture's `admins`
    GUEST = "guest"  # reads only
    OUTSIDER = "outsider"  # of another workspace (Slack Connect); reads only


@dataclass(frozen=True, slots=True)
class Person:
    """One human. `handle` is the posture's name for them, None for people known from Slack only."""

    id: PersonId
    name: str
    handle: str | None = None
    slack_id: str | None = None
    email: str | None = None
    phone: str | None = None  # E.164
    zone: str = "UTC"  # IANA name
    standing: Standing = Standing.MEMBER
    active: bool = True  # False once deactivated in Slack or retired from the posture with no Slack id
    dm_channel: str | None = None  # Slack's id of the bot's direct message with them, once opened
    own_phone: str | None = None  # verified by themselves; goes before the posture's
    own_email: str | None = None  # the same; who they are is still matched by `email`
    sms_stopped: bool = False  # the phone that pages go to has texted STOP: its carrier takes no SMS of ours

    def named_in(self, names: Collection[str | None]) -> bool:
        """Whether a rota or a team names them: by handle, or by `#` and their id."""
        return (self.handle is not None and self.handle in names) or f"#{self.id}" in names

    @property
    def number(self) -> str | None:
        """The phone that pages go to."""
        return self.own_phone or self.phone

    @property
    def mailbox(self) -> str | None:
        """The address that mail pages go to."""
        return self.own_email or self.email

    def address(self, notifier: str) -> str | None:
        """Where a notifier reaches them; None for one that has no address of a person's own."""
        known = {
            "slack": self.slack_id,
            "sms": None if self.sms_stopped else self.number,
            "voice": self.number,
            "email": self.mailbox,
        }
        return known.get(notifier)


class Source(StrEnum):
    """Where an act came from; also the ack source that is stored and shown."""

    SLACK_BUTTON = "slack button"
    SLACK_COMMAND = "slack command"
    SLACK_REACTION = "slack reaction"
    SLACK_SHORTCUT = "slack shortcut"
    SLACK_MODAL = "slack form"
    SMS = "sms"
    VOICE = "phone call"
    EMAIL = "email"
    PAGERDUTY = "pagerduty"
    WEBHOOK = "webhook"
    ALERT = "alert"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, and by what. `person` is None for the bot itself and for machines."""

    person: Person | None
    source: Source
    label: str = ""  # for machines: the name of the webhook source, shown where a person's name would be

    @property
    def person_id(self) -> PersonId | None:
        return self.person.id if self.person else None


SYSTEM: Final = Actor(None, Source.SYSTEM, "Tocsin")


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks. Private incidents are visible only to members of their room and to admins (SPEC §3)."""

    person_id: PersonId | None
    sees_private: bool = False


#: The bot itself: effects and timers see everything.
EVERYTHING: Final = Viewer(None, sees_private=True)


def viewer_of(person: Person) -> Viewer:
    """The viewer a person is."""
    return Viewer(person.id, person.standing is Standing.ADMIN)
