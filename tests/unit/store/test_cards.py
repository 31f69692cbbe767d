"""Cards: pending ones, changed contents and replies."""

from dataclasses import replace
from datetime import timedelta

from bot.cards import CardKey, DeliveryState, Message
from bot.delivery import mark_posted, mark_sending
from bot.store import Store, cards
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
        cards.save_delivery(tx, mark_sending(new, NOW))
        (sending,) = cards.pending(tx)
        cards.save_delivery(tx, mark_posted(sending, "C1", "7.0", NOW))
        equal = cards.pending(tx)
        cards.set_content(tx, id, Message("worse"))
        (changed,) = cards.pending(tx)

    assert (sending.state, equal, changed.ts) == (DeliveryState.SENDING, [], "7.0")


def test_reply_awaits_its_parent_and_is_posted_below_it(any_store: Store) -> None:
    with any_store.transaction() as tx:
        parent = cards.upsert(tx, CardKey.operation(1), "C1", Message("waking"), NOW, user="U1")
        cards.upsert(tx, CardKey.final_reply(1), "C1", Message("up"), NOW, parent=parent)
        card, early = cards.pending(tx)
        cards.save_delivery(tx, mark_posted(mark_sending(card, NOW), "DU1", "7.0", NOW))
        (late,) = cards.pending(tx)

    assert early.awaits_parent
    assert (late.awaits_parent, late.channel, late.thread) == (False, "DU1", "7.0")


def test_only_recent_failed_cards_are_listed(any_store: Store) -> None:

    from bot.cards import DeliveryState, Message

    with any_store.transaction() as tx:
        for n, made in enumerate((NOW, NOW - timedelta(days=2))):
            cards.upsert(tx, CardKey.incident(n), "C1", Message("broken"), made)
        for card in cards.pending(tx):
            cards.save_delivery(tx, replace(card, state=DeliveryState.FAILED, error="no"))

        assert [card.key for card in cards.failed(tx, NOW - timedelta(days=1))] == [
            CardKey.incident(0)
        ]
