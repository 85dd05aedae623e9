"""Outbound work: rows of the outbox, outcomes of a try, pages and the surfaces they leave behind.

row states: pending → (claimed under a lease) → sent | dead | dropped | superseded
A try ends as Sent, Later, Never or Unknown; Unknown is looked up before anything is sent again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from bot.domain.people import PersonId
from bot.domain.receipts import Reach


class Lane(IntEnum):
    """Workers of their own, so that nothing waits behind housekeeping."""

    SEV1 = 0  # pages of the most urgent severity: they never wait behind other pages
    PAGES = 1
    ANSWERS = 2
    ROOM = 3
    COSMETIC = 4


class Effect(StrEnum):
    """Every kind of outbound call. `app.py` maps each to its handler; a test walks the list."""

    ROOM_CREATE = "room.create"
    ROOM_INVITE = "room.invite"  # payload: person_ids (a batch; one by one when the batch fails)
    ROOM_TOPIC = "room.topic"  # topic; purpose when the room is new
    ROOM_BOOKMARKS = "room.bookmarks"
    ROOM_ARCHIVE = "room.archive"
    ROOM_UNARCHIVE = "room.unarchive"
    ROOM_SAY = "room.say"  # payload: event_id (a timeline event told in the room)
    CARD_POST = "card.post"
    CARD_PIN = "card.pin"
    CARD_UPDATE = "card.update"
    ANNOUNCE_POST = "announce.post"  # payload: channel (name)
    ANNOUNCE_UPDATE = "announce.update"  # payload: channel, ts
    PAGE_SLACK = "page.slack"
    PAGE_SMS = "page.sms"
    PAGE_VOICE = "page.voice"
    PAGE_EMAIL = "page.email"
    PAGE_WEBHOOK = "page.webhook"
    PAGE_PAGERDUTY = "page.pagerduty"
    PAGE_UPDATE = "page.update"  # the DM changes once answered; payload: channel, ts
    DM_SAY = "dm.say"  # payload: message (code of a view), data
    CHANNEL_SAY = "channel.say"  # payload: channel (name or id), message (code of a view), data, stamp
    SMS_SAY = "sms.say"  # payload: to (E.164), message, data
    VOICE_SAY = "voice.say"  # payload: to (E.164), message; a call that asks for nothing
    CALL_END = "call.end"  # payload: sid; a phone that still rings is hung up
    MAIL_SAY = "mail.say"  # payload: to (mail address), message, data
    REACTION_ADD = "reaction.add"  # payload: channel, ts, name
    REACTION_REMOVE = "reaction.remove"  # one of the bot's own; payload: channel, ts, name
    REMIND = "remind"  # payload: reminder, number
    POSTMORTEM_POST = "postmortem.post"
    HOME_PUBLISH = "home.publish"
    SHEET_WRITE = "sheet.write"  # the worksheet `incidents`, as it should be now
    PAGERDUTY_TELL = "pagerduty.tell"  # payload: action
    STANDING_POST = "standing.post"  # payload: post (its id)
    STANDING_UPDATE = "standing.update"  # payload: post, anew (also where it shows the same already)
    STANDING_END = "standing.end"  # payload: channel, ts, about; it says that it is not kept up to date any more
    GROUP_FILL = "group.fill"  # payload: group (as the posture names it)


#: Effects that are one person's page by one notifier.
NOTIFIER_OF: dict[Effect, str] = {
    Effect.PAGE_SLACK: "slack",
    Effect.PAGE_SMS: "sms",
    Effect.PAGE_VOICE: "voice",
    Effect.PAGE_EMAIL: "email",
    Effect.PAGE_WEBHOOK: "webhook",
    Effect.PAGE_PAGERDUTY: "pagerduty",
}
#: Those of which receipts tell more after the send.
ON_PHONES = frozenset({Effect.PAGE_SMS, Effect.PAGE_VOICE})
EFFECT_OF: dict[str, Effect] = {notifier: effect for effect, notifier in NOTIFIER_OF.items()}


class RowState(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"  # never: a permanent refusal, or too many tries
    DROPPED = "dropped"  # looked at just before the send and no longer wanted (acked, resolved, expired)
    SUPERSEDED = "superseded"  # a newer row says the same better


@dataclass(frozen=True, slots=True)
class NewRow:
    """An outbound call to be written with the change that causes it. `key` is unique: twice is a no-op."""

    key: str
    effect: Effect
    lane: Lane
    not_before: datetime
    incident_id: int | None = None
    run_id: int | None = None
    page_id: int | None = None
    person_id: PersonId | None = None
    payload: Mapping[str, object] = field(default_factory=dict)
    after: str | None = None  # key of a row that must be terminal first (the room before the card)
    stream: str | None = None  # rows of one stream go out in order, one at a time
    coalesce: str | None = None  # a newer pending row with the same value supersedes this one
    expires_at: datetime | None = None
    ahead: bool = False  # goes before the others of its lane that are due


@dataclass(frozen=True, slots=True)
class Row:
    """An outbox row as claimed. `fence` rises with every claim; later writes must carry it."""

    id: int
    key: str
    effect: Effect
    lane: Lane
    state: RowState
    not_before: datetime
    created_at: datetime
    incident_id: int | None = None
    run_id: int | None = None
    page_id: int | None = None
    person_id: PersonId | None = None
    payload: Mapping[str, object] = field(default_factory=dict)
    after: str | None = None
    stream: str | None = None
    coalesce: str | None = None
    expires_at: datetime | None = None
    ahead: bool = False
    bundle_id: int | None = None  # the row whose message carries this one too
    owner: str | None = None
    lease_until: datetime | None = None  # real time
    fence: int = 0
    tries: int = 0
    doubt: bool = False  # an earlier try may have gone out: look it up first, mark what is sent again
    result: Mapping[str, object] = field(default_factory=dict)  # ts, channel, sid, message_id, repeat
    reason: str = ""
    done_at: datetime | None = None
    reach: Reach | None = None  # how far it got, by its receipts
    reach_reason: str = ""  # why no further, in words


@dataclass(frozen=True, slots=True)
class Sent:
    """Done. `ref` identifies it at the provider; `found` when a look-up proved an earlier try."""

    ref: Mapping[str, object] = field(default_factory=dict)
    found: bool = False


#: Why a call was not made that would have been one too many: nobody was asked, so nobody answered.
OWN_PACE = "kept to a message a second"


@dataclass(frozen=True, slots=True)
class Later:
    """Not now: a rate limit or a passing fault that surely did nothing."""

    after: timedelta | None = None  # the provider's own wish; None = our back-off
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Never:
    """A permanent refusal; for a page the next notifier is tried at once."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have happened: time-out, reset, 502, 504. `bug`: our own code failed, so that trying on is no use.

    `under_way`: the other side may still be at it, so that a look at this moment would prove nothing.
    """

    reason: str
    bug: bool = False
    under_way: bool = field(default=False, compare=False)


Outcome = Sent | Later | Never | Unknown


class PageState(StrEnum):
    OPEN = "open"
    ACKED = "acked"
    DECLINED = "declined"
    SUPERSEDED = "superseded"
    ENDED = "ended"  # the run was answered by somebody else, or the incident closed


@dataclass(frozen=True, slots=True)
class Page:
    """A demand on one person within a run (SPEC §1)."""

    id: int
    key: str
    incident_id: int
    run_id: int
    generation: int
    step: int
    person_id: PersonId
    created_at: datetime
    state: PageState = PageState.OPEN
    answered_at: datetime | None = None
    answer_source: str | None = None


class SurfaceKind(StrEnum):
    CARD = "card"
    ANNOUNCEMENT = "announcement"
    PAGE = "page"
    REMINDER = "reminder"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Surface:
    """A posted message (channel, ts) that stands for an incident or a page."""

    channel: str
    ts: str
    kind: SurfaceKind
    incident_id: int
    page_id: int | None = None
    person_id: PersonId | None = None
    posted_at: datetime | None = None
