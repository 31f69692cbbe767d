"""Cards: pending ones, changed contents and replies."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot.cards import Card, DeliveryState, Message
from bot.cards.delivery import mark_posted, mark_sending
from bot.cards.keys import CardKey
from bot.cards.transitions import (
    Transition,
    cancel_unposted,
    drop_duplicate,
    drop_reply,
    hold_back,
    mark_resolved,
    refresh,
    reopen,
    repost_if_deleted,
    reset_backoff,
    retry_now,
    set_content,
)
from bot.store import Store, Tx, cards
from bot.store.cards import UNPOSTED
from bot.store.schema import card as card_table
from tests.unit.cards.samples import NEW
from tests.unit.cards.states import SOON, every_card
from tests.unit.store.samples import NOW


def test_same_message_changes_nothing_and_another_replaces_it(
    any_store: Store,
) -> None:
    with any_store.transaction() as tx:
        id = cards.upsert(tx, CardKey.incident(1), "C1", Message("broken"), NOW)
        assert cards.upsert(tx, CardKey.incident(1), "C1", Message("broken"), NOW) == id
        (same,) = cards.get(tx, [id])
        cards.upsert(tx, CardKey.incident(1), "C1", Message("mended", ({"type": "divider"},)), NOW)
        (changed,) = cards.get(tx, [id])

    assert (same.version, changed.version) == (1, 2)
    assert changed.message == Message("mended", ({"type": "divider"},))


def test_only_outdated_cards_are_pending(any_store: Store) -> None:
    with any_store.transaction() as tx:
        id = cards.upsert(tx, CardKey.incident(1), "C1", Message("broken"), NOW)
        (new,) = cards.pending(tx)
        cards.save_delivery(tx, new, mark_sending(new, NOW))
        (sending,) = cards.pending(tx)
        cards.save_delivery(tx, sending, mark_posted(sending, "C1", "7.0", NOW))
        equal = cards.pending(tx)
        cards.set_contents(tx, {id: Message("worse")})
        (changed,) = cards.pending(tx)

    assert (sending.state, equal, changed.ts) == (DeliveryState.SENDING, [], "7.0")


def test_delivery_keeps_what_changed_during_the_call(any_store: Store) -> None:
    with any_store.transaction() as tx:
        id = cards.upsert(tx, CardKey.incident(1), "C1", Message("broken"), NOW)
        cards.change(tx, [id], lambda card: replace(card, times_deleted=1))
        (sending,) = cards.pending(tx)
        cards.change(tx, [id], lambda card: replace(card, times_deleted=0, replacements=2))

        cards.save_delivery(tx, sending, mark_posted(sending, "C1", "7.0", NOW))

        (posted,) = cards.get(tx, [id])
    assert (posted.ts, posted.times_deleted, posted.replacements) == ("7.0", 0, 2)


def test_reply_awaits_its_parent_and_is_posted_below_it(any_store: Store) -> None:
    with any_store.transaction() as tx:
        parent = cards.upsert(tx, CardKey.operation(1), "C1", Message("waking"), NOW, user="U1")
        cards.upsert(tx, CardKey.final_reply(1), "C1", Message("up"), NOW, parent=parent)
        card, early = cards.pending(tx)
        cards.save_delivery(tx, card, mark_posted(mark_sending(card, NOW), "DU1", "7.0", NOW))
        (late,) = cards.pending(tx)

    assert early.awaits_parent
    assert (late.awaits_parent, late.channel, late.thread) == (False, "DU1", "7.0")


def test_only_recent_failed_cards_are_listed(any_store: Store) -> None:

    from bot.cards import DeliveryState, Message

    with any_store.transaction() as tx:
        for n, made in enumerate((NOW, NOW - timedelta(days=2))):
            cards.upsert(tx, CardKey.incident(n), "C1", Message("broken"), made)
        for card in cards.pending(tx):
            cards.save_delivery(tx, card, replace(card, state=DeliveryState.FAILED, error="no"))

        assert [card.key for card in cards.failed(tx, NOW - timedelta(days=1))] == [
            CardKey.incident(0)
        ]


TRANSITIONS: list[Transition] = [
    partial(set_content, message=Message("worse", ({"type": "divider"},))),
    partial(mark_resolved, now=NOW),
    partial(hold_back, until=SOON),
    partial(hold_back, until=None),
    partial(drop_reply, parent=replace(NEW, times_deleted=1)),
    refresh,
    reopen,
    repost_if_deleted,
    cancel_unposted,
    drop_duplicate,
    retry_now,
    reset_backoff,
]


def add_every_card(tx: Tx) -> list[Card]:
    """Insert a card for each combination of facts."""
    wanted = every_card()
    for card in wanted:
        cards.upsert(tx, card.key, card.channel, card.message, NOW)
    stored = cards.get(tx, [card.id for card in wanted])
    cards.save(tx, stored, wanted)
    return cards.get(tx, [card.id for card in wanted])


def test_each_transition_is_stored_as_it_was_decided(any_store: Store) -> None:
    with any_store.transaction() as tx:
        before = add_every_card(tx)
        ids = [card.id for card in before]
        for transition in TRANSITIONS:
            with tx.begin_nested() as savepoint:
                cards.change(tx, ids, transition)
                assert cards.get(tx, ids) == [transition(card) for card in before]
                savepoint.rollback()


def test_conditions_in_sql_agree_with_those_of_cards(any_store: Store) -> None:
    with any_store.transaction() as tx:
        stored = add_every_card(tx)
        unposted = tx.execute(select(card_table.c.id).where(UNPOSTED)).scalars().all()
        pending = [card.id for card in cards.pending(tx)]

    assert sorted(unposted) == [card.id for card in stored if card.is_unposted]
    assert pending == [card.id for card in stored if card.is_pending]


@pytest.mark.parametrize(
    "act",
    [
        cards.lock,
        lambda tx, card: cards.change(tx, [card], retry_now),
        lambda tx, _: cards.upsert(tx, CardKey.incident(1), "C1", Message("worse"), NOW),
    ],
    ids=["lock", "change", "upsert"],
)
def test_a_locked_card_is_changed_by_nobody_else(
    postgres_store: Store, act: Callable[[Tx, int], object]
) -> None:
    with postgres_store.transaction() as tx:
        id = cards.upsert(tx, CardKey.incident(1), "C1", Message("broken"), NOW)
    with postgres_store.transaction() as delivery, postgres_store.transaction() as tx:
        cards.lock(delivery, id)
        tx.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
        with pytest.raises(OperationalError, match="lock timeout"):
            act(tx, id)
