"""Footnotes of cards."""

import pytest

from bot.cards import Message
from bot.render import (
    footnotes,
    operations,
)
from tests.goldens import check_message
from tests.unit.render.fleet_samples import NAMES, NOW, WAKE

CASES: dict[str, Message] = {
    "sent_directly": footnotes.sent_by_dm(
        operations.card(WAKE, NAMES, NOW), "not_in_channel", "C1"
    ),
    "may_repeat": footnotes.may_repeat(Message("Team a crashed")),
}


@pytest.mark.parametrize("name", CASES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"answers/{name}", CASES[name])


@pytest.mark.parametrize("error_code", ["restricted_action", "restricted_action_read_only_channel"])
def test_restricted_channel_note_says_an_admin_may_allow_posting(error_code: str) -> None:
    noted = footnotes.sent_by_dm(Message("Waking 3 Spaces"), error_code)

    assert "I can't post in that channel." in str(noted.blocks[-1])
