"""Cards: Slack messages that the bot keeps equal to their wanted content.

The store holds the wanted content and the delivery state of each card. `card.next_action` decides
what to do about a difference, `delivery` how Slack's response changes the card, and `transitions`
how the news of its subject do. All are pure.
"""

from bot.cards.card import (
    FINAL_STATES,
    VERIFY_AFTER,
    Block,
    Card,
    DeliveryAction,
    DeliveryState,
    Message,
    MessageRef,
    Progress,
    next_action,
    next_attempt_at,
)
from bot.cards.keys import CardKey, CardKind

__all__ = [
    "FINAL_STATES",
    "VERIFY_AFTER",
    "Block",
    "Card",
    "CardKey",
    "CardKind",
    "DeliveryAction",
    "DeliveryState",
    "Message",
    "MessageRef",
    "Progress",
    "next_action",
    "next_attempt_at",
]
