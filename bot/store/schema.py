"""The tables. The database is the bot: what is not here is forgotten at a restart."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    or_,
)

from bot.store.types import UtcTimestamp

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: Who leads: one row, renewed by compare-and-swap on the database's own clock.
lease = Table(
    "lease",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("owner", String(80), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("expires", Float(53), nullable=False),
)

#: Every request that came in by the one door: the intent, the answer, and so the audit.
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
    Column("slash", String(40)),  # the slash command, as Slack calls it
    Column("received_at", UtcTimestamp, nullable=False, index=True),
    Column("state", String(12), nullable=False),  # received, taken; or as model.Entry has it
    Column("result", Text, nullable=False, default=""),
    Column("heartbeat_at", UtcTimestamp),  # when long work on it has last shown that it goes on
    Column("finished_at", UtcTimestamp),
)
Index(
    "ix_ask_open",
    ask.c.received_at,
    sqlite_where=ask.c.finished_at.is_(None),
    postgresql_where=ask.c.finished_at.is_(None),
)

#: Which Spaces an ask is about, whether they are named in it or meant by `all`.
ask_target = Table(
    "ask_target",
    metadata,
    Column("ask_id", Integer, ForeignKey("ask.id"), primary_key=True),
    Column("space", String(200), primary_key=True),
)

#: What the Hub last showed of each Space.
space = Table(
    "space",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("stage", String(40), nullable=False),
    Column("snapshot", JSON, nullable=False),  # the rest of model.Space
    Column("stage_since", UtcTimestamp, nullable=False),  # when this stage was first seen
    Column("first_seen_at", UtcTimestamp),  # when the Space was; None: it was there before us
    Column("delete_requested_at", UtcTimestamp),  # when we were last asked to delete it
)

#: Every change of stage that was believed, with what was decided about it.
transition = Table(
    "transition",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("space", String(200), nullable=False),
    Column("before", String(40)),
    Column("after", String(40), nullable=False),
    Column("at", UtcTimestamp, nullable=False, index=True),
    Column("flips", Boolean, nullable=False, default=False),  # from up to trouble, or back
    Column("reason", Text, nullable=False),  # why people were told, or why not
    Index(None, "space", "at"),
)

#: A Space in trouble, from its first bad sight to its end.
incident = Table(
    "incident",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("space", String(200), nullable=False),
    Column("problem", String(20), nullable=False),  # broken, asleep, …
    Column("stage", String(40), nullable=False),
    Column("error", Text, nullable=False, default=""),
    Column("opened_at", UtcTimestamp, nullable=False),
    Column("changed_at", UtcTimestamp, nullable=False),
    Column("closed_at", UtcTimestamp),
    Column("resolution", Text, nullable=False, default=""),  # how it ended, in words
    Column("reason", Text, nullable=False, default=""),  # why its last change was told
    Column("flapping_since", UtcTimestamp),  # it goes up and down …
    Column("is_up", Boolean, nullable=False, default=False),  # … and is up just now
    Column("gap_since", UtcTimestamp),  # nobody looked from then until it was over
    Column("fingerprint", Text, nullable=False, default=""),
    Column("ack_by", String(40)),
    Column("ack_at", UtcTimestamp),
    Column("ack_checked_at", UtcTimestamp),  # when "still on it?" was asked
    Column("diagnosis", JSON(none_as_null=True)),  # what the log told; None: not read
)
Index(
    "uq_incident_open",
    incident.c.space,
    unique=True,
    sqlite_where=incident.c.closed_at.is_(None),
    postgresql_where=incident.c.closed_at.is_(None),
)
Index("ix_incident_space", incident.c.space, incident.c.opened_at)

#: A message in Slack as it should be and as it was last posted.
card = Table(
    "card",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(120), nullable=False),  # operation:17, incident:5, …
    Column("channel", String(80), nullable=False),  # where it should be
    Column("user", String(40)),  # who hears of it directly when the channel cannot
    Column("via_dm", Boolean, nullable=False, default=False),  # … which is now
    Column("channel_error", String(80), nullable=False, default=""),  # … and why, in Slack's word
    Column(
        "parent_id", Integer, ForeignKey("card.id", ondelete="CASCADE")
    ),  # a reply in its thread
    Column("thread", String(40)),  # … or in a thread of somebody else's
    Column("text", Text, nullable=False),
    Column("blocks", JSON, nullable=False),
    Column("version", Integer, nullable=False, default=1),
    Column("posted_version", Integer, nullable=False, default=0),
    Column("state", String(12), nullable=False, default="new"),  # new, sending, posted, …
    Column("posted_channel", String(40)),  # the id by which Slack knows the place
    Column("ts", String(40)),
    Column("nonce", String(40), nullable=False),
    Column("sending_since", UtcTimestamp),
    Column("attempts", Integer, nullable=False, default=0),
    Column("retry_at", UtcTimestamp),
    Column("error", Text, nullable=False, default=""),
    Column("made_at", UtcTimestamp, nullable=False),
    Column("is_resolved", Boolean, nullable=False, default=False),  # over: not posted once more
    Column("times_deleted", Integer, nullable=False, default=0),  # by people
    Column("muted_until", UtcTimestamp),  # nobody is to hear of it before
    Column("content_version", Integer, nullable=False, default=1),  # since when it says the same
    Column("refusal", String(80), nullable=False, default=""),  # why it is behind, by Slack's code
    Column("failing_since", UtcTimestamp),
    Column("plain", Boolean, nullable=False, default=False),  # shown as text, without blocks
    Column("may_repeat", Boolean, nullable=False, default=False),  # a post's outcome is unknown
    Column("replacements", Integer, nullable=False, default=0),  # of what cannot be edited
    Column("replaced_ts", String(40)),  # … which is still to be deleted
    UniqueConstraint("key", "channel"),
)
#: Whether something is left to be done about a card in Slack.
card_is_pending = or_(card.c.posted_version < card.c.version, card.c.replaced_ts.is_not(None))
Index("ix_card_pending", card.c.id, sqlite_where=card_is_pending, postgresql_where=card_is_pending)

#: Which card tells of which incident: one in each channel that hears of it.
incident_card = Table(
    "incident_card",
    metadata,
    Column("incident_id", Integer, ForeignKey("incident.id"), primary_key=True),
    Column("channel", String(80), primary_key=True),
    Column("card_id", Integer, ForeignKey("card.id"), nullable=False, index=True),
    Column("notified_at", UtcTimestamp, nullable=False),  # since when that channel knows
    Column("reminders", Integer, nullable=False, default=0),
    Column("reminded_at", UtcTimestamp),
)

#: A card that several incidents share, or a reminder of them.
alert_group = Table(
    "alert_group",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(12), nullable=False),  # first, alike, cause, reminder
    Column("key", Text, nullable=False),  # the trouble or the fingerprint that they share
    Column("channel", String(80), nullable=False),
    Column("card_id", Integer, ForeignKey("card.id"), nullable=False),
    Column("opened_at", UtcTimestamp, nullable=False),
    Column("closed_at", UtcTimestamp),
    Column(
        "announce_recovery", Boolean, nullable=False, default=False
    ),  # … of whom one is worth a word
)
alert_group_member = Table(
    "alert_group_member",
    metadata,
    Column("group_id", Integer, ForeignKey("alert_group.id"), primary_key=True),
    Column("position", Integer, primary_key=True),  # in the order of joining
    Column("incident_id", Integer, ForeignKey("incident.id"), nullable=False),
)
Index(
    "ix_alert_group_open",
    alert_group.c.channel,
    sqlite_where=alert_group.c.closed_at.is_(None),
    postgresql_where=alert_group.c.closed_at.is_(None),
)

#: Long work that was asked for.
operation = Table(
    "operation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("verb", String(20), nullable=False),
    Column("state", String(12), nullable=False, index=True),  # proposed, running, finished, dropped
    Column("requested_by", String(40), nullable=False),
    Column("channel", String(80), nullable=False),
    Column("thread", String(40)),
    Column("requested_at", UtcTimestamp, nullable=False),
    Column("finished_at", UtcTimestamp),
    Column("args", JSON, nullable=False, default=dict),  # what the verb needs to know
    Column("stopped_by", String(40)),  # who ended it before all of it was sent …
    Column("stopped_at", UtcTimestamp),  # … and when
)

#: What an operation does to one Space. Written as *sent* before the call leaves.
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
    Column("missing_since", UtcTimestamp),
    Column("limited_since", UtcTimestamp),
    Column("skip_reason", String(20)),
    Column("unserved_since", UtcTimestamp),
)

#: Which channel hears of which targets, and of what.
watch = Table(
    "watch",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(80), nullable=False),
    Column("targets", Text, nullable=False),
    Column("problems", Text, nullable=False),
    Column("made_by", String(40), nullable=False),
    Column("made_at", UtcTimestamp, nullable=False),
    UniqueConstraint("channel", "targets"),
)

#: Which Spaces do not ping, and until when.
mute = Table(
    "mute",
    metadata,
    Column("space", String(200), primary_key=True),
    Column("until", UtcTimestamp, nullable=False),
    Column("by", String(40), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("at", UtcTimestamp, nullable=False),
)

#: The few single facts that outlive a restart: blind since, first sweep done, …
key_value = Table(
    "key_value",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", JSON, nullable=False),
)
