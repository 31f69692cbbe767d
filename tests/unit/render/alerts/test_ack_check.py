"""Ack checks."""

from dataclasses import replace

import pytest

from bot.alerts.incident import Ack
from bot.cards import Message
from bot.render.alerts import ack_check
from tests import goldens
from tests.unit.render.alerts.samples import (
    ACK_CHECK,
    ACKED,
    BROKEN,
    CONTEXT,
    LATER,
    RESOLVED,
    copies_of,
)

# A check of ten: six remain, two are resolved, two were taken by another person.
PARTLY_ACKED = [
    *copies_of(ACKED, 6),
    *copies_of(replace(ACKED, **RESOLVED), 8)[6:],
    *copies_of(replace(ACKED, ack=Ack("UBEN", LATER)), 10)[8:],
]


CARDS: dict[str, Message] = {
    "ack_check": ack_check.card(ACK_CHECK, [ACKED], CONTEXT),
    "ack_check_of_many": ack_check.card(ACK_CHECK, copies_of(ACKED, 14), CONTEXT),
    "ack_check_partly_answered": ack_check.card(ACK_CHECK, PARTLY_ACKED, CONTEXT),
    "ack_check_expired": ack_check.card(ACK_CHECK, [BROKEN], CONTEXT),
    "ack_check_partly_expired": ack_check.card(
        ACK_CHECK, [*copies_of(BROKEN, 4), *PARTLY_ACKED[6:]], CONTEXT
    ),
    "ack_check_finished": ack_check.card(
        ACK_CHECK, copies_of(replace(ACKED, **RESOLVED), 4), CONTEXT
    ),
}


@pytest.mark.parametrize("name", CARDS)
def test_message_matches_its_golden(name: str) -> None:
    goldens.check_card(f"alerts/{name}", CARDS[name])
