"""The tables of durable work: timers, outbox and its ledger, what was accepted, slots, postures, reactions.

Every claim reads a partial index over pending rows, so that its cost never grows with what is done.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from bot.domain.delivery import Effect, Lane, RowState
from bot.domain.receipts import FINAL, Reach
from bot.domain.storms import Sign
from bot.domain.timers import TimerKind, TimerState
from storage.columns import Choice, Id, Payments, Utc, Words
from storage.tables import metadata, partial, to

_PENDING = "state = 'pending'"
#: Deliveries of which more is to be heard. Written out, for partial indexes are chosen only for the same words.
AWAITED = "state = 'sent' AND reach IN ({})".format(", ".join(f"'{r.value}'" for r in Reach if r not in FINAL))

timer = Table(
    "timer",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    Column("kind", Choice(TimerKind), nullable=False),
    Column("due_at", Utc, nullable=False),
    to("incident", null=True),
    to("run", null=True),
    Column("generation", Integer, nullable=False),
    Column("data", JSON, nullable=False),
    Column("state", Choice(TimerState), nullable=False),
    Column("owner", Words),
    Column("lease_until", Utc),
    Column("fence", Integer, nullable=False),
    Column("reason", Words, nullable=False),
    Column("armed_at", Utc, nullable=False),
    Column("done_at", Utc),
)
partial("ix_timer_due", _PENDING, timer.c.due_at, timer.c.id)
partial("ix_timer_incident", _PENDING, timer.c.incident_id)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    Column("effect", Choice(Effect), nullable=False),
    Column("lane", Choice(Lane), nullable=False),
    Column("state", Choice(RowState), nullable=False),
    Column("not_before", Utc, nullable=False),
    Column("created_at", Utc, nullable=False),
    to("incident", null=True),
    to("run", null=True),
    to("page", null=True),
    to("person", null=True),
    Column("payload", JSON, nullable=False),
    Column("after", Words),
    Column("stream", Words),
    Column("coalesce", Words),
    Column("expires_at", Utc),
    Column("ahead", Boolean, nullable=False),
    to("outbox", null=True, name="bundle_id"),
    Column("owner", Words),
    Column("lease_until", Utc),
    Column("fence", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("doubt", Boolean, nullable=False),
    Column("result", JSON, nullable=False),
    Column("reason", Words, nullable=False),
    Column("done_at", Utc),
    Column("reach", Choice(Reach)),
    Column("reach_reason", Words, nullable=False),
    sqlite_autoincrement=True,  # its id goes out in callback addresses and must never come back
)
partial("ix_outbox_due", _PENDING, outbox.c.lane, outbox.c.ahead, outbox.c.not_before, outbox.c.id)
partial("ix_outbox_bundle", "bundle_id IS NOT NULL", outbox.c.bundle_id)
partial("ix_outbox_stream", f"{_PENDING} AND stream IS NOT NULL", outbox.c.stream, outbox.c.id)
partial("ix_outbox_coalesce", f"{_PENDING} AND coalesce IS NOT NULL", outbox.c.coalesce, outbox.c.id)
partial("ix_outbox_dead", "state = 'dead'", outbox.c.lane)
Index("ix_outbox_incident", outbox.c.incident_id, outbox.c.id)
partial("ix_outbox_page", "page_id IS NOT NULL", outbox.c.page_id)
partial("ix_outbox_person", "page_id IS NOT NULL", outbox.c.person_id, outbox.c.created_at)
partial("ix_outbox_loose", "incident_id IS NULL", outbox.c.done_at)
partial("ix_outbox_awaited", AWAITED, outbox.c.done_at)

#: The ledger: a row before every try, its outcome after. `fence` numbers the claims of a row.
attempt = Table(
    "attempt",
    metadata,
    to("outbox"),
    Column("fence", Integer, nullable=False),
    Column("owner", Words, nullable=False),
    Column("started_at", Utc, nullable=False),
    Column("ended_at", Utc),
    Column("outcome", Words),
    Column("reason", Words, nullable=False),
    PrimaryKeyConstraint("outbox_id", "fence"),
)
partial("ix_attempt_open", "outcome IS NULL", attempt.c.outbox_id)

#: What one person was sent lately by one notifier; drills by themselves.
budget = Table(
    "budget",
    metadata,
    to("person"),
    Column("effect", Choice(Effect), nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("paid", Payments, nullable=False),
    to("outbox", null=True, name="bundle_id"),
    Column("bundled", Integer, nullable=False),
    PrimaryKeyConstraint("person_id", "effect", "drill"),
)

#: At most one has no end.
storm = Table(
    "storm",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sign", Choice(Sign), nullable=False),
    Column("began_at", Utc, nullable=False),
    Column("seen_at", Utc, nullable=False),
    Column("ended_at", Utc),
)
partial("ix_storm_lasting", "ended_at IS NULL", storm.c.id)

#: What providers said of deliveries; a state of a message is kept once. `outbox.reach` is what it comes to.
receipt = Table(
    "receipt",
    metadata,
    Column("id", Id, primary_key=True),
    to("outbox"),
    Column("ref", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("error", Words, nullable=False),
    Column("at", Utc, nullable=False),
    UniqueConstraint("outbox_id", "ref", "state"),
)

#: How far something outside was read.
mark = Table(
    "mark",
    metadata,
    Column("name", Words, primary_key=True),
    Column("at", Utc, nullable=False),
)

event_in = Table(
    "event_in",
    metadata,
    Column("source", Words, primary_key=True),
    Column("key", Words, primary_key=True),
    Column("at", Utc, nullable=False),
    Column("payload", Words, nullable=False),
    Column("answer", Words),
)

Index("ix_event_in_at", event_in.c.at)

slot = Table(
    "slot",
    metadata,
    Column("id", Id, primary_key=True),
    Column("schedule", Words, nullable=False),
    to("person"),
    Column("starts_at", Utc, nullable=False),
    Column("ends_at", Utc, nullable=False),
    Column("layer", Integer, nullable=False),
    Column("is_override", Boolean, nullable=False),
    to("person", null=True, name="placed_by_id"),
    sqlite_autoincrement=True,  # the later made wins, and notices are known by its id
)
Index("ix_slot_ends_at", slot.c.ends_at)
Index("ix_slot_schedule", slot.c.schedule, slot.c.ends_at)
Index("ix_slot_person", slot.c.person_id, slot.c.ends_at)

posture = Table(
    "posture",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("digest", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("accepted_by", Words, nullable=False),
    Column("accepted_at", Utc, nullable=False),
)

reaction = Table(
    "reaction",
    metadata,
    Column("channel", Words, primary_key=True),
    Column("ts", Words, primary_key=True),
    Column("slack_user", Words, primary_key=True),
    Column("emoji", Words, primary_key=True),
    Column("present", Boolean, nullable=False),
    Column("event_ts", Words, nullable=False),
)
