"""Cards as rows: the wanted content and the delivered version."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, Select, and_, case, func, select, update

from bot.cards import Card, CardKey, CardKind, DeliveryState, Message
from bot.store.engine import Tx
from bot.store.schema import card as table
from bot.store.schema import card_is_pending

_parent = table.alias("parent")
#: Cards with the message of their parent. Built once, because building takes longer than running.
_CARDS: Select[Any] = (
    select(
        table,
        func.coalesce(_parent.c.thread, _parent.c.ts).label("parent_ts"),
        _parent.c.posted_channel.label("parent_channel"),
        _parent.c.state.label("parent_state"),
    )
    .outerjoin_from(table, _parent, table.c.parent_id == _parent.c.id)
    .order_by(table.c.id)
)
# Reads only the index of pending cards. A card being sent is in it: its version is behind.
_PENDING = _CARDS.where(
    card_is_pending, table.c.state.not_in([DeliveryState.FAILED, DeliveryState.DELETED])
)

#: Cards without any message in Slack. A card being sent isn't one, because its post may exist.
UNPOSTED = and_(
    table.c.posted_version < table.c.version,
    table.c.state == DeliveryState.NEW,
    table.c.ts.is_(None),
    table.c.replaced_ts.is_(None),
)

#: Column values after a change of content. A failed card is retried unless it is resolved, and
#: with its blocks, because Slack may accept the new ones.
AFTER_CHANGE: dict[str, Any] = {
    "version": table.c.version + 1,
    "content_version": table.c.version + 1,
    "plain": False,
    "state": case(
        ((table.c.state != DeliveryState.FAILED) | table.c.is_resolved, table.c.state),
        (table.c.ts.is_(None), DeliveryState.NEW.value),
        else_=DeliveryState.POSTED.value,
    ),
}


def upsert(
    tx: Tx,
    key: CardKey,
    channel: str,
    message: Message,
    now: datetime,
    *,
    user: str | None = None,
    parent: int | None = None,
    thread: str | None = None,
) -> int:
    """Set the message of the card of *key* in *channel*; return the card's id.

    The card is created if needed. An equal message changes nothing.
    """
    row = tx.execute(
        select(table.c.id, table.c.text, table.c.blocks)
        .where(table.c.key == key, table.c.channel == channel)
        .with_for_update()
    ).one_or_none()
    if row is None:
        columns = {"key": key, "channel": channel, "user": user, "thread": thread}
        return _insert(tx, message, {**columns, "parent_id": parent, "made_at": now})
    if (row.text, row.blocks) != (message.text, list(message.blocks)):
        set_content(tx, row.id, message)
    return int(row.id)


def set_content(tx: Tx, id: int, message: Message) -> None:
    """Replace the message of card *id*. A failed card is retried unless it is resolved."""
    tx.execute(
        update(table)
        .where(table.c.id == id)
        .values(
            text=message.text,
            blocks=list(message.blocks),
            **AFTER_CHANGE,
        )
    )


def mark_resolved(tx: Tx, id: int, now: datetime) -> None:
    """Mark card *id* as resolved, so that it isn't posted again once deleted.

    A muted card that was never posted is dropped, because nobody has to learn of it any more.
    """
    is_suppressed = (table.c.times_deleted > 0) | (table.c.muted_until > now)
    is_unneeded = (
        (table.c.state == DeliveryState.NEW) & is_suppressed & table.c.replaced_ts.is_(None)
    )
    state = case((is_unneeded, DeliveryState.DELETED.value), else_=table.c.state)
    tx.execute(update(table).where(table.c.id == id).values(is_resolved=True, state=state))


def reopen(tx: Tx, id: int) -> None:
    """Make a resolved card current again; a deleted one is posted once more."""
    is_resolved = (table.c.id == id) & table.c.is_resolved
    state = case(
        (table.c.state == DeliveryState.DELETED, DeliveryState.NEW.value), else_=table.c.state
    )
    tx.execute(update(table).where(is_resolved).values(is_resolved=False, state=state))


def repost_if_deleted(tx: Tx, id: int) -> None:
    """Post card *id* again if people deleted it, because it has news.

    Also resets the count of deletions, for a deletion that has not been detected yet.
    """
    state = case(
        (table.c.state == DeliveryState.DELETED, DeliveryState.NEW.value), else_=table.c.state
    )
    is_unresolved = (table.c.id == id) & ~table.c.is_resolved
    tx.execute(update(table).where(is_unresolved).values(state=state, times_deleted=0))


def cancel_unposted(tx: Tx, id: int) -> None:
    """Drop card *id* unless it has, or may have, a message in Slack."""
    tx.execute(update(table).where(table.c.id == id, UNPOSTED).values(state=DeliveryState.DELETED))


def hold_back(tx: Tx, id: int, until: datetime | None) -> None:
    """Hold card *id* back until *until*; None releases it."""
    tx.execute(update(table).where(table.c.id == id).values(muted_until=until))


def rename(tx: Tx, old: CardKey, new: CardKey) -> None:
    """Give the cards of key *old* the key *new*."""
    tx.execute(update(table).where(table.c.key == old).values(key=new))


def pending(tx: Tx) -> list[Card]:
    """Return the cards whose message differs from the wanted one, oldest first."""
    return _read(tx, _PENDING)


def failed(tx: Tx, since: datetime) -> list[Card]:
    """Return the failed cards made since *since*, newest last."""
    return _read(tx, _CARDS.where(table.c.state == DeliveryState.FAILED, table.c.made_at >= since))


def get(tx: Tx, ids: Iterable[int]) -> list[Card]:
    """Return the cards with these ids."""
    return _read(tx, _CARDS.where(table.c.id.in_(list(ids))))


def parent_in_channel(tx: Tx, id: int) -> Card | None:
    """Return the card in whose thread card *id* replies; None if it is in a thread itself."""
    parent_id = select(table.c.parent_id).where(table.c.id == id).scalar_subquery()
    posted = _CARDS.where(
        table.c.id == parent_id, table.c.ts.is_not(None), table.c.thread.is_(None)
    )
    return next(iter(_read(tx, posted)), None)


def by_key(tx: Tx, key: CardKey) -> list[Card]:
    """Return the cards of *key* in all channels."""
    return _read(tx, _CARDS.where(table.c.key == key))


def save_delivery(tx: Tx, card: Card) -> None:
    """Save the delivery state of *card*, not its content.

    A card that is posted again drops its unposted replies, because it contains their news.
    Replies to a person who asked for something are kept, and so are questions to a person.
    """
    if (card.times_deleted or card.replaced_ts) and card.ts is None:
        _drop_replies(tx, card)
    tx.execute(
        update(table)
        .where(table.c.id == card.id)
        .values(
            via_dm=card.via_dm,
            channel_error=card.channel_error,
            posted_version=card.posted_version,
            state=card.state,
            posted_channel=card.posted_channel,
            ts=card.ts,
            sending_since=card.sending_since,
            attempts=card.attempts,
            retry_at=card.retry_at,
            error=card.error,
            times_deleted=card.times_deleted,
            refusal=card.refusal[:80],
            failing_since=card.failing_since,
            plain=card.plain,
            may_repeat=card.may_repeat,
            replacements=card.replacements,
            replaced_ts=card.replaced_ts,
        )
    )


def retry(tx: Tx) -> None:
    """Retry every card that Slack refuses at once, and reset its backoff."""
    failing = table.c.failing_since.is_not(None) & (table.c.state != DeliveryState.FAILED)
    tx.execute(update(table).where(card_is_pending, failing).values(retry_at=None, attempts=0))


def _drop_replies(tx: Tx, card: Card) -> None:
    replies = (table.c.parent_id == card.id) & table.c.user.is_(None)
    unposted = _read(tx, _CARDS.where(replies, table.c.state == DeliveryState.NEW))
    keeps_questions = card.state is not DeliveryState.DELETED
    ids = [r.id for r in unposted if not (keeps_questions and r.key.kind is CardKind.ACK_CHECK)]
    tx.execute(update(table).where(table.c.id.in_(ids)).values(state=DeliveryState.DELETED))


def _insert(tx: Tx, message: Message, values: dict[str, Any]) -> int:
    content = {"text": message.text, "blocks": list(message.blocks), "nonce": uuid4().hex}
    row = tx.execute(table.insert().values({**values, **content}).returning(table.c.id)).one()
    return int(row.id)


def _read(tx: Tx, query: Select[Any]) -> list[Card]:
    return [_card(row) for row in tx.execute(query)]


def _card(row: Row[tuple[object, ...]]) -> Card:
    awaits_parent = row.parent_id is not None and row.parent_ts is None
    # Nobody reads a reply to a missing card, so the requester gets a direct message instead.
    is_parent_gone = row.parent_state in (DeliveryState.FAILED, DeliveryState.DELETED)
    is_orphaned = awaits_parent and is_parent_gone and row.user is not None
    return Card(
        id=row.id,
        key=row.key,
        channel=row.parent_channel or row.channel,
        message=Message(row.text, tuple(row.blocks)),
        version=row.version,
        posted_version=row.posted_version,
        state=DeliveryState(row.state),
        nonce=row.nonce,
        user=row.user,
        via_dm=row.via_dm or is_orphaned,
        channel_error=row.channel_error,
        posted_channel=row.posted_channel,
        ts=row.ts,
        thread=row.parent_ts if row.parent_id else row.thread,
        awaits_parent=awaits_parent and not is_orphaned,
        sending_since=row.sending_since,
        attempts=row.attempts,
        retry_at=row.retry_at,
        error=row.error,
        is_resolved=row.is_resolved,
        times_deleted=row.times_deleted,
        muted_until=row.muted_until,
        content_version=row.content_version,
        refusal=row.refusal,
        failing_since=row.failing_since,
        plain=row.plain,
        may_repeat=row.may_repeat,
        replacements=row.replacements,
        replaced_ts=row.replaced_ts,
    )
