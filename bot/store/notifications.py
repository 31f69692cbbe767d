"""The cards of one notification pass, read and written in bulk.

Ten thousand Spaces may fail at once, so statements are per batch and not per card.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, bindparam, insert, select

from bot.alerts.notification_board import CardStatus, UnpostedReply
from bot.alerts.notification_plan import Post
from bot.cards import DeliveryState, Message
from bot.cards.keys import REPLY_KINDS, CardKey
from bot.store.cards import UNPOSTED, set_contents
from bot.store.engine import Tx, chunks
from bot.store.schema import card as table

# Built once, because each sweep runs them.
_STATUS = select(
    table.c.id,
    table.c.channel,
    table.c.state,
    table.c.ts,
    table.c.muted_until,
    UNPOSTED.label("is_unposted"),
).where(table.c.id.in_(bindparam("ids", expanding=True)))
_UNPOSTED_REPLIES = (
    select(table.c.id, table.c.parent_id, table.c.key)
    .where(UNPOSTED, table.c.parent_id.is_not(None))
    .order_by(table.c.id)
)


def card_statuses(tx: Tx, ids: Collection[int]) -> dict[int, CardStatus]:
    """Return the status of the cards with these ids."""
    replies: dict[int, list[UnpostedReply]] = defaultdict(list)
    if ids:
        for row in tx.execute(_UNPOSTED_REPLIES):
            if row.key.kind in REPLY_KINDS:
                replies[row.parent_id].append(UnpostedReply(row.id, row.key.kind))
    return {
        row.id: _status(row, tuple(replies.get(row.id, ())))
        for chunk in chunks(sorted(ids))
        for row in tx.execute(_STATUS, {"ids": chunk})
    }


def insert_posts(
    tx: Tx, posts: Mapping[int, Post], messages: Mapping[int, Message], now: datetime
) -> dict[int, int]:
    """Insert the cards of *posts*; return their ids by the negative ids of the plan.

    A card that exists shows the message instead, unless the message is empty.
    """
    existing = _existing(tx, posts)
    new = {id: post for id, post in posts.items() if (post.key, post.channel) not in existing}
    rows = [_row(post, messages[id], now) for id, post in new.items()]
    query = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    ids = tx.execute(query, rows).scalars().all() if rows else []
    ids_of_existing = {id: existing[p.key, p.channel] for id, p in posts.items() if id not in new}
    set_contents(
        tx, {card: messages[id] for id, card in ids_of_existing.items() if messages[id].text}
    )
    return ids_of_existing | dict(zip(new, ids, strict=True))


def _existing(tx: Tx, posts: Mapping[int, Post]) -> dict[tuple[CardKey, str], int]:
    keys = sorted({post.key for post in posts.values()})
    columns = select(table.c.id, table.c.key, table.c.channel)
    return {
        (row.key, row.channel): row.id
        for chunk in chunks(keys)
        for row in tx.execute(columns.where(table.c.key.in_(chunk)))
    }


def _row(post: Post, message: Message, now: datetime) -> dict[str, Any]:
    return {
        "key": post.key,
        "channel": post.channel,
        "parent_id": post.parent,
        "made_at": now,
        "text": message.text,
        "blocks": _blocks(message),
        "nonce": uuid4().hex,
    }


def _blocks(message: Message) -> list[Any]:
    return list(message.blocks)


def _status(row: Row[Any], replies: tuple[UnpostedReply, ...]) -> CardStatus:
    return CardStatus(
        row.channel,
        is_visible=row.ts is not None or row.state == DeliveryState.SENDING,
        is_deleted=row.state == DeliveryState.DELETED,
        is_unposted=row.is_unposted,
        muted_until=row.muted_until,
        replies=replies,
    )
