"""Cards: what Slack should show, and what it was last made to show."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, Select, and_, case, func, select, update

from bot.cards import Card, DeliveryState, Message
from bot.store.engine import Tx
from bot.store.schema import card as table
from bot.store.schema import card_is_pending

_parent = table.alias("parent")
#: A card, and the place of the one that it is a reply to. Built once: to build it takes longer
#: than to ask it.
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
# What is being sent is behind as well: the index of those who are is all that is read.
_PENDING = _CARDS.where(
    card_is_pending, table.c.state.not_in([DeliveryState.FAILED, DeliveryState.DELETED])
)

#: What has yet to be posted, and takes no other message's place; what is being sent may be there.
UNPOSTED = and_(
    table.c.posted_version < table.c.version,
    table.c.state == DeliveryState.NEW,
    table.c.ts.is_(None),
    table.c.replaced_ts.is_(None),
)

#: What becomes of a card whose content changes: what was given up is tried again, unless it is
#: over, and Slack may take the new blocks although it refused those before.
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
    key: str,
    channel: str,
    message: Message,
    now: datetime,
    *,
    user: str | None = None,
    parent: int | None = None,
    thread: str | None = None,
) -> int:
    """Say what the card of *key* in *channel* should show. Returns the card's id.

    The same message again changes nothing; another one replaces what was wanted before.
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
    """Replace what card *id* should show. What was given up is tried again, unless it is over."""
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
    """Say that what card *id* tells of is over: what people have deleted is not posted again.

    What is held back now is not posted either: nobody has heard of it, and nobody needs to.
    """
    is_suppressed = (table.c.times_deleted > 0) | (table.c.muted_until > now)
    is_unneeded = (
        (table.c.state == DeliveryState.NEW) & is_suppressed & table.c.replaced_ts.is_(None)
    )
    state = case((is_unneeded, DeliveryState.DELETED.value), else_=table.c.state)
    tx.execute(update(table).where(table.c.id == id).values(is_resolved=True, state=state))


def reopen(tx: Tx, id: int) -> None:
    """Say that what card *id* tells of has begun anew, if it was over: it is news again."""
    is_resolved = (table.c.id == id) & table.c.is_resolved
    state = case(
        (table.c.state == DeliveryState.DELETED, DeliveryState.NEW.value), else_=table.c.state
    )
    tx.execute(update(table).where(is_resolved).values(is_resolved=False, state=state))


def repost_if_deleted(tx: Tx, id: int) -> None:
    """Say that there is news on card *id*: it is posted anew if people have deleted it before.

    Nor do they know of the news if nobody has found out yet that they have.
    """
    state = case(
        (table.c.state == DeliveryState.DELETED, DeliveryState.NEW.value), else_=table.c.state
    )
    is_unresolved = (table.c.id == id) & ~table.c.is_resolved
    tx.execute(update(table).where(is_unresolved).values(state=state, times_deleted=0))


def cancel_unposted(tx: Tx, id: int) -> None:
    """Take card *id* back if nobody can have read it yet."""
    tx.execute(update(table).where(table.c.id == id, UNPOSTED).values(state=DeliveryState.DELETED))


def hold_back(tx: Tx, id: int, until: datetime | None) -> None:
    """Hold card *id* back until then; None: no more."""
    tx.execute(update(table).where(table.c.id == id).values(muted_until=until))


def rename(tx: Tx, old: str, new: str) -> None:
    """Let the cards of one subject be those of another from now on."""
    tx.execute(update(table).where(table.c.key == old).values(key=new))


def pending(tx: Tx) -> list[Card]:
    """Return the cards that are not yet as they should be, oldest first."""
    return _read(tx, _PENDING)


def failed(tx: Tx, since: datetime) -> list[Card]:
    """Return the cards made since then that Slack will not have, newest last."""
    return _read(tx, _CARDS.where(table.c.state == DeliveryState.FAILED, table.c.made_at >= since))


def get(tx: Tx, ids: Iterable[int]) -> list[Card]:
    """Return the cards with these ids."""
    return _read(tx, _CARDS.where(table.c.id.in_(list(ids))))


def by_key(tx: Tx, key: str) -> list[Card]:
    """Return the cards of *key*, whatever their channel."""
    return _read(tx, _CARDS.where(table.c.key == key))


def save_delivery(tx: Tx, card: Card) -> None:
    """Write down what has become of *card* in Slack. What it should show is left alone.

    What is posted once more takes along the replies that were to stand below it, because it
    tells their news itself. Who asked for something hears of the end all the same.
    """
    if (card.times_deleted or card.replaced_ts) and card.ts is None:
        below = (table.c.parent_id == card.id) & table.c.user.is_(None)
        unposted = below & (table.c.state == DeliveryState.NEW)
        tx.execute(update(table).where(unposted).values(state=DeliveryState.DELETED))
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
    """Let every card that Slack refuses be tried at once, with short pauses first."""
    failing = table.c.failing_since.is_not(None) & (table.c.state != DeliveryState.FAILED)
    tx.execute(update(table).where(card_is_pending, failing).values(retry_at=None, attempts=0))


def _insert(tx: Tx, message: Message, values: dict[str, Any]) -> int:
    content = {"text": message.text, "blocks": list(message.blocks), "nonce": uuid4().hex}
    row = tx.execute(table.insert().values({**values, **content}).returning(table.c.id)).one()
    return int(row.id)


def _read(tx: Tx, query: Select[Any]) -> list[Card]:
    return [_card(row) for row in tx.execute(query)]


def _card(row: Row[tuple[object, ...]]) -> Card:
    awaits_parent = row.parent_id is not None and row.parent_ts is None
    # Below a card that is not there nobody reads: who asked hears of the end directly.
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
