"""What is done for each effect that is no notifier's (those are in `notify/registry.py`)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.delivery import Effect, Outcome
from bot.domain.picture import Job
from clients.faults import bounded
from clients.pagerduty import PagerDuty
from clients.slack import Slack
from clients.smtp import Mailer
from clients.twilio import Twilio
from integrations.announce import Announcement
from integrations.calls import UnderWay
from integrations.card import Card
from integrations.groups import GroupMembers
from integrations.home import HomeTab
from integrations.incident_sheet import IncidentSheet
from integrations.invites import Invites
from integrations.pagerduty import Mirror
from integrations.pages import PageMessage
from integrations.people import Said
from integrations.postmortem import Postmortem
from integrations.reactions import Reaction
from integrations.room import Room
from integrations.sheets import Sheets
from integrations.signs import Signs
from integrations.standing import Standing
from integrations.told import Told

Handler = Callable[[Job, datetime], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Clients:
    """What handlers call; None where it is not configured."""

    slack: Slack
    twilio: Twilio | None = None
    mailer: Mailer | None = None
    pagerduty: PagerDuty | None = None
    sheets: Sheets | None = None


HANDLERS: Final[Mapping[Effect, Callable[[Clients], Handler]]] = {
    Effect.ROOM_CREATE: lambda clients: Room(clients.slack).create,
    Effect.ROOM_INVITE: lambda clients: Invites(clients.slack).invite,
    Effect.ROOM_TOPIC: lambda clients: Signs(clients.slack).describe,
    Effect.ROOM_BOOKMARKS: lambda clients: Signs(clients.slack).bookmarks,
    Effect.ROOM_ARCHIVE: lambda clients: Room(clients.slack).archive,
    Effect.ROOM_UNARCHIVE: lambda clients: Room(clients.slack).unarchive,
    Effect.ROOM_SAY: lambda clients: Told(clients.slack).say,
    Effect.CARD_POST: lambda clients: Card(clients.slack).post,
    Effect.CARD_PIN: lambda clients: Card(clients.slack).pin,
    Effect.CARD_UPDATE: lambda clients: Card(clients.slack).update,
    Effect.ANNOUNCE_POST: lambda clients: Announcement(clients.slack).post,
    Effect.ANNOUNCE_UPDATE: lambda clients: Announcement(clients.slack).update,
    Effect.PAGE_UPDATE: lambda clients: PageMessage(clients.slack).update,
    Effect.DM_SAY: lambda clients: Said(clients.slack, clients.twilio).dm,
    Effect.CHANNEL_SAY: lambda clients: Announcement(clients.slack).say,
    Effect.SMS_SAY: lambda clients: Said(clients.slack, clients.twilio).sms,
    Effect.VOICE_SAY: lambda clients: Said(clients.slack, clients.twilio).voice,
    Effect.CALL_END: lambda clients: UnderWay(clients.twilio).end,
    Effect.MAIL_SAY: lambda clients: Said(clients.slack, clients.twilio, clients.mailer).mail,
    Effect.REACTION_ADD: lambda clients: Reaction(clients.slack).add,
    Effect.REACTION_REMOVE: lambda clients: Reaction(clients.slack).remove,
    Effect.REMIND: lambda clients: Told(clients.slack).remind,
    Effect.POSTMORTEM_POST: lambda clients: Postmortem(clients.slack).post,
    Effect.HOME_PUBLISH: lambda clients: HomeTab(clients.slack).publish,
    Effect.SHEET_WRITE: lambda clients: IncidentSheet(clients.sheets).write,
    Effect.STANDING_POST: lambda clients: Standing(clients.slack).post,
    Effect.STANDING_UPDATE: lambda clients: Standing(clients.slack).update,
    Effect.STANDING_END: lambda clients: Standing(clients.slack).end,
    Effect.GROUP_FILL: lambda clients: GroupMembers(clients.slack).fill,
    Effect.PAGERDUTY_TELL: lambda clients: Mirror(clients.pagerduty).tell,
}


def handlers(clients: Clients) -> dict[Effect, Handler]:
    """A handler for each effect; all calls of one row together end before its lease does."""
    return {effect: _bounded(make(clients)) for effect, make in HANDLERS.items()}


def _bounded(handler: Handler) -> Handler:
    return lambda job, now: bounded(handler(job, now))
