"""Replies about history, routes and mutes."""

import pytest

from bot.alerts.actions import RecordedTransition, SpaceHistory
from bot.alerts.incident import Mute
from bot.alerts.problems import ProblemKind
from bot.alerts.reasons import Reason, ReasonCode
from bot.alerts.routing import SETTINGS, Watch
from bot.cards import Message
from bot.model import Space
from bot.render.alerts import history
from tests import goldens
from tests.unit.render.alerts.samples import AT, BROKEN, CLASS, CONTEXT, LATER

CARDS: dict[str, Message] = {
    "why": history.space_history(
        SpaceHistory(
            CLASS[0],
            Space(CLASS[0], "BUILD_ERROR"),
            (
                RecordedTransition(
                    "BUILDING",
                    "BUILD_ERROR",
                    AT,
                    (
                        Reason(ReasonCode.PROBLEM, ProblemKind.BROKEN, stage="BUILD_ERROR"),
                        Reason(ReasonCode.OWN_CARD, channel="C0OPS"),
                    ),
                ),
                RecordedTransition("RUNNING", "BUILDING", AT, (Reason(ReasonCode.STARTING),)),
            ),
            BROKEN,
            Mute(CLASS[0], LATER, "UANA", AT),
            {"C0OPS": [ProblemKind.BROKEN]},
            {"C0OPS": "", "C1LAB": "not delivered yet: I am not a member of that channel."},
        ),
        "team-1",
    ),
    "watches": history.watch_list(
        [
            Watch("space-alerts", (), ("error", "sleeping"), SETTINGS),
            Watch("C1LAB", ("lab-*",), ("error",), "UANA"),
        ],
        "/space",
    ),
    "muted": history.mute_announcement(CLASS[:2], LATER, "UANA", "demo prep", CONTEXT),
    "watching": history.watch_announcement(
        Watch("C2", ("team-*",), ("error",), "UANA"), problem_count=1, slash="/space"
    ),
    "unwatched": history.unwatch_reply(2, is_main=False),
    "acked": history.ack_reply(CLASS[:1], CONTEXT),
}


@pytest.mark.parametrize("name", CARDS)
def test_message_matches_its_golden(name: str) -> None:
    goldens.check_card(f"alerts/{name}", CARDS[name])
