"""The table of cards, which is the outbox."""

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

from bot.store.schema.types import CardKeyText, UtcTimestamp, metadata, where

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
