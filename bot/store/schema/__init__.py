"""The tables: all state that outlives a restart, one module per subject."""

from sqlalchemy import JSON, Column, Float, Integer, String, Table

from bot.store.schema.alerts import (
    alert_group,
    alert_group_member,
    class_hours,
    incident,
    incident_card,
    mute,
    watch,
)
from bot.store.schema.cards import card, card_is_pending
from bot.store.schema.fleet import cold_start, health_check, health_record, space, transition
from bot.store.schema.operations import loan, operation, step
from bot.store.schema.requests import ask, ask_target, schedule
from bot.store.schema.types import metadata

__all__ = [
    "alert_group",
    "alert_group_member",
    "ask",
    "ask_target",
    "card",
    "card_is_pending",
    "class_hours",
    "cold_start",
    "health_check",
    "health_record",
    "incident",
    "incident_card",
    "key_value",
    "lease",
    "loan",
    "metadata",
    "mute",
    "operation",
    "schedule",
    "space",
    "step",
    "transition",
    "watch",
]

#: The leader's lease: one row, renewed by compare-and-swap on the database's clock.
lease = Table(
    "lease",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("owner", String(80), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("expires", Float(53), nullable=False),
)

#: Single values, such as the alert channel or the start of a Hub outage.
key_value = Table(
    "key_value",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", JSON, nullable=False),
)
