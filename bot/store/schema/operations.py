"""The tables of operations, their steps, and the hardware that they lend."""

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from bot.store.schema.types import UtcTimestamp, metadata, where

#: Operations: bulk acts, with who requested them where.
operation = Table(
    "operation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("verb", String(20), nullable=False),
    Column("state", String(12), nullable=False, index=True),  # an OperationState
    Column("requested_by", String(40), nullable=False),
    Column("channel", String(80), nullable=False),
    Column("thread", String(40)),
    Column("requested_at", UtcTimestamp, nullable=False),
    Column("finished_at", UtcTimestamp),
    Column("args", JSON, nullable=False, default=dict),  # the verb's arguments, strings by name
    Column("alert_card_id", Integer, ForeignKey("card.id")),  # it shows the progress
    Column("stopped_by", String(40)),  # the person who stopped it before every step was sent
    Column("stopped_at", UtcTimestamp),
    Column("undone_by", Integer),  # the operation that puts back what it did
    Column("schedule_id", Integer, ForeignKey("schedule.id")),  # what requested it
    Column("schedule_timing", String(200), nullable=False, default=""),  # "every day at 9"
    Column("waves", JSON(none_as_null=True)),  # the planned sizes; None: all at once
    Column("held_at", UtcTimestamp),  # since when a new failure holds its rollout
    Column("accepted_failures", Integer, nullable=False, default=0),  # when it was continued
    Column("continued_by", String(40)),
    Column("continued_at", UtcTimestamp),
    Column("value_until", UtcTimestamp),  # until when a process has the secret's value for sure
    Column("report_at", UtcTimestamp),  # when the next report about its deadline is due
)
Index("ix_operation_report", operation.c.report_at, **where(operation.c.report_at.is_not(None)))

#: Steps of operations, saved as sent before the call to the Hub.
step = Table(
    "step",
    metadata,
    Column("operation_id", Integer, ForeignKey("operation.id"), primary_key=True),
    Column("space", String(200), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("progress", String(12), nullable=False),
    Column("message", Text, nullable=False, default=""),
    Column("stage", String(40), nullable=False, default=""),
    Column("stage_before", String(40), nullable=False, default=""),
    Column("sent_at", UtcTimestamp),
    Column("accepted", Boolean, nullable=False, default=False),
    Column("stage_changed", Boolean, nullable=False, default=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("retry_at", UtcTimestamp),
    Column("not_before", UtcTimestamp),  # its own time on the way to a deadline
    Column("missing_since", UtcTimestamp),
    Column("limited_since", UtcTimestamp),
    Column("skip_reason", String(20)),
    Column("busy_with", String(20)),  # a Verb
    Column("unserved_since", UtcTimestamp),
    Column("may_have_been_done", Boolean, nullable=False, default=False),  # by an unanswered call
    Column("running_since", UtcTimestamp),  # since when its app has had to answer
    Column("is_forbidden", Boolean, nullable=False, default=False),  # the token may not do it
    Column("was_unready", Boolean, nullable=False, default=False),  # when it was planned
    Column("is_unready", Boolean, nullable=False, default=False),  # it runs and doesn't answer
    Column("cause", String(40)),  # a CauseId
    Column("args", JSON, nullable=False, default=dict),  # what differs from the operation's
    Column("before", JSON, nullable=False, default=dict),  # the arguments that put it back
    Column("wakes_copy", Boolean, nullable=False, default=False),
    Column("failed_stage", String(40), nullable=False, default=""),  # shown before the message
)

#: Loans of hardware: what each Space goes back to, and when.
loan = Table(
    "loan",
    metadata,
    Column("space", String(200), primary_key=True),
    Column("flavor", String(60), nullable=False),  # that it has now
    Column("returns_to", String(60), nullable=False),
    Column("sleep_after", Integer),  # seconds, before the loan; None: never
    Column("started_at", UtcTimestamp, nullable=False),
    Column("ends_at", UtcTimestamp, nullable=False, index=True),
    Column("owner", String(40), nullable=False),
    Column("channel", String(80), nullable=False),
    Column("dollars_per_hour", Float, nullable=False, default=0.0),
    Column("thread", String(40)),
    Column("noticed_at", UtcTimestamp),
    Column("attempts", Integer, nullable=False, default=0),
    Column("replaced", JSON(none_as_null=True)),  # the loan that goes on if the Hub refuses this
)
