"""The tables: all state that outlives a restart."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.health_tables import health_check, health_record
from bot.store.operation_tables import cold_start, operation, step
from bot.store.request_tables import ask, ask_target, schedule
from bot.store.types import CardKeyText, UtcTimestamp, metadata, where

#: The tables that other modules define, so that each has its module's name here, too.
__all__ = [
    "alert_group",
    "alert_group_member",
    "ask",
    "ask_target",
    "card",
    "card_is_pending",
    "cold_start",
    "health_check",
    "health_record",
    "incident",
    "incident_card",
    "key_value",
    "lease",
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

#: One Space in one problem, from the first confirmed observation to the resolution.
incident = Table(
    "incident",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("space", String(200), nullable=False),
    Column("problem", String(20), nullable=False),  # a ProblemKind
    Column("stage", String(40), nullable=False),
    Column("error", Text, nullable=False, default=""),
    Column("opened_at", UtcTimestamp, nullable=False),
    Column("changed_at", UtcTimestamp, nullable=False),
    Column("closed_at", UtcTimestamp),
    Column("resolution", String(20)),  # a Resolution
    Column("reason", JSON(none_as_null=True)),  # the Reason of its last change
    Column("flapping_since", UtcTimestamp),
    Column("is_up", Boolean, nullable=False, default=False),  # while flapping: it runs now
    Column("gap_since", UtcTimestamp),  # start of a gap in the sweeps that hides its end
    Column("fingerprint", Text, nullable=False, default=""),
    Column("ack_by", String(40)),
    Column("ack_at", UtcTimestamp),
    Column("ack_checked_at", UtcTimestamp),  # when the ack check was sent
    Column("diagnosis", JSON(none_as_null=True)),  # None: the log was not read
)
Index("uq_incident_open", incident.c.space, unique=True, **where(incident.c.closed_at.is_(None)))
Index("ix_incident_space", incident.c.space, incident.c.opened_at)

#: A message in Slack: the wanted content and the delivery state.
card = Table(
    "card",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", CardKeyText(), nullable=False),
    Column("channel", String(80), nullable=False),  # the wanted channel
    Column("user", String(40)),  # the requester, who gets a direct message if the channel fails
    Column("via_dm", Boolean, nullable=False, default=False),  # sent as a direct message
    Column("channel_error", String(80), nullable=False, default=""),  # Slack's code for via_dm
    Column("parent_id", Integer, ForeignKey("card.id", ondelete="CASCADE")),  # it replies to it
    Column("thread", String(40)),  # the ts of another message in whose thread it is a reply
    Column("text", Text, nullable=False),
    Column("blocks", JSON, nullable=False),
    Column("progress", JSON, nullable=False, default=list),  # of operations started from it
    Column("version", Integer, nullable=False, default=1),
    Column("posted_version", Integer, nullable=False, default=0),
    Column("state", String(12), nullable=False, default="new"),  # a DeliveryState
    Column("posted_channel", String(40)),  # the id of the channel that it was posted in
    Column("ts", String(40), index=True),
    Column("nonce", String(40), nullable=False),
    Column("sending_since", UtcTimestamp),
    Column("attempts", Integer, nullable=False, default=0),
    Column("retry_at", UtcTimestamp),
    Column("error", Text, nullable=False, default=""),
    Column("made_at", UtcTimestamp, nullable=False),
    Column("is_resolved", Boolean, nullable=False, default=False),  # not posted again once deleted
    Column("times_deleted", Integer, nullable=False, default=0),  # by people
    Column("muted_until", UtcTimestamp),  # not posted before
    Column("content_version", Integer, nullable=False, default=1),  # the last version that differs
    Column("refusal", String(80), nullable=False, default=""),  # Slack's code for the last failure
    Column("failing_since", UtcTimestamp),
    Column("plain", Boolean, nullable=False, default=False),  # shown as text, without blocks
    Column("may_repeat", Boolean, nullable=False, default=False),  # a post's outcome is unknown
    Column("replacements", Integer, nullable=False, default=0),  # of messages that can't be edited
    Column("replaced_ts", String(40)),  # a replaced message that is yet to be deleted
    UniqueConstraint("key", "channel"),
)
#: Whether a card must be posted, edited or rid of a replaced message.
card_is_pending = (card.c.posted_version < card.c.version) | card.c.replaced_ts.is_not(None)
Index("ix_card_pending", card.c.id, **where(card_is_pending))

#: Notifications: the card of an incident in a channel.
incident_card = Table(
    "incident_card",
    metadata,
    Column("incident_id", Integer, ForeignKey("incident.id"), primary_key=True),
    Column("channel", String(80), primary_key=True),
    Column("card_id", Integer, ForeignKey("card.id"), nullable=False, index=True),
    Column("notified_at", UtcTimestamp, nullable=False),
    Column("reminders", Integer, nullable=False, default=0),
    Column("reminded_at", UtcTimestamp),
)

#: Groups: a card that several incidents share.
alert_group = Table(
    "alert_group",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(12), nullable=False),  # a GroupKind
    Column("key", Text, nullable=False),  # the shared problem or fingerprint
    Column("channel", String(80), nullable=False),
    Column("card_id", Integer, ForeignKey("card.id"), nullable=False),
    Column("opened_at", UtcTimestamp, nullable=False),
    Column("closed_at", UtcTimestamp),
    Column("announce_recovery", Boolean, nullable=False, default=False),  # notify when resolved
)
alert_group_member = Table(
    "alert_group_member",
    metadata,
    Column("group_id", Integer, ForeignKey("alert_group.id"), primary_key=True),
    Column("position", Integer, primary_key=True),  # in the order of joining
    Column("incident_id", Integer, ForeignKey("incident.id"), nullable=False),
)
Index("ix_alert_group_open", alert_group.c.channel, **where(alert_group.c.closed_at.is_(None)))

#: Watches: the routes that people added.
watch = Table(
    "watch",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(80), nullable=False),
    Column("targets", Text, nullable=False),  # separated by spaces, as are the problems
    Column("problems", Text, nullable=False),
    Column("made_by", String(40), nullable=False),
    Column("made_at", UtcTimestamp, nullable=False),
    UniqueConstraint("channel", "targets"),
)

mute = Table(
    "mute",
    metadata,
    Column("space", String(200), primary_key=True),
    Column("until", UtcTimestamp, nullable=False),
    Column("by", String(40), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("at", UtcTimestamp, nullable=False),
    Column("announcement", String(200), nullable=False, default=""),  # the key of the one it is in
)

#: Single values, such as the alert channel or the start of a Hub outage.
key_value = Table(
    "key_value",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", JSON, nullable=False),
)
