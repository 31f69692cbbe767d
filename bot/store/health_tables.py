"""The tables about the health of apps. `schema` has the others."""

from sqlalchemy import Boolean, Column, Float, Integer, String, Table, Text

from bot.store.types import UtcTimestamp, metadata

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
