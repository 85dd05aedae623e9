"""The tables of who is on call beside the slots, as step 0001 makes them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UTC = sa.DateTime(timezone=True)


def rotas() -> None:
    """Rota rows, swaps, absences, gaps that were told, and the administration."""
    op.create_table(
        "rota",
        sa.Column("schedule", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_off", sa.Boolean(), nullable=False),
        sa.Column("definition", sa.JSON()),
        sa.PrimaryKeyConstraint("schedule", name="pk_rota"),
    )
    _swaps()
    op.create_table(
        "absence",
        sa.Column("id", ID),
        sa.Column("person_id", ID, sa.ForeignKey("person.id", name="fk_absence_person_id"), nullable=False),
        sa.Column("since", UTC, nullable=False),
        sa.Column("until", UTC, nullable=False),
        sa.Column("told_by_id", ID, sa.ForeignKey("person.id", name="fk_absence_told_by_id")),
        sa.Column("told_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_absence"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_absence_until", "absence", ["until"])
    op.create_table(
        "gap",
        sa.Column("id", ID),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("person_id", ID, sa.ForeignKey("person.id", name="fk_gap_person_id")),
        sa.Column("starts_at", UTC),
        sa.Column("ends_at", UTC),
        sa.Column("other", sa.Text(), nullable=False),
        sa.Column("found_at", UTC, nullable=False),
        sa.Column("closed_at", UTC),
        sa.PrimaryKeyConstraint("id", name="pk_gap"),
    )
    _partial("ix_gap_open", "gap", ["id"], "closed_at IS NULL")
    op.create_table(
        "feed",
        sa.Column("hash", sa.Text()),
        sa.Column("person_id", ID, sa.ForeignKey("person.id", name="fk_feed_person_id"), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("made_at", UTC, nullable=False),
        sa.Column("revoked_at", UTC),
        sa.PrimaryKeyConstraint("hash", name="pk_feed"),
    )
    op.create_index("ix_feed_person", "feed", ["person_id"])
    _shown()
    op.create_table(
        "administration",
        sa.Column("id", ID),
        sa.Column("at", UTC, nullable=False),
        sa.Column("actor_id", ID, sa.ForeignKey("person.id", name="fk_administration_actor_id")),
        sa.Column("actor_label", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON()),
        sa.Column("after", sa.JSON()),
        sa.PrimaryKeyConstraint("id", name="pk_administration"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_administration_subject", "administration", ["subject", "id"])


def _shown() -> None:
    """What shows who is on call: standing posts, and user groups that do not follow."""
    op.create_table(
        "standing_post",
        sa.Column("id", ID),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("asked_by_id", ID, sa.ForeignKey("person.id", name="fk_standing_post_asked_by_id"), nullable=False),
        sa.Column("asked_at", UTC, nullable=False),
        sa.Column("ts", sa.Text()),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_standing_post"),
        sa.UniqueConstraint("channel", "about", name="uq_standing_post_channel_about"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "group_trouble",
        sa.Column("name", sa.Text()),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("since", UTC, nullable=False),
        sa.Column("tried_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_group_trouble"),
    )


def _swaps() -> None:
    op.create_table(
        "swap",
        sa.Column("id", ID),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("asked_by_id", ID, sa.ForeignKey("person.id", name="fk_swap_asked_by_id"), nullable=False),
        sa.Column("asked_of_id", ID, sa.ForeignKey("person.id", name="fk_swap_asked_of_id")),
        sa.Column("gives_start", UTC, nullable=False),
        sa.Column("gives_end", UTC, nullable=False),
        sa.Column("takes_start", UTC),
        sa.Column("takes_end", UTC),
        sa.Column("asked_at", UTC, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answered_by_id", ID, sa.ForeignKey("person.id", name="fk_swap_answered_by_id")),
        sa.Column("answered_at", UTC),
        sa.PrimaryKeyConstraint("id", name="pk_swap"),
        sqlite_autoincrement=True,
    )
    _partial("ix_swap_open", "swap", ["schedule", "id"], "state = 'open'")


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
