"""The first tables. There is no way back from them: restore a backup."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from storage.migrations.rotas import rotas

revision = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    _people()
    _user_groups()
    _incidents()
    _facts()
    _paging()
    _alerts()
    _timers()
    _outbox()
    _on_call()
    rotas()


def _index(name: str, table: str, columns: list[str], where: str | None = None) -> None:
    condition = sa.text(where) if where else None
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def _people() -> None:
    op.create_table(
        "counter",
        sa.Column("name", sa.Text()),
        sa.Column("value", ID, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counter"),
    )
    op.create_table(
        "person",
        sa.Column("id", ID),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text()),
        sa.Column("slack_id", sa.Text()),
        sa.Column("email", sa.Text()),
        sa.Column("phone", sa.Text()),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("dm_channel", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("handle", name="uq_person_handle"),
        sa.UniqueConstraint("slack_id", name="uq_person_slack_id"),
    )
    _ways_to_people()


def _ways_to_people() -> None:
    op.create_table(
        "contact",
        sa.Column("person_id", ID, sa.ForeignKey("person.id", name="fk_contact_person_id"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("verified_at", UTC),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("expires_at", UTC),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("codes", sa.Integer(), nullable=False),
        sa.Column("codes_since", UTC),
        sa.PrimaryKeyConstraint("person_id", "kind", "pending", name="pk_contact"),
    )
    op.create_table(
        "opt_out",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("address", name="pk_opt_out"),
    )
    op.create_table(
        "rule",
        sa.Column("person_id", ID, sa.ForeignKey("person.id", name="fk_rule_person_id"), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("notifier", sa.Text(), nullable=False),
        sa.Column("delay", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "urgency", "position", name="pk_rule"),
    )


def _user_groups() -> None:
    op.create_table(
        "user_group",
        sa.Column("slack_id", sa.Text()),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("members", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("changed", ID, nullable=False),
        sa.PrimaryKeyConstraint("slack_id", name="pk_user_group"),
    )
    _index("ix_user_group_handle", "user_group", ["handle"])


def _incidents() -> None:
    op.create_table(
        "incident",
        sa.Column("id", ID, autoincrement=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("detected_by", sa.Text(), nullable=False),
        sa.Column("declared_at", UTC, nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("source_link", sa.Text(), nullable=False),
        sa.Column("reporter_id", ID, sa.ForeignKey("person.id", name="fk_incident_reporter_id")),
        sa.Column("assignee_id", ID, sa.ForeignKey("person.id", name="fk_incident_assignee_id")),
        sa.Column("commander_id", ID, sa.ForeignKey("person.id", name="fk_incident_commander_id")),
        sa.Column("closed_as", sa.Text()),
        sa.Column("resolution", sa.Text(), nullable=False),
        sa.Column("acked_at", UTC),
        sa.Column("resolved_at", UTC),
        sa.Column("resolved_by_id", ID, sa.ForeignKey("person.id", name="fk_incident_resolved_by_id")),
        sa.Column("last_update", sa.Text(), nullable=False),
        sa.Column("last_update_at", UTC),
        sa.Column("room_channel", sa.Text()),
        sa.Column("room_name", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
        sa.UniqueConstraint("room_channel", name="uq_incident_room_channel"),
    )
    _index("ix_incident_open", "incident", ["severity", "id"], where="state <> 'RESOLVED'")
    _index("ix_incident_service", "incident", ["service", "id"], where="state <> 'RESOLVED'")
    _index("ix_incident_state", "incident", ["state"])
    op.create_table(
        "journal",
        sa.Column("incident_id", ID, sa.ForeignKey("incident.id", name="fk_journal_incident_id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("incident_id", "version", name="pk_journal"),
    )


def _facts() -> None:
    op.create_table(
        "timeline_event",
        sa.Column("id", ID),
        sa.Column(
            "incident_id", ID, sa.ForeignKey("incident.id", name="fk_timeline_event_incident_id"), nullable=False
        ),
        sa.Column("at", UTC, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor_id", ID, sa.ForeignKey("person.id", name="fk_timeline_event_actor_id")),
        sa.Column("actor_label", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("key", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_timeline_event"),
        sa.UniqueConstraint("incident_id", "key", name="uq_timeline_event_incident_id_key"),
    )
    _index("ix_timeline_event_incident", "timeline_event", ["incident_id", "at", "id"])
    op.create_table(
        "responder",
        sa.Column("incident_id", ID, sa.ForeignKey("incident.id", name="fk_responder_incident_id"), nullable=False),
        sa.Column("person_id", ID, sa.ForeignKey("person.id", name="fk_responder_person_id"), nullable=False),
        sa.Column("joined_at", UTC, nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("ack_source", sa.Text()),
        sa.Column("acked_at", UTC),
        sa.PrimaryKeyConstraint("incident_id", "person_id", name="pk_responder"),
    )
    op.create_table(
        "room_member",
        sa.Column("incident_id", ID, sa.ForeignKey("incident.id", name="fk_room_member_incident_id"), nullable=False),
        sa.Column("person_id", ID, sa.ForeignKey("person.id", name="fk_room_member_person_id"), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", "person_id", name="pk_room_member"),
    )


def _paging() -> None:
    op.create_table(
        "run",
        sa.Column("id", ID),
        sa.Column("incident_id", ID, sa.ForeignKey("incident.id", name="fk_run_incident_id"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("policy", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", UTC, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("next_due", UTC),
        sa.Column("acked_by_id", ID, sa.ForeignKey("person.id", name="fk_run_acked_by_id")),
        sa.Column("acked_at", UTC),
        sa.Column("ended_reason", sa.Text(), nullable=False),
        sa.Column("asked_by_id", ID, sa.ForeignKey("person.id", name="fk_run_asked_by_id")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
    )
    _index("ix_run_climbing", "run", ["id"], where="state = 'climbing'")
    _index("ix_run_incident", "run", ["incident_id", "id"])
    op.create_table(
        "page",
        sa.Column("id", ID),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("incident_id", ID, sa.ForeignKey("incident.id", name="fk_page_incident_id"), nullable=False),
        sa.Column("run_id", ID, sa.ForeignKey("run.id", name="fk_page_run_id"), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("person_id", ID, sa.ForeignKey("person.id", name="fk_page_person_id"), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answered_at", UTC),
        sa.Column("answer_source", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_page"),
        sa.UniqueConstraint("key", name="uq_page_key"),
        sqlite_autoincrement=True,
    )
    _index("ix_page_incident", "page", ["incident_id", "id"])
    _index("ix_page_open", "page", ["person_id", "id"], where="state = 'open'")
    op.create_table(
        "answer_link",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("page_id", ID, sa.ForeignKey("page.id", name="fk_answer_link_page_id"), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("used_at", UTC),
        sa.PrimaryKeyConstraint("hash", name="pk_answer_link"),
    )
    op.create_table(
        "surface",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("ts", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("incident_id", ID, sa.ForeignKey("incident.id", name="fk_surface_incident_id"), nullable=False),
        sa.Column("page_id", ID, sa.ForeignKey("page.id", name="fk_surface_page_id")),
        sa.Column("person_id", ID, sa.ForeignKey("person.id", name="fk_surface_person_id")),
        sa.Column("posted_at", UTC),
        sa.PrimaryKeyConstraint("channel", "ts", name="pk_surface"),
    )
    _index("ix_surface_incident", "surface", ["incident_id", "kind"])


def _alerts() -> None:
    op.create_table(
        "alert",
        sa.Column("id", ID),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("dedup_hash", sa.Text(), nullable=False),
        sa.Column("incident_id", ID, sa.ForeignKey("incident.id", name="fk_alert_incident_id"), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("group_hash", sa.Text(), nullable=False),
        sa.Column("first_at", UTC, nullable=False),
        sa.Column("last_at", UTC, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
        sa.UniqueConstraint("dedup_hash", "incident_id", name="uq_alert_dedup_hash_incident_id"),
    )
    _index("ix_alert_group", "alert", ["group_hash", "incident_id"])
    _index("ix_alert_incident", "alert", ["incident_id", "id"])
    op.create_table(
        "event_in",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text()),
        sa.PrimaryKeyConstraint("source", "key", name="pk_event_in"),
    )
    _index("ix_event_in_at", "event_in", ["at"])


def _timers() -> None:
    op.create_table(
        "timer",
        sa.Column("id", ID),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due_at", UTC, nullable=False),
        sa.Column("incident_id", ID, sa.ForeignKey("incident.id", name="fk_timer_incident_id")),
        sa.Column("run_id", ID, sa.ForeignKey("run.id", name="fk_timer_run_id")),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text()),
        sa.Column("lease_until", UTC),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("armed_at", UTC, nullable=False),
        sa.Column("done_at", UTC),
        sa.PrimaryKeyConstraint("id", name="pk_timer"),
        sa.UniqueConstraint("key", name="uq_timer_key"),
    )
    _index("ix_timer_due", "timer", ["due_at", "id"], where="state = 'pending'")
    _index("ix_timer_incident", "timer", ["incident_id"], where="state = 'pending'")


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", ID),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("lane", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("not_before", UTC, nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("incident_id", ID, sa.ForeignKey("incident.id", name="fk_outbox_incident_id")),
        sa.Column("run_id", ID, sa.ForeignKey("run.id", name="fk_outbox_run_id")),
        sa.Column("page_id", ID, sa.ForeignKey("page.id", name="fk_outbox_page_id")),
        sa.Column("person_id", ID, sa.ForeignKey("person.id", name="fk_outbox_person_id")),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("after", sa.Text()),
        sa.Column("stream", sa.Text()),
        sa.Column("coalesce", sa.Text()),
        sa.Column("expires_at", UTC),
        sa.Column("ahead", sa.Boolean(), nullable=False),
        sa.Column("bundle_id", ID, sa.ForeignKey("outbox.id", name="fk_outbox_bundle_id")),
        sa.Column("owner", sa.Text()),
        sa.Column("lease_until", UTC),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("doubt", sa.Boolean(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("done_at", UTC),
        sa.Column("reach", sa.Text()),
        sa.Column("reach_reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
        sqlite_autoincrement=True,
    )
    awaited = "state = 'sent' AND reach IN ('queued', 'sent', 'ringing', 'answered')"
    _index("ix_outbox_awaited", "outbox", ["done_at"], where=awaited)
    _index("ix_outbox_bundle", "outbox", ["bundle_id"], where="bundle_id IS NOT NULL")
    _index("ix_outbox_coalesce", "outbox", ["coalesce", "id"], where="state = 'pending' AND coalesce IS NOT NULL")
    _index("ix_outbox_dead", "outbox", ["lane"], where="state = 'dead'")
    _index("ix_outbox_due", "outbox", ["lane", "ahead", "not_before", "id"], where="state = 'pending'")
    _index("ix_outbox_incident", "outbox", ["incident_id", "id"])
    _index("ix_outbox_loose", "outbox", ["done_at"], where="incident_id IS NULL")
    _index("ix_outbox_page", "outbox", ["page_id"], where="page_id IS NOT NULL")
    _index("ix_outbox_person", "outbox", ["person_id", "created_at"], where="page_id IS NOT NULL")
    _index("ix_outbox_stream", "outbox", ["stream", "id"], where="state = 'pending' AND stream IS NOT NULL")
    op.create_table(
        "budget",
        sa.Column("person_id", ID, sa.ForeignKey("person.id", name="fk_budget_person_id"), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("paid", sa.JSON(), nullable=False),
        sa.Column("bundle_id", ID, sa.ForeignKey("outbox.id", name="fk_budget_bundle_id")),
        sa.Column("bundled", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "effect", "drill", name="pk_budget"),
    )
    op.create_table(
        "storm",
        sa.Column("id", ID),
        sa.Column("sign", sa.Text(), nullable=False),
        sa.Column("began_at", UTC, nullable=False),
        sa.Column("seen_at", UTC, nullable=False),
        sa.Column("ended_at", UTC),
        sa.PrimaryKeyConstraint("id", name="pk_storm"),
    )
    _index("ix_storm_lasting", "storm", ["id"], where="ended_at IS NULL")
    op.create_table(
        "attempt",
        sa.Column("outbox_id", ID, sa.ForeignKey("outbox.id", name="fk_attempt_outbox_id"), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("started_at", UTC, nullable=False),
        sa.Column("ended_at", UTC),
        sa.Column("outcome", sa.Text()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("outbox_id", "fence", name="pk_attempt"),
    )
    _index("ix_attempt_open", "attempt", ["outbox_id"], where="outcome IS NULL")
    _receipts()


def _receipts() -> None:
    op.create_table(
        "receipt",
        sa.Column("id", ID),
        sa.Column("outbox_id", ID, sa.ForeignKey("outbox.id", name="fk_receipt_outbox_id"), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_receipt"),
        sa.UniqueConstraint("outbox_id", "ref", "state", name="uq_receipt_outbox_id_ref_state"),
    )
    op.create_table(
        "mark",
        sa.Column("name", sa.Text()),
        sa.Column("at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_mark"),
    )


def _on_call() -> None:
    op.create_table(
        "slot",
        sa.Column("id", ID),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("person_id", ID, sa.ForeignKey("person.id", name="fk_slot_person_id"), nullable=False),
        sa.Column("starts_at", UTC, nullable=False),
        sa.Column("ends_at", UTC, nullable=False),
        sa.Column("layer", sa.Integer(), nullable=False),
        sa.Column("is_override", sa.Boolean(), nullable=False),
        sa.Column("placed_by_id", ID, sa.ForeignKey("person.id", name="fk_slot_placed_by_id")),
        sa.PrimaryKeyConstraint("id", name="pk_slot"),
        sqlite_autoincrement=True,
    )
    _index("ix_slot_ends_at", "slot", ["ends_at"])
    _index("ix_slot_person", "slot", ["person_id", "ends_at"])
    _index("ix_slot_schedule", "slot", ["schedule", "ends_at"])
    op.create_table(
        "posture",
        sa.Column("version", sa.Integer(), autoincrement=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("accepted_by", sa.Text(), nullable=False),
        sa.Column("accepted_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_posture"),
    )
    op.create_table(
        "reaction",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("ts", sa.Text(), nullable=False),
        sa.Column("slack_user", sa.Text(), nullable=False),
        sa.Column("emoji", sa.Text(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("event_ts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "ts", "slack_user", "emoji", name="pk_reaction"),
    )
