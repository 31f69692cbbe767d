"""The tables of requests and of schedules, which make requests."""

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, String, Table, Text

from bot.store.schema.types import UtcTimestamp, metadata, where

#: Every request: inserted before the act, with its result. Also the audit.
ask = Table(
    "ask",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("idempotency_key", String(200), unique=True, nullable=False),
    Column("text", Text, nullable=False),
    Column("user", String(40), nullable=False),
    Column("channel", String(80), nullable=False),
    Column("thread", String(40)),
    Column("source", String(20), nullable=False),
    Column("slash", String(40)),  # the slash command, such as "/space"
    Column("received_at", UtcTimestamp, nullable=False, index=True),
    Column("state", String(12), nullable=False),  # an AskState
    Column("result", Text, nullable=False, default=""),
    Column("heartbeat_at", UtcTimestamp),  # when long work on it last reported to be alive
    Column("finished_at", UtcTimestamp),
    Column("operation_id", Integer, ForeignKey("operation.id")),
    Column("operation_link", String(12)),  # an OperationLink
    Column("schedule_id", Integer, ForeignKey("schedule.id"), index=True),  # what asked
)
Index("ix_ask_open", ask.c.received_at, **where(ask.c.finished_at.is_(None)))

#: The Spaces that the targets of a request selected.
ask_target = Table(
    "ask_target",
    metadata,
    Column("ask_id", Integer, ForeignKey("ask.id"), primary_key=True),
    Column("space", String(200), primary_key=True),
)

#: Commands that run later. A run is the request whose key names the schedule and the time.
schedule = Table(
    "schedule",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("command", Text, nullable=False),
    Column("timing", String(200), nullable=False),  # as typed
    Column("zone", String(40), nullable=False),
    Column("recurrence", String(300), nullable=False),  # hron's expression; "": it runs once
    Column("next_at", UtcTimestamp),
    Column("owner", String(40), nullable=False),
    Column("channel", String(80), nullable=False),
    Column("thread", String(40)),
    Column("made_at", UtcTimestamp, nullable=False),
    Column("state", String(12), nullable=False),  # a ScheduleState
    Column("off_reason", String(12)),  # an OffReason
    Column("off_detail", Text, nullable=False, default=""),
    Column("confirmed_dollars", Float),  # an hour; None: nothing was confirmed
    Column("missed_at", UtcTimestamp),
    Column("kind", String(12), nullable=False),  # a ScheduleKind
    Column("targets", Text, nullable=False),  # what it keeps awake, separated by spaces
    Column("wakes", Integer, nullable=False),  # of Spaces that it keeps awake
)
Index("ix_schedule_due", schedule.c.next_at, **where(schedule.c.state == "on"))
