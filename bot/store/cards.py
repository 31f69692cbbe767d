"""Cards: what Slack should show, and what it was last made to show."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, case, func, select, update

from bot.cards import Card, Message, State
from bot.store.engine import Tx
from bot.store.schema import card as table


def want(
    tx: Tx,
    subject: str,
    channel: str,
    message: Message,
    now: datetime,
    *,
    user: str | None = None,
    parent: int | None = None,
    thread: str | None = None,
) -> int:
    """Say what the card of *subject* in *channel* should show. Returns the card's id.

    The same message again changes nothing; another one replaces what was wanted before.
    """
    row = tx.execute(
        select(table.c.id, table.c.text, table.c.blocks)
        .where(table.c.subject == subject, table.c.channel == channel)
        .with_for_update()
    ).one_or_none()
    if row is None:
        place = {"subject": subject, "channel": channel, "user": user, "thread": thread}
        return _add(tx, message, {**place, "parent_id": parent, "made_at": now})
    if (row.text, row.blocks) != (message.text, list(message.blocks)):
        change(tx, row.id, message)
    return int(row.id)


def change(tx: Tx, id: int, message: Message) -> None:
    """Replace what card *id* should show. What was given up is tried anew, unless it is over."""
    tx.execute(
        update(table)
        .where(table.c.id == id)
        .values(
            text=message.text,
            blocks=list(message.blocks),
            version=table.c.version + 1,
            state=case(
                ((table.c.state != State.DEAD) | table.c.is_final, table.c.state),
                (table.c.ts.is_(None), State.NEW.value),
                else_=State.POSTED.value,
            ),
        )
    )


def finish(tx: Tx, id: int) -> None:
    """Say that what card *id* tells of is over: deleted by a person, it is not posted again."""
    tx.execute(update(table).where(table.c.id == id).values(is_final=True))


def rename(tx: Tx, old: str, new: str) -> None:
    """Let the cards of one subject be those of another from now on."""
    tx.execute(update(table).where(table.c.subject == old).values(subject=new))


def unequal(tx: Tx) -> list[Card]:
    """Return the cards that are not yet as they should be, oldest first."""
    # What is being sent is behind as well: the index of those who are is all that is read.
    behind = table.c.posted_version < table.c.version
    return _read(tx, select(table).where(behind, table.c.state != State.DEAD))


def dead(tx: Tx, since: datetime) -> list[Card]:
    """Return the cards made since then that Slack will not have, newest last."""
    return _read(tx, select(table).where(table.c.state == State.DEAD, table.c.made_at >= since))


def get(tx: Tx, ids: Iterable[int]) -> list[Card]:
    """Return the cards with these ids."""
    return _read(tx, select(table).where(table.c.id.in_(list(ids))))


def of(tx: Tx, subject: str) -> list[Card]:
    """Return the cards of *subject*, whatever their channel."""
    return _read(tx, select(table).where(table.c.subject == subject))


def keep(tx: Tx, card: Card) -> None:
    """Write down what has become of *card* in Slack. What it should show is left alone."""
    tx.execute(
        update(table)
        .where(table.c.id == card.id)
        .values(
            directly=card.directly,
            kept_out=card.kept_out,
            posted_version=card.posted_version,
            state=card.state,
            posted_channel=card.posted_channel,
            ts=card.ts,
            sending_since=card.sending_since,
            tries=card.tries,
            not_before=card.not_before,
            error=card.error,
        )
    )


def _add(tx: Tx, message: Message, values: dict[str, Any]) -> int:
    shown = {"text": message.text, "blocks": list(message.blocks), "nonce": uuid4().hex}
    row = tx.execute(table.insert().values({**values, **shown}).returning(table.c.id)).one()
    return int(row.id)


def _read(tx: Tx, query: object) -> list[Card]:
    parents = table.alias("parent")
    joined = (
        query.add_columns(  # type: ignore[attr-defined]  # a Select, whose type names every column
            func.coalesce(parents.c.thread, parents.c.ts).label("parent_ts"),
            parents.c.posted_channel.label("parent_channel"),
            parents.c.state.label("parent_state"),
        )
        .outerjoin_from(table, parents, table.c.parent_id == parents.c.id)
        .order_by(table.c.id)
    )
    return [_card(row) for row in tx.execute(joined)]


def _card(row: Row[tuple[object, ...]]) -> Card:
    alone = row.parent_id is not None and row.parent_ts is None
    # Below a card that Slack will not have nobody reads: who asked hears of the end directly.
    lost = alone and row.parent_state == State.DEAD and row.user is not None
    return Card(
        id=row.id,
        subject=row.subject,
        channel=row.parent_channel or row.channel,
        message=Message(row.text, tuple(row.blocks)),
        version=row.version,
        posted_version=row.posted_version,
        state=State(row.state),
        nonce=row.nonce,
        user=row.user,
        directly=row.directly or lost,
        kept_out=row.kept_out,
        posted_channel=row.posted_channel,
        ts=row.ts,
        thread=row.parent_ts if row.parent_id else row.thread,
        waits_for_parent=alone and not lost,
        sending_since=row.sending_since,
        tries=row.tries,
        not_before=row.not_before,
        error=row.error,
        is_final=row.is_final,
    )
