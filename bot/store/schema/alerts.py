"""The tables of incidents, their notifications, and who wants to know of what."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.schema.types import UtcTimestamp, metadata, where

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
    Column("operation_id", Integer, ForeignKey("operation.id")),  # the number for an undo
)

#: Class hours, by the words that select their Spaces.
class_hours = Table(
    "class_hours",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("targets", Text, nullable=False, unique=True),  # separated by spaces
    Column("zone", String(60), nullable=False),
    Column("weekly", JSON, nullable=False, default=list),  # its rules
    Column("lessons", JSON, nullable=False, default=list),  # seconds since 1970: [start, end]
    Column("file_name", String(200), nullable=False, default=""),  # of the calendar
    Column("wakes", Boolean, nullable=False, default=False),
    Column("made_by", String(40), nullable=False),
    Column("made_at", UtcTimestamp, nullable=False),
    Column("schedule_id", Integer, ForeignKey("schedule.id")),  # what wakes the Spaces
)
