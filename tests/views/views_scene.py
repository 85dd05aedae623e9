"""A night to show: INC-42 with its people, runs, pages and log, at the moments that the views are tested at."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain import severity as sev
from bot.domain.alert import Alert, AlertStatus
from bot.domain.delivery import Effect, Lane, Page, PageState, Row, RowState
from bot.domain.escalation import Policy, Run, RunKind, RunState, Target, TargetKind, Tier
from bot.domain.incident import ClosedAs, Incident, Responder, State, Status
from bot.domain.oncall import OnCall, Slot
from bot.domain.own import Ways
from bot.domain.people import Person, Standing
from bot.domain.picture import Home, Job, NextStep, Paged, Picture, RunPicture, Story
from bot.domain.posture import PostmortemRules, Service
from bot.domain.rules import DEFAULTS
from bot.domain.timeline import Event, Kind
from bot.domain.timers import Timer, TimerKind, TimerState


def minute(number: float) -> datetime:
    """Minutes after 03:00 UTC of the night."""
    return datetime(2026, 11, 21, 3, 0, tzinfo=UTC) + timedelta(minutes=number)


NOW = minute(20)

ALICE = Person(1, "Alice Chen", "alice", "U0ALICE", "alice@acme.example", "+15550100001", dm_channel="D0ALICE")
BOB = Person(2, "Bob Okafor", "bob", "U0BOB", "bob@acme.example", "+15550100002")
CAROL = Person(3, "Carol Díaz", "carol", "U0CAROL", "carol@acme.example", standing=Standing.ADMIN)
DAVE = Person(4, "Dave Novak", None, "U0DAVE", "dave@acme.example")
PEOPLE = {person.id: person for person in (ALICE, BOB, CAROL, DAVE)}

SERVICE = Service("payments", "payments", "payments", "https://runbooks.acme.example/payments?env=prod&v=2")
POLICY = Policy(
    "payments",
    (
        Tier((Target(TargetKind.SCHEDULE, "payments-primary"),), timedelta(minutes=15)),
        Tier((Target(TargetKind.SCHEDULE, "payments-primary", 1),), timedelta(minutes=15)),
        Tier((Target(TargetKind.POSITION, "eng-manager"), Target(TargetKind.TEAM, "payments")), timedelta(minutes=30)),
    ),
)

INCIDENT = Incident(
    id=42,
    title="Payments API is slow",
    severity="SEV1",
    service="payments",
    services=("payments", "checkout"),
    state=State.ASSIGNED,
    status=Status.INVESTIGATING,
    detected_by="Alertmanager",
    declared_at=minute(8),
    description="p99 of POST /charge is 9 s.\nCustomers see time-outs at checkout.",
    source_link="https://alerts.acme.example/?a=1&b=2",
    reporter_id=DAVE.id,
    room_channel="C0ROOM42",
    room_name="inc-42-payments-api-is-slow",
)


def row(effect: Effect, state: RowState = RowState.SENT, **fields: Any) -> Row:
    values: dict[str, Any] = {"id": 7, "key": f"key/{effect.value}", "lane": Lane.PAGES, "not_before": minute(8)}
    return Row(effect=effect, state=state, created_at=minute(8), **{**values, **fields})


def paged(person: Person, number: int, step: int, at: datetime, *rows: Row, **fields: Any) -> Paged:
    page = Page(number, f"page/{number}", 42, 1, 0, step, person.id, at, **fields)
    return Paged(page, person, rows)


ALICE_PAGED = paged(
    ALICE, 17, 0, minute(8), row(Effect.PAGE_SLACK), row(Effect.PAGE_SMS, RowState.PENDING), row(Effect.PAGE_EMAIL)
)
RUN = Run(1, 42, RunKind.DECLARE, POLICY, RunState.CLIMBING, minute(8), step=0, next_due=minute(25))
CLIMBING = RunPicture(RUN, (ALICE_PAGED,), NextStep(minute(25), 2, 1, (BOB,)))

#: Nobody has acked; Bob is next at 03:25.
PAGING = Picture(
    incident=INCIDENT,
    severity=sev.DEFAULTS["SEV1"],
    service=SERVICE,
    people=PEOPLE,
    responders=(Responder(42, DAVE.id, minute(8)),),
    runs=(CLIMBING,),
    alerts=(
        Alert(1, "alertmanager", "h1", 42, AlertStatus.FIRING, "p99 of /charge over 5 s", "g", minute(7), minute(19),
              12, link="https://alerts.acme.example/p99"),
        Alert(2, "alertmanager", "h2", 42, AlertStatus.RESOLVED, "error rate over 2 %", "g", minute(7), minute(12)),
    ),
    reminders=(
        Timer(5, "remind.commander/42/1", TimerKind.REMIND, minute(23), 42,
              data={"reminder": "commander", "number": 1}),
    ),
)  # fmt: skip

ACKED_RUN = RunPicture(
    replace(RUN, state=RunState.ACKED, step=1, next_due=None, acked_by_id=BOB.id, acked_at=minute(26)),
    (
        replace(ALICE_PAGED, page=replace(ALICE_PAGED.page, state=PageState.ENDED, answered_at=minute(26))),
        paged(
            BOB, 18, 1, minute(25), row(Effect.PAGE_SLACK), row(Effect.PAGE_SMS, doubt=True, result={"repeat": True}),
            state=PageState.ACKED, answered_at=minute(26), answer_source="slack button",
        ),
    ),
    None,
)  # fmt: skip

#: Bob acked, Carol commands, an update was posted.
WORKING = replace(
    PAGING,
    incident=replace(
        INCIDENT,
        state=State.IN_PROGRESS,
        status=Status.IDENTIFIED,
        assignee_id=BOB.id,
        commander_id=CAROL.id,
        acked_at=minute(26),
        last_update="A bad index on charges. Rolling back, see https://deploys.acme.example/77",
        last_update_at=minute(30),
    ),
    runs=(ACKED_RUN,),
    responders=(
        Responder(42, DAVE.id, minute(8)),
        Responder(42, BOB.id, minute(26), ack_source="slack button", acked_at=minute(26)),
        Responder(42, CAROL.id, minute(27), frozenset({"responder", "commander"})),
        Responder(42, ALICE.id, minute(28), frozenset({"responder", "scribe"})),
    ),
    reminders=(
        Timer(6, "remind.update/42/2", TimerKind.REMIND, minute(45), 42, data={"reminder": "update", "number": 1},
              state=TimerState.PENDING),
    ),
)  # fmt: skip

#: Resolved after 42 minutes.
RESOLVED = replace(
    WORKING,
    incident=replace(
        WORKING.incident,
        state=State.RESOLVED,
        status=Status.RESOLVED,
        closed_as=ClosedAs.RESOLVED,
        resolution="Rolled back to 4.2.\nThe index is dropped.",
        resolved_at=minute(50),
        resolved_by_id=BOB.id,
    ),
    reminders=(),
)


def event(
    event_id: int, at: datetime, kind: Kind, actor: Person | None = None, label: str = "", **data: object
) -> Event:
    return Event(42, at, kind, actor.id if actor else None, label, data, id=event_id)


EVENTS = (
    event(1, minute(8), Kind.DECLARED, DAVE, severity="SEV2", service="payments", page=True),
    event(2, minute(8), Kind.ALERT, None, "alertmanager", status="firing", summary="p99 of /charge over 5 s", count=1),
    event(3, minute(8), Kind.PAGED, None, "Tocsin", person_id=1, tier=1, cycle=1, reason="declared",
          notifiers=["slack", "sms", "email"], later={"voice": 120}),
    event(4, minute(8), Kind.ROOM, None, "Tocsin", channel="C0ROOM42", name="inc-42-payments-api-is-slow"),
    event(5, minute(8), Kind.PAGE_DELIVERED, None, "Tocsin", person_id=1, notifier="slack", repeat=False),
    event(6, minute(9), Kind.PAGE_FAILED, None, "Tocsin", person_id=1, notifier="sms", reason="21610 unsubscribed"),
    event(7, minute(10), Kind.SEVERITY, DAVE, **{"from": "SEV2", "to": "SEV1", "reason": "checkout is down"}),
    event(8, minute(25), Kind.ESCALATED, None, "Tocsin", tier=2, cycle=1, person_ids=[2], reason="timeout"),
    event(9, minute(25), Kind.PAGED, None, "Tocsin", person_id=2, tier=2, cycle=1, reason="timeout",
          notifiers=["slack", "sms"]),
    event(10, minute(26), Kind.ACKED, BOB, source="slack button"),
    event(11, minute(26), Kind.JOINED, BOB, person_id=2),
    event(12, minute(27), Kind.ROLE_GIVEN, CAROL, role="commander", person_id=3),
    event(13, minute(28), Kind.ROLE_GIVEN, CAROL, role="scribe", person_id=1),
    event(14, minute(29), Kind.PINNED, DAVE, text="The deploy of 03:05 added an index | see\n#deploys",
          permalink="https://acme.slack.example/archives/C0ROOM42/p1", ts="1.1", channel="C0ROOM42", by=1),
    event(15, minute(29), Kind.PINNED, DAVE, text="wrong channel, sorry", permalink="", ts="1.2", channel="C0ROOM42",
          by=1),
    event(16, minute(30), Kind.STATUS, BOB, **{"from": "investigating", "to": "identified"}),
    event(17, minute(30), Kind.UPDATE, BOB, text="A bad index on charges. Rolling back.", status="identified"),
    event(18, minute(31), Kind.UNPINNED, ALICE, ts="1.2", channel="C0ROOM42"),
    event(19, minute(35), Kind.STATUS, BOB, **{"from": "identified", "to": "mitigating"}),
    event(20, minute(36), Kind.NOTE, ALICE, text="Rollback started by Bob"),
    event(21, minute(50), Kind.RESOLVED, BOB, text="Rolled back to 4.2.\nThe index is dropped."),
)  # fmt: skip

STORY = Story(RESOLVED, EVENTS, PostmortemRules(reviewers=("eng-manager",)))
PAGING_STORY = Story(PAGING, EVENTS[:6])

#: One example of every kind of fact.
EVERY_KIND: tuple[Event, ...] = (
    *[one for one in EVENTS if one.id not in (9, 13, 15, 19)],
    event(30, minute(25), Kind.TIER_SKIPPED, None, "Tocsin", tier=2, targets=["payments-primary"], reason="no_address"),
    event(31, minute(25), Kind.NOBODY, None, "Tocsin"),
    event(32, minute(25), Kind.UNACKED, BOB, reason="my laptop died"),
    event(33, minute(25), Kind.DECLINED, ALICE, source="sms"),
    event(47, minute(25), Kind.DRILL_SCORED, BOB, out=1.5, delivered=2.25, acked=67.0, person_id=1, people=2),
    event(45, minute(25), Kind.PAGE_ACKED, CAROL, source="sms"),
    event(46, minute(25), Kind.ASKED, DAVE, person_ids=[3], reason="asked"),
    event(44, minute(25), Kind.HANDOVER, None, "Tocsin", tier=1, cycle=1, person_ids=[2]),
    event(34, minute(25), Kind.FALLBACK, None, "Tocsin", person_ids=[1, 2, 3], reason="timeout"),
    event(35, minute(25), Kind.ASSIGNED, CAROL, person_id=2),
    event(36, minute(25), Kind.TAKEN, BOB),
    event(37, minute(25), Kind.ROLE_DROPPED, CAROL, role="commander", person_id=3),
    event(38, minute(25), Kind.STEP_FAILED, None, "Tocsin", step="announce.post", reason="not_in_channel"),
    event(39, minute(25), Kind.REMINDED, None, "Tocsin", reminder="commander", number=1),
    event(40, minute(25), Kind.SNOOZED, BOB, reminder="commander", minutes=30),
    event(41, minute(25), Kind.CANCELLED, BOB, reason="the monitor was wrong"),
    event(42, minute(25), Kind.REOPENED, BOB, reason="it came back"),
    event(43, minute(25), Kind.POSTMORTEM, None, "Tocsin", permalink="https://acme.slack.example/archives/C0ROOM42/p9"),
)


def page_job(picture: Picture = PAGING, shown: Paged = ALICE_PAGED, **fields: Any) -> Job:
    """The page of one person, about to be sent."""
    return Job(row(Effect.PAGE_SLACK, RowState.PENDING, **fields), picture, shown.person, shown.page)


HOME = Home(
    person=ALICE,
    pages=((ALICE_PAGED.page, INCIDENT),),
    incidents=(INCIDENT, replace(INCIDENT, id=41, title="Search is stale", severity="SEV3", commander_id=CAROL.id)),
    severities=sev.DEFAULTS,
    on_call=(
        OnCall(
            "payments-primary",
            Slot(1, "payments-primary", ALICE.id, minute(-600), minute(360)),
            Slot(2, "payments-primary", BOB.id, minute(360), minute(10440)),
            minute(360),
        ),
        OnCall("search", None, Slot(3, "search", CAROL.id, minute(2000), minute(4000))),
    ),
    people=PEOPLE,
    shifts=(("payments-primary", minute(-600), minute(360)), ("payments-primary", minute(20000), minute(30000))),
    ways=Ways(ALICE, DEFAULTS, frozenset(), frozenset({"slack", "sms"}), frozenset({"slack", "sms"})),
)
EMPTY_HOME = replace(HOME, pages=(), incidents=(), on_call=(), shifts=())
