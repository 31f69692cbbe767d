"""Cards as rows: the wanted content and the delivered version."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, Select, and_, bindparam, func, select, update

from bot.cards import FINAL_STATES, Card, DeliveryState, Message, Progress
from bot.cards.keys import CardKey
from bot.cards.transitions import (
    Parent,
    Transition,
    attach,
    drop_reply,
    is_reposted,
    reset_backoff,
    set_content,
)
from bot.store.engine import Tx, chunks
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
_LOCKED = _CARDS.with_for_update(of=table)
_UPDATE = update(table).where(table.c.id == bindparam("row_id"))
_LOCKED_BY_ID = _LOCKED.where(table.c.id.in_(bindparam("ids", expanding=True)))
_LOCKED_BY_KEY = _LOCKED.where(
    table.c.key == bindparam("key"), table.c.channel == bindparam("channel")
)
_BY_KEY = _CARDS.where(table.c.key == bindparam("key"))
# `Card.is_pending`, as a query that reads only the index of pending cards.
_PENDING = _CARDS.where(card_is_pending, table.c.state.not_in(FINAL_STATES))

#: `Card.is_unposted`, as a condition.
UNPOSTED = and_(
    table.c.posted_version < table.c.version,
    table.c.state == DeliveryState.NEW,
    table.c.ts.is_(None),
    table.c.replaced_ts.is_(None),
)

#: The columns of a card that transitions change, by the fields of the same name.
_COLUMNS = (
    "version",
    "posted_version",
    "state",
    "via_dm",
    "channel_error",
    "posted_channel",
    "ts",
    "sending_since",
    "attempts",
    "retry_at",
    "error",
    "is_resolved",
    "times_deleted",
    "muted_until",
    "content_version",
    "refusal",
    "failing_since",
    "plain",
    "may_repeat",
    "replacements",
    "replaced_ts",
)
#: Those of them that say what was delivered, not what is wanted.
_DELIVERED = {*_COLUMNS} - {"version", "is_resolved", "muted_until", "content_version"}


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
    found = _read(tx, _LOCKED_BY_KEY, key=key, channel=channel)
    if not found:
        columns = {"key": key, "channel": channel, "user": user, "thread": thread}
        return _insert(tx, message, {**columns, "parent_id": parent, "made_at": now})
    save(tx, found, [set_content(card, message) for card in found])
    return found[0].id


def change(tx: Tx, ids: Collection[int], transition: Transition) -> None:
    """Apply *transition* to the cards with these ids, locked, and save what it changes."""
    for chunk in chunks(sorted(ids)):
        before = _read(tx, _LOCKED_BY_ID, ids=chunk)
        save(tx, before, [transition(card) for card in before])


def set_contents(tx: Tx, messages: Mapping[int, Message]) -> None:
    """Set the messages of cards; an equal message changes nothing."""
    change(tx, messages, lambda card: set_content(card, messages[card.id]))


def save(tx: Tx, before: Sequence[Card], after: Sequence[Card]) -> None:
    """Save the changed columns, with one statement per set of columns."""
    rows: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for old, new in zip(before, after, strict=True):
        if changed := _changed_columns(old, new):
            rows[tuple(changed)].append({"row_id": new.id, **changed})
    for of_equal_columns in rows.values():
        tx.execute(_UPDATE, of_equal_columns)


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


def lock(tx: Tx, id: int) -> Card:
    """Return the card with this id, locked until the end of *tx*."""
    (card,) = _read(tx, _LOCKED_BY_ID, ids=[id])
    return card


def parent_in_channel(tx: Tx, id: int) -> Card | None:
    """Return the card in whose thread card *id* replies; None within a thread."""
    parent_id = select(table.c.parent_id).where(table.c.id == id).scalar_subquery()
    posted = _CARDS.where(
        table.c.id == parent_id, table.c.ts.is_not(None), table.c.thread.is_(None)
    )
    return next(iter(_read(tx, posted)), None)


def by_key(tx: Tx, key: CardKey) -> list[Card]:
    """Return the cards of *key* in all channels."""
    return _read(tx, _BY_KEY, key=key)


def by_message(tx: Tx, channel: str, ts: str) -> Card | None:
    """Return the card that is the message *ts* in *channel*; None if no card is."""
    query = _CARDS.where(table.c.posted_channel == channel, table.c.ts == ts)
    return next(iter(_read(tx, query)), None)


def save_delivery(tx: Tx, before: Card, after: Card) -> None:
    """Save what a delivery changed from *before* to *after*, not the content.

    Other columns may have changed during the call to Slack, such as a reset of `times_deleted`.
    A card that is posted again drops its unposted replies, because it contains their news.
    """
    if is_reposted(after):
        _drop_replies(tx, after)
    stored = replace(after, refusal=after.refusal[:80])
    changed = _changed_columns(before, stored)
    if values := {name: changed[name] for name in changed.keys() & _DELIVERED}:
        tx.execute(_UPDATE, {"row_id": after.id, **values})


def retry(tx: Tx) -> None:
    """Retry every card that Slack refuses at once, and reset its backoff."""
    failing = table.c.failing_since.is_not(None)
    ids = tx.execute(select(table.c.id).where(card_is_pending, failing)).scalars().all()
    change(tx, ids, reset_backoff)


def _drop_replies(tx: Tx, card: Card) -> None:
    is_reply = (table.c.parent_id == card.id) & (table.c.state == DeliveryState.NEW)
    ids = tx.execute(select(table.c.id).where(is_reply)).scalars().all()
    change(tx, ids, lambda reply: drop_reply(reply, card))


def _changed_columns(old: Card, new: Card) -> dict[str, Any]:
    changed = {
        name: value for name in _COLUMNS if (value := getattr(new, name)) != getattr(old, name)
    }
    if new.message != old.message:
        changed |= {"text": new.message.text, "blocks": list(new.message.blocks)}
    if new.progress != old.progress:
        changed["progress"] = [[one.operation, list(one.blocks)] for one in new.progress]
    return changed


def _insert(tx: Tx, message: Message, values: dict[str, Any]) -> int:
    content = {"text": message.text, "blocks": list(message.blocks), "nonce": uuid4().hex}
    row = tx.execute(table.insert().values({**values, **content}).returning(table.c.id)).one()
    return int(row.id)


def _read(tx: Tx, query: Select[Any], **parameters: object) -> list[Card]:
    return [_card(row) for row in tx.execute(query, parameters)]


def _card(row: Row[tuple[object, ...]]) -> Card:
    card = Card(
        id=row.id,
        key=row.key,
        channel=row.channel,
        message=Message(row.text, tuple(row.blocks)),
        version=row.version,
        posted_version=row.posted_version,
        state=DeliveryState(row.state),
        nonce=row.nonce,
        user=row.user,
        via_dm=row.via_dm,
        channel_error=row.channel_error,
        posted_channel=row.posted_channel,
        ts=row.ts,
        thread=row.thread,
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
        progress=tuple(Progress(id, tuple(blocks)) for id, blocks in row.progress),
    )
    if row.parent_id is None:
        return card
    parent = Parent(row.parent_channel, row.parent_ts, DeliveryState(row.parent_state))
    return attach(card, parent)
