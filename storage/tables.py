"""The tables of incidents: who, what happened, who was paged, and what came in. See also `work_tables`.

Column names are the field names of the domain's dataclasses, so that a row is a dataclass and back.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    text,
)

from bot.domain.alert import AlertStatus
from bot.domain.contacts import ContactKind
from bot.domain.delivery import PageState, SurfaceKind
from bot.domain.escalation import RunKind, RunState
from bot.domain.incident import ClosedAs, State, Status
from bot.domain.links import LinkVerb
from bot.domain.people import Standing
from bot.domain.severity import Urgency
from bot.domain.timeline import Kind
from storage.columns import Choice, Id, Names, NameSet, PolicySnapshot, Utc, Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def partial(name: str, condition: str, *columns: Column[Any]) -> Index:
    """An index over the rows that meet a condition only, on both databases."""
    return Index(name, *columns, sqlite_where=text(condition), postgresql_where=text(condition))


def to(table: str, *, null: bool = False, primary: bool = False, name: str = "") -> Column[int]:
    """A reference to a row of another table."""
    return Column(name or f"{table}_id", Id, ForeignKey(f"{table}.id"), nullable=null, primary_key=primary)


#: Numbers that must have no holes (`INC-n`), one row a name.
counter = Table(
    "counter",
    metadata,
    Column("name", Words, primary_key=True),
    Column("value", Id, nullable=False),
)

person = Table(
    "person",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Words, nullable=False),
    Column("handle", Words, unique=True),
    Column("slack_id", Words, unique=True),
    Column("email", Words),
    Column("phone", Words),
    Column("zone", Words, nullable=False),
    Column("standing", Choice(Standing), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("dm_channel", Words),
)

#: Addresses that people added themselves: at most one that is verified and one that waits for its code, of each kind.
contact = Table(
    "contact",
    metadata,
    to("person"),
    Column("kind", Choice(ContactKind), nullable=False),
    Column("pending", Boolean, nullable=False),
    Column("address", Words, nullable=False),
    Column("verified_at", Utc),
    Column("nonce", Words, nullable=False),
    Column("expires_at", Utc),
    Column("tries", Integer, nullable=False),
    Column("codes", Integer, nullable=False),
    Column("codes_since", Utc),
    PrimaryKeyConstraint("person_id", "kind", "pending"),
)

#: Numbers that texted STOP: their carrier takes no SMS of ours until they text START.
opt_out = Table(
    "opt_out",
    metadata,
    Column("address", Words, primary_key=True),
    Column("at", Utc, nullable=False),
)

rule = Table(
    "rule",
    metadata,
    to("person"),
    Column("urgency", Choice(Urgency), nullable=False),
    Column("position", Integer, nullable=False),
    Column("notifier", Words, nullable=False),
    Column("delay", Integer, nullable=False),  # seconds
    PrimaryKeyConstraint("person_id", "urgency", "position"),
)

#: A copy of Slack's user groups; `changed` is Slack's own time, in epoch seconds.
user_group = Table(
    "user_group",
    metadata,
    Column("slack_id", Words, primary_key=True),
    Column("handle", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("members", Names, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("changed", Id, nullable=False),
)
Index("ix_user_group_handle", user_group.c.handle)

incident = Table(
    "incident",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("title", Words, nullable=False),
    Column("severity", Words, nullable=False),
    Column("service", Words, nullable=False),
    Column("state", Choice(State), nullable=False),
    Column("status", Choice(Status), nullable=False),
    Column("detected_by", Words, nullable=False),
    Column("declared_at", Utc, nullable=False),
    Column("description", Words, nullable=False),
    Column("services", Names, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("source_link", Words, nullable=False),
    to("person", null=True, name="reporter_id"),
    to("person", null=True, name="assignee_id"),
    to("person", null=True, name="commander_id"),
    Column("closed_as", Choice(ClosedAs)),
    Column("resolution", Words, nullable=False),
    Column("acked_at", Utc),
    Column("resolved_at", Utc),
    to("person", null=True, name="resolved_by_id"),
    Column("last_update", Words, nullable=False),
    Column("last_update_at", Utc),
    Column("room_channel", Words, unique=True),
    Column("room_name", Words, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("version", Integer, nullable=False),
)
partial("ix_incident_open", "state <> 'RESOLVED'", incident.c.severity, incident.c.id)
partial("ix_incident_service", "state <> 'RESOLVED'", incident.c.service, incident.c.id)
Index("ix_incident_state", incident.c.state)

#: Every change of an incident's state, in the transaction that made it; `verify` walks it.
journal = Table(
    "journal",
    metadata,
    to("incident"),
    Column("version", Integer, nullable=False),
    Column("state", Choice(State), nullable=False),
    Column("at", Utc, nullable=False),
    PrimaryKeyConstraint("incident_id", "version"),
)

timeline_event = Table(
    "timeline_event",
    metadata,
    Column("id", Id, primary_key=True),
    to("incident"),
    Column("at", Utc, nullable=False),
    Column("kind", Choice(Kind), nullable=False),
    to("person", null=True, name="actor_id"),
    Column("actor_label", Words, nullable=False),
    Column("data", JSON, nullable=False),
    Column("key", Words),
    UniqueConstraint("incident_id", "key"),
)
Index("ix_timeline_event_incident", timeline_event.c.incident_id, timeline_event.c.at, timeline_event.c.id)

responder = Table(
    "responder",
    metadata,
    to("incident"),
    to("person"),
    Column("joined_at", Utc, nullable=False),
    Column("roles", NameSet, nullable=False),
    Column("ack_source", Words),
    Column("acked_at", Utc),
    PrimaryKeyConstraint("incident_id", "person_id"),
)

room_member = Table(
    "room_member",
    metadata,
    to("incident"),
    to("person"),
    PrimaryKeyConstraint("incident_id", "person_id"),
)

run = Table(
    "run",
    metadata,
    Column("id", Id, primary_key=True),
    to("incident"),
    Column("kind", Choice(RunKind), nullable=False),
    Column("policy", PolicySnapshot, nullable=False),
    Column("state", Choice(RunState), nullable=False),
    Column("started_at", Utc, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    Column("next_due", Utc),
    to("person", null=True, name="acked_by_id"),
    Column("acked_at", Utc),
    Column("ended_reason", Words, nullable=False),
    to("person", null=True, name="asked_by_id"),
    Column("version", Integer, nullable=False),
)
Index("ix_run_incident", run.c.incident_id, run.c.id)
partial("ix_run_climbing", "state = 'climbing'", run.c.id)

page = Table(
    "page",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    to("incident"),
    to("run"),
    Column("generation", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    to("person"),
    Column("created_at", Utc, nullable=False),
    Column("state", Choice(PageState), nullable=False),
    Column("answered_at", Utc),
    Column("answer_source", Words),
    sqlite_autoincrement=True,
)
Index("ix_page_incident", page.c.incident_id, page.c.id)
partial("ix_page_open", "state = 'open'", page.c.person_id, page.c.id)

answer_link = Table(
    "answer_link",
    metadata,
    Column("hash", Words, primary_key=True),
    to("page"),
    Column("verb", Choice(LinkVerb), nullable=False),
    Column("used_at", Utc),
)

surface = Table(
    "surface",
    metadata,
    Column("channel", Words, primary_key=True),
    Column("ts", Words, primary_key=True),
    Column("kind", Choice(SurfaceKind), nullable=False),
    to("incident"),
    to("page", null=True),
    to("person", null=True),
    Column("posted_at", Utc),
)
Index("ix_surface_incident", surface.c.incident_id, surface.c.kind)

alert = Table(
    "alert",
    metadata,
    Column("id", Id, primary_key=True),
    Column("source", Words, nullable=False),
    Column("dedup_hash", Words, nullable=False),
    to("incident"),
    Column("status", Choice(AlertStatus), nullable=False),
    Column("summary", Words, nullable=False),
    Column("group_hash", Words, nullable=False),
    Column("first_at", Utc, nullable=False),
    Column("last_at", Utc, nullable=False),
    Column("count", Integer, nullable=False),
    Column("labels", JSON, nullable=False),
    Column("link", Words, nullable=False),
    UniqueConstraint("dedup_hash", "incident_id"),
)
Index("ix_alert_incident", alert.c.incident_id, alert.c.id)
Index("ix_alert_group", alert.c.group_hash, alert.c.incident_id)
