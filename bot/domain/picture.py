"""Pictures: all that a card, a page, `why` or a postmortem shows, read in one go and handed to a view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.absences import Absence
from bot.domain.alert import Alert
from bot.domain.delivery import Page, Row, Surface
from bot.domain.escalation import Policy, Run
from bot.domain.groups import Wish
from bot.domain.incident import Incident, Responder
from bot.domain.mirrored_sheet import Roll
from bot.domain.oncall import OnCall
from bot.domain.own import Ways
from bot.domain.people import Person, PersonId
from bot.domain.posture import EmojiRules, PostmortemRules, Service
from bot.domain.readiness import Gap
from bot.domain.rules import Rule
from bot.domain.severity import Severity
from bot.domain.standing import Board
from bot.domain.storms import Storm
from bot.domain.swaps import Swap
from bot.domain.timeline import Event
from bot.domain.timers import Timer


@dataclass(frozen=True, slots=True)
class Paged:
    """One person's page with its deliveries, one row a notifier."""

    page: Page
    person: Person
    deliveries: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the run does next if nobody answers. `tier` 0 is the fallback."""

    at: datetime
    tier: int
    cycle: int
    people: tuple[Person, ...]  # who would be paged as things stand; empty: nobody is reachable
    everybody: bool = False  # the fallback that pages every tier at once
    handover: bool = False  # within a step: these people come on call and are paged too


@dataclass(frozen=True, slots=True)
class RunPicture:
    """A run with the people it paged and its next step (None once acked or ended)."""

    run: Run
    paged: tuple[Paged, ...]
    next: NextStep | None
    handover: NextStep | None = None  # before the next step somebody comes on call and is paged too
    sooner: bool = False  # a call is planned or rings, and unanswered it brings the next step at once

    @property
    def waiting_for(self) -> tuple[Paged, ...]:
        """Open pages: the people who are paged now."""
        return tuple(p for p in self.paged if p.page.state == "open")


@dataclass(frozen=True, slots=True)
class Picture:
    """An incident as it stands. `people` holds everybody who is named anywhere in it."""

    incident: Incident
    severity: Severity
    service: Service | None
    people: Mapping[PersonId, Person]
    responders: tuple[Responder, ...] = ()
    runs: tuple[RunPicture, ...] = ()
    alerts: tuple[Alert, ...] = ()
    reminders: tuple[Timer, ...] = ()  # pending, by due time
    failed: tuple[Row, ...] = ()  # side effects that could not be done
    surfaces: tuple[Surface, ...] = ()
    nobody: bool = False  # the last attempt to page found nobody anywhere
    emoji: EmojiRules = EmojiRules()
    public_url: str = ""

    def name(self, person_id: PersonId | None) -> str:
        """A person's name, or a dash."""
        person = self.people.get(person_id) if person_id is not None else None
        return person.name if person else "—"


@dataclass(frozen=True, slots=True)
class TierPreview:
    """Whom a tier (1-based; 0 is the fallback) would page now, and by what; `reasons` say why nobody."""

    tier: int
    people: tuple[tuple[Person, tuple[Rule, ...]], ...]
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """An incident before somebody escalates it; without a policy there is nothing to choose from."""

    picture: Picture
    policy: Policy | None = None
    next: TierPreview | None = None  # None: nobody can be reached
    tiers: tuple[TierPreview, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """An incident with its whole log: timeline, `why` and postmortem are views of it.

    `ahead` is what follows after the next step of the policy's run, `again` how often the last of it repeats; both are
    for `why` alone.
    """

    picture: Picture
    events: tuple[Event, ...]
    postmortem: PostmortemRules = PostmortemRules()
    reviewers: Mapping[str, tuple[Person, ...]] = field(default_factory=dict)  # who fills each position that reviews
    ahead: tuple[NextStep, ...] = ()
    again: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """App Home of one person."""

    person: Person
    pages: tuple[tuple[Page, Incident], ...]  # open pages, with their incidents
    incidents: tuple[Incident, ...]  # open, those of the pages among them
    severities: Mapping[str, Severity]
    on_call: tuple[OnCall, ...]
    people: Mapping[PersonId, Person]
    shifts: tuple[tuple[str, datetime, datetime], ...] = ()  # mine: schedule, start, end; 14 days
    ways: Ways | None = None  # how pages reach me
    storm: Storm | None = None
    gaps: tuple[Gap, ...] = ()  # of the teams this person leads
    requests: tuple[Swap, ...] = ()  # to swap or cover: for this person to answer, or their own
    absences: tuple[Absence, ...] = ()  # time off that they told


@dataclass(frozen=True, slots=True)
class Carried:
    """A delivery that goes out in a bundle, with what is said of it; `links` answer it from a mail, by verb."""

    row: Row
    page: Page
    incident: Incident
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Job:
    """An outbox row made ready to be sent: what its handler needs, read just before the call.

    `row.doubt` means an earlier try may have gone out: look it up first, and mark what is sent again.
    """

    row: Row
    picture: Picture | None = None
    person: Person | None = None  # the recipient
    page: Page | None = None
    surface: Surface | None = None  # the message to update or pin
    event: Event | None = None  # the fact told in the room
    story: Story | None = None  # for the postmortem
    home: Home | None = None
    roll: Roll | None = None  # for the worksheet `incidents`
    board: Board | None = None  # what a standing post shows
    wish: Wish | None = None  # whom a user group should hold
    others: tuple[Row, ...] = ()  # of a page by phone in doubt: the same person's other pages by that notifier
    bundle: tuple[Carried, ...] = ()  # of a bundle: the pages in it, worst and oldest first
    data: Mapping[str, object] = field(default_factory=dict)
