"""The progress of an operation on the alert card that it was started from.

Where that card doesn't fit the operation, or people don't see it any more, the operation has a card
of its own.
"""

from dataclasses import replace
from datetime import datetime

from bot.cards import Card
from bot.cards.transitions import can_show_progress, drop_progress, set_progress
from bot.model import Ask
from bot.operations import Operation
from bot.parsing import NameIndex
from bot.render import progress as render
from bot.store import Tx, alert_groups, cards, operations


def place(tx: Tx, ask: Ask, operation: Operation) -> Operation:
    """Return *operation* with the alert card of *ask*, if that can show it.

    The card must show a current alert about each Space on which the operation has work.
    """
    card = cards.by_message(tx, ask.channel, ask.message) if ask.message else None
    if card is None or card.is_resolved or not can_show_progress(card) or not operation.affected:
        return operation
    fits = operation.affected <= alert_groups.spaces_on_card(tx, card.id)
    return replace(operation, alert_card=card.id) if fits else operation


def show(
    tx: Tx, operation: Operation, names: NameIndex, now: datetime, wait_reason: str
) -> Card | None:
    """Show the progress of *operation* on its alert card; return the card.

    None means that there is no such card, or that people don't see it any more: then the operation
    leaves it.
    """
    if operation.alert_card is None:
        return None
    (card,) = cards.get(tx, [operation.alert_card])
    if not can_show_progress(card):
        operations.leave_alert_card(tx, operation.id)
        cards.change(tx, [card.id], lambda card: drop_progress(card, operation.id))
        return None
    progress = render.progress(operation, names, now, wait_reason)
    cards.change(tx, [card.id], lambda card: set_progress(card, progress))
    return card
