"""The first tables."""

import sqlalchemy as sa
from alembic import op

from bot.store.schema.types import CardKeyText, UtcTimestamp

revision = "0001_initial"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", CardKeyText(), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("user", sa.String(length=40), nullable=True),
        sa.Column("via_dm", sa.Boolean(), nullable=False),
        sa.Column("channel_error", sa.String(length=80), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("thread", sa.String(length=40), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("blocks", sa.JSON(), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("posted_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("posted_channel", sa.String(length=40), nullable=True),
        sa.Column("ts", sa.String(length=40), nullable=True),
        sa.Column("nonce", sa.String(length=40), nullable=False),
        sa.Column("sending_since", UtcTimestamp(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", UtcTimestamp(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("made_at", UtcTimestamp(), nullable=False),
        sa.Column("is_resolved", sa.Boolean(), nullable=False),
        sa.Column("times_deleted", sa.Integer(), nullable=False),
        sa.Column("muted_until", UtcTimestamp(), nullable=True),
        sa.Column("content_version", sa.Integer(), nullable=False),
        sa.Column("refusal", sa.String(length=80), nullable=False),
        sa.Column("failing_since", UtcTimestamp(), nullable=True),
        sa.Column("plain", sa.Boolean(), nullable=False),
        sa.Column("may_repeat", sa.Boolean(), nullable=False),
        sa.Column("replacements", sa.Integer(), nullable=False),
        sa.Column("replaced_ts", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["card.id"], name=op.f("fk_card_parent_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
        sa.UniqueConstraint("key", "channel", name=op.f("uq_card_key_channel")),
    )
    op.create_index(op.f("ix_card_ts"), "card", ["ts"], unique=False)
    op.create_index(
        "ix_card_pending",
        "card",
        ["id"],
        unique=False,
        sqlite_where=sa.text("posted_version < version OR replaced_ts IS NOT NULL"),
        postgresql_where=sa.text("posted_version < version OR replaced_ts IS NOT NULL"),
    )
    op.create_table(
        "schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("timing", sa.String(length=200), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("recurrence", sa.String(length=300), nullable=False),
        sa.Column("next_at", UtcTimestamp(), nullable=True),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("thread", sa.String(length=40), nullable=True),
        sa.Column("made_at", UtcTimestamp(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("off_reason", sa.String(length=12), nullable=True),
        sa.Column("off_detail", sa.Text(), nullable=False),
        sa.Column("confirmed_dollars", sa.Float(), nullable=True),
        sa.Column("missed_at", UtcTimestamp(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("targets", sa.Text(), nullable=False),
        sa.Column("wakes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
    )
    op.create_index(
        "ix_schedule_due",
        "schedule",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("state = 'on'"),
        postgresql_where=sa.text("state = 'on'"),
    )
    op.create_table(
        "operation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("verb", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("requested_by", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("thread", sa.String(length=40), nullable=True),
        sa.Column("requested_at", UtcTimestamp(), nullable=False),
        sa.Column("finished_at", UtcTimestamp(), nullable=True),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("alert_card_id", sa.Integer(), nullable=True),
        sa.Column("stopped_by", sa.String(length=40), nullable=True),
        sa.Column("stopped_at", UtcTimestamp(), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["alert_card_id"], ["card.id"], name=op.f("fk_operation_alert_card_id")
        ),
        sa.Column("schedule_id", sa.Integer(), nullable=True),
        sa.Column("schedule_timing", sa.String(length=200), nullable=False),
        sa.Column("waves", sa.JSON(), nullable=True),
        sa.Column("held_at", UtcTimestamp(), nullable=True),
        sa.Column("accepted_failures", sa.Integer(), nullable=False),
        sa.Column("continued_by", sa.String(length=40), nullable=True),
        sa.Column("continued_at", UtcTimestamp(), nullable=True),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name=op.f("fk_operation_schedule_id")
        ),
        sa.Column("value_until", UtcTimestamp(), nullable=True),
        sa.Column("report_at", UtcTimestamp(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation")),
    )
    op.create_index(
        "ix_operation_report",
        "operation",
        ["report_at"],
        unique=False,
        sqlite_where=sa.text("report_at IS NOT NULL"),
        postgresql_where=sa.text("report_at IS NOT NULL"),
    )
    op.create_table(
        "cold_start",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("space", sa.String(length=200), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("at", UtcTimestamp(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cold_start")),
    )
    op.create_index(op.f("ix_cold_start_space"), "cold_start", ["space"], unique=False)
    op.create_index(op.f("ix_operation_state"), "operation", ["state"], unique=False)
    op.create_table(
        "ask",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("user", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("thread", sa.String(length=40), nullable=True),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("slash", sa.String(length=40), nullable=True),
        sa.Column("received_at", UtcTimestamp(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("heartbeat_at", UtcTimestamp(), nullable=True),
        sa.Column("finished_at", UtcTimestamp(), nullable=True),
        sa.Column("operation_id", sa.Integer(), nullable=True),
        sa.Column("operation_link", sa.String(length=12), nullable=True),
        sa.Column("schedule_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_ask_operation_id")
        ),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name=op.f("fk_ask_schedule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ask")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_ask_idempotency_key")),
    )
    op.create_index(op.f("ix_ask_schedule_id"), "ask", ["schedule_id"], unique=False)
    op.create_index(
        "ix_ask_open",
        "ask",
        ["received_at"],
        unique=False,
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_index(op.f("ix_ask_received_at"), "ask", ["received_at"], unique=False)
    op.create_table(
        "key_value",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_key_value")),
    )
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("space", sa.String(length=200), nullable=False),
        sa.Column("problem", sa.String(length=20), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("opened_at", UtcTimestamp(), nullable=False),
        sa.Column("changed_at", UtcTimestamp(), nullable=False),
        sa.Column("closed_at", UtcTimestamp(), nullable=True),
        sa.Column("resolution", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("flapping_since", UtcTimestamp(), nullable=True),
        sa.Column("is_up", sa.Boolean(), nullable=False),
        sa.Column("gap_since", UtcTimestamp(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("ack_by", sa.String(length=40), nullable=True),
        sa.Column("ack_at", UtcTimestamp(), nullable=True),
        sa.Column("ack_checked_at", UtcTimestamp(), nullable=True),
        sa.Column("diagnosis", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index("ix_incident_space", "incident", ["space", "opened_at"], unique=False)
    op.create_index(
        "uq_incident_open",
        "incident",
        ["space"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("expires", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "class_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("targets", sa.Text(), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("weekly", sa.JSON(), nullable=False),
        sa.Column("lessons", sa.JSON(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("wakes", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.String(length=40), nullable=False),
        sa.Column("made_at", UtcTimestamp(), nullable=False),
        sa.Column("schedule_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name=op.f("fk_class_hours_schedule_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_hours")),
        sa.UniqueConstraint("targets", name=op.f("uq_class_hours_targets")),
    )
    op.create_table(
        "health_record",
        sa.Column("space", sa.String(length=200), nullable=False),
        sa.Column("at", UtcTimestamp(), nullable=False),
        sa.Column("problem", sa.String(length=20), nullable=True),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("failing_since", UtcTimestamp(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("successes", sa.Integer(), nullable=False),
        sa.Column("is_down", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("space", name=op.f("pk_health_record")),
    )
    op.create_table(
        "health_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("targets", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("max_seconds", sa.Float(), nullable=True),
        sa.Column("is_continuous", sa.Boolean(), nullable=True),
        sa.Column("set_by", sa.String(length=40), nullable=False),
        sa.Column("set_at", UtcTimestamp(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_check")),
    )
    op.create_table(
        "loan",
        sa.Column("space", sa.String(length=200), nullable=False),
        sa.Column("flavor", sa.String(length=60), nullable=False),
        sa.Column("returns_to", sa.String(length=60), nullable=False),
        sa.Column("sleep_after", sa.Integer(), nullable=True),
        sa.Column("started_at", UtcTimestamp(), nullable=False),
        sa.Column("ends_at", UtcTimestamp(), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("dollars_per_hour", sa.Float(), nullable=False),
        sa.Column("thread", sa.String(length=40), nullable=True),
        sa.Column("noticed_at", UtcTimestamp(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("replaced", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("space", name=op.f("pk_loan")),
    )
    op.create_index(op.f("ix_loan_ends_at"), "loan", ["ends_at"], unique=False)
    op.create_table(
        "mute",
        sa.Column("space", sa.String(length=200), nullable=False),
        sa.Column("until", UtcTimestamp(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", UtcTimestamp(), nullable=False),
        sa.Column("announcement", sa.String(length=200), nullable=False),
        sa.Column("operation_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_mute_operation_id")
        ),
        sa.PrimaryKeyConstraint("space", name=op.f("pk_mute")),
    )
    op.create_table(
        "space",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.Column("stage_since", UtcTimestamp(), nullable=False),
        sa.Column("first_seen_at", UtcTimestamp(), nullable=True),
        sa.Column("behind_since", UtcTimestamp(), nullable=True),
        sa.Column("looping_since", UtcTimestamp(), nullable=True),
        sa.Column("had_app", sa.Boolean(), nullable=False),
        sa.Column("delete_requested_at", UtcTimestamp(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_space")),
    )
    op.create_table(
        "transition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("space", sa.String(length=200), nullable=False),
        sa.Column("before", sa.String(length=40), nullable=True),
        sa.Column("after", sa.String(length=40), nullable=False),
        sa.Column("at", UtcTimestamp(), nullable=False),
        sa.Column("flips", sa.Boolean(), nullable=False),
        sa.Column("by_operation", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transition")),
    )
    op.create_index(op.f("ix_transition_at"), "transition", ["at"], unique=False)
    op.create_index(op.f("ix_transition_space_at"), "transition", ["space", "at"], unique=False)
    op.create_table(
        "watch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("targets", sa.Text(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=40), nullable=False),
        sa.Column("made_at", UtcTimestamp(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch")),
        sa.UniqueConstraint("channel", "targets", name=op.f("uq_watch_channel_targets")),
    )
    op.create_table(
        "alert_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcTimestamp(), nullable=False),
        sa.Column("closed_at", UtcTimestamp(), nullable=True),
        sa.Column("announce_recovery", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_alert_group_card_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_group")),
    )
    op.create_index(
        "ix_alert_group_open",
        "alert_group",
        ["channel"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "alert_group_member",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["alert_group.id"], name=op.f("fk_alert_group_member_group_id")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_alert_group_member_incident_id")
        ),
        sa.PrimaryKeyConstraint("group_id", "position", name=op.f("pk_alert_group_member")),
    )
    op.create_table(
        "incident_card",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("notified_at", UtcTimestamp(), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("reminded_at", UtcTimestamp(), nullable=True),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_incident_card_card_id")),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_incident_card_incident_id")
        ),
        sa.PrimaryKeyConstraint("incident_id", "channel", name=op.f("pk_incident_card")),
    )
    op.create_index(op.f("ix_incident_card_card_id"), "incident_card", ["card_id"], unique=False)
    op.create_table(
        "step",
        sa.Column("operation_id", sa.Integer(), nullable=False),
        sa.Column("space", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("progress", sa.String(length=12), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("stage_before", sa.String(length=40), nullable=False),
        sa.Column("sent_at", UtcTimestamp(), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("stage_changed", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", UtcTimestamp(), nullable=True),
        sa.Column("not_before", UtcTimestamp(), nullable=True),
        sa.Column("missing_since", UtcTimestamp(), nullable=True),
        sa.Column("limited_since", UtcTimestamp(), nullable=True),
        sa.Column("skip_reason", sa.String(length=20), nullable=True),
        sa.Column("busy_with", sa.String(length=20), nullable=True),
        sa.Column("unserved_since", UtcTimestamp(), nullable=True),
        sa.Column("may_have_been_done", sa.Boolean(), nullable=False),
        sa.Column("running_since", UtcTimestamp(), nullable=True),
        sa.Column("is_forbidden", sa.Boolean(), nullable=False),
        sa.Column("was_unready", sa.Boolean(), nullable=False),
        sa.Column("is_unready", sa.Boolean(), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=True),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("wakes_copy", sa.Boolean(), nullable=False),
        sa.Column("failed_stage", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_step_operation_id")
        ),
        sa.PrimaryKeyConstraint("operation_id", "space", name=op.f("pk_step")),
    )
    op.create_table(
        "ask_target",
        sa.Column("ask_id", sa.Integer(), nullable=False),
        sa.Column("space", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["ask_id"], ["ask.id"], name=op.f("fk_ask_target_ask_id")),
        sa.PrimaryKeyConstraint("ask_id", "space", name=op.f("pk_ask_target")),
    )
