"""The tables of Spaces: their stages, their health and their cold starts."""

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, String, Table, Text

from bot.store.schema.types import UtcTimestamp, metadata

#: Each Space as the last sweep found it.
space = Table(
    "space",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("stage", String(40), nullable=False),
    Column("snapshot", JSON, nullable=False),  # the rest of model.Space
    Column("stage_since", UtcTimestamp, nullable=False),  # when this stage was first seen
    Column("first_seen_at", UtcTimestamp),  # None: it existed before the first sweep
    Column("behind_since", UtcTimestamp),  # since when it hasn't served its newest commit
    Column("looping_since", UtcTimestamp),  # when it first went back from starting to building
    Column("had_app", Boolean, nullable=False, default=False),  # an empty one with it lost it
    Column("delete_requested_at", UtcTimestamp),  # when the bot last began to delete it
)

#: Every confirmed change of stage, with the reason of the decision about it.
transition = Table(
    "transition",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("space", String(200), nullable=False),
    Column("before", String(40)),
    Column("after", String(40), nullable=False),
    Column("at", UtcTimestamp, nullable=False, index=True),
    Column("flips", Boolean, nullable=False, default=False),  # between running and a problem
    Column("by_operation", Boolean, nullable=False, default=False),  # an operation caused it
    Column("reasons", JSON, nullable=False),  # each a Reason: why it was notified, or not
    Index(None, "space", "at"),
)

#: The last probe of each app, and whether it counts as down.
health_record = Table(
    "health_record",
    metadata,
    Column("space", String(200), primary_key=True),
    Column("at", UtcTimestamp, nullable=False),
    Column("problem", String(20)),  # a ProbeProblem; None: it is ready
    Column("status", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("path", Text, nullable=False),
    Column("failing_since", UtcTimestamp),
    Column("failures", Integer, nullable=False),  # in a row
    Column("successes", Integer, nullable=False),  # in a row
    Column("is_down", Boolean, nullable=False),
)

#: Health checks that people set, by targets separated by spaces. Null: not set.
health_check = Table(
    "health_check",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("targets", Text, nullable=False),
    Column("path", Text),
    Column("status", Integer),
    Column("max_seconds", Float),
    Column("is_continuous", Boolean),
    Column("set_by", String(40), nullable=False),
    Column("set_at", UtcTimestamp, nullable=False),
)

#: The last cold starts of each Space, by which deadlines are planned.
cold_start = Table(
    "cold_start",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("space", String(200), nullable=False, index=True),
    Column("seconds", Float, nullable=False),
    Column("at", UtcTimestamp, nullable=False),
)
