"""The tables of who is on call beside the slots: rota rows, swaps, gaps, feeds, standing posts, the administration."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Index, Integer, Table, UniqueConstraint

from bot.domain.swaps import SwapState
from storage.columns import Choice, Id, Utc, Words
from storage.tables import metadata, partial, to

#: What is known of a schedule beside its slots. `version` rises with each change of those: who makes one holds the row.
rota = Table(
    "rota",
    metadata,
    Column("schedule", Words, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("is_off", Boolean, nullable=False),
    Column("definition", JSON(none_as_null=True)),
)

swap = Table(
    "swap",
    metadata,
    Column("id", Id, primary_key=True),
    Column("schedule", Words, nullable=False),
    to("person", name="asked_by_id"),
    to("person", null=True, name="asked_of_id"),
    Column("gives_start", Utc, nullable=False),
    Column("gives_end", Utc, nullable=False),
    Column("takes_start", Utc),
    Column("takes_end", Utc),
    Column("asked_at", Utc, nullable=False),
    Column("state", Choice(SwapState), nullable=False),
    to("person", null=True, name="answered_by_id"),
    Column("answered_at", Utc),
    sqlite_autoincrement=True,  # its id stands on buttons and must never come back
)
partial("ix_swap_open", "state = 'open'", swap.c.schedule, swap.c.id)

#: Time off that people told; what was taken back is cut or removed, and the administration says so.
absence = Table(
    "absence",
    metadata,
    Column("id", Id, primary_key=True),
    to("person"),
    Column("since", Utc, nullable=False),
    Column("until", Utc, nullable=False),
    to("person", null=True, name="told_by_id"),
    Column("told_at", Utc, nullable=False),
    sqlite_autoincrement=True,  # its id stands on buttons and must never come back
)
Index("ix_absence_until", absence.c.until)

#: Gaps that were told, until they are closed.
gap = Table(
    "gap",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", Words, nullable=False),
    Column("schedule", Words, nullable=False),
    to("person", null=True),
    Column("starts_at", Utc),
    Column("ends_at", Utc),
    Column("other", Words, nullable=False),
    Column("found_at", Utc, nullable=False),
    Column("closed_at", Utc),
)
partial("ix_gap_open", "closed_at IS NULL", gap.c.id)

#: Links of calendar feeds; revoked ones stay, so that each token has one meaning for ever.
feed = Table(
    "feed",
    metadata,
    Column("hash", Words, primary_key=True),
    to("person"),
    Column("schedule", Words, nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("revoked_at", Utc),
)
Index("ix_feed_person", feed.c.person_id)

#: Posts that show who is on call now and next; one that ended has no row. `ts` is null until it is posted.
standing_post = Table(
    "standing_post",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", Words, nullable=False),
    Column("about", Words, nullable=False),
    to("person", name="asked_by_id"),
    Column("asked_at", Utc, nullable=False),
    Column("ts", Words),
    Column("shown", Words, nullable=False),
    UniqueConstraint("channel", "about"),
    sqlite_autoincrement=True,  # its id is in the keys of outbox rows and must never come back
)

#: User groups that Slack does not let follow who is on call; one that follows has no row.
group_trouble = Table(
    "group_trouble",
    metadata,
    Column("name", Words, primary_key=True),
    Column("code", Words, nullable=False),
    Column("since", Utc, nullable=False),
    Column("tried_at", Utc, nullable=False),
)

#: The journal of what people changed; rows are only ever added.
administration = Table(
    "administration",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Utc, nullable=False),
    to("person", null=True, name="actor_id"),
    Column("actor_label", Words, nullable=False),
    Column("verb", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON(none_as_null=True)),
    sqlite_autoincrement=True,
)
Index("ix_administration_subject", administration.c.subject, administration.c.id)
