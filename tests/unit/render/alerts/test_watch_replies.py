"""Replies about the watches of a channel."""

import pytest

from bot.alerts.routing import SETTINGS, Watch
from bot.cards import Message
from bot.render.alerts import watch_replies
from tests import goldens

TEAMS = Watch("C2", ("team-*",), ("error",), "UANA")
CARDS: dict[str, Message] = {
    "watches": watch_replies.watch_list(
        [
            Watch("space-alerts", (), ("error", "asleep"), SETTINGS),
            Watch("C1LAB", ("lab-*",), ("error",), "UANA"),
        ],
        "/space",
    ),
    "no_watches": watch_replies.watch_list([], "/space"),
    "watching": watch_replies.watch_announcement(TEAMS, problem_count=1, slash="/space"),
    "unwatched": watch_replies.unwatch_reply(2, is_main=False),
    "unwatch_without_watch": watch_replies.unwatch_reply(0, is_main=True),
}


@pytest.mark.parametrize("name", CARDS)
def test_message_matches_its_golden(name: str) -> None:
    goldens.check_card(f"alerts/{name}", CARDS[name])
