"""Helpers of the tests in this folder."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.cards import VERIFY_AFTER, Card, DeliveryState, Message
from bot.cards.delivery import (
    mark_posted,
    mark_sending,
)
from bot.cards.keys import CardKey
from bot.refusals import Refusal
from tests.slack_codes import CODES

NOW = datetime(2026, 3, 2, tzinfo=UTC)
NEW = Card(1, CardKey.incident(5), "C1", Message("broken"), 1, 0, DeliveryState.NEW, "nonce")
SENDING = mark_sending(NEW, NOW)
POSTED = replace(mark_posted(SENDING, "C1", "7.0", NOW), retry_at=None)
LATER = NOW + VERIFY_AFTER


EVERY = sorted({code for codes in CODES.values() for code in codes})
R = Refusal
