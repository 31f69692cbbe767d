"""The reply to `why`."""

import pytest

from bot.alerts.actions import RecordedTransition, SpaceHistory
from bot.alerts.incident import Mute
from bot.alerts.problems import ProblemKind
from bot.alerts.reasons import Reason, ReasonCode
from bot.cards import Message
from bot.model import Space
from bot.render.alerts import history
from tests import goldens
from tests.unit.render.alerts.samples import AT, BROKEN, CLASS, LATER

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
                        Reason(ReasonCode.PROBLEM, ProblemKind.FAILED, stage="BUILD_ERROR"),
                        Reason(ReasonCode.OWN_CARD, channel="C0OPS"),
                    ),
                ),
                RecordedTransition("RUNNING", "BUILDING", AT, (Reason(ReasonCode.STARTING),)),
            ),
            BROKEN,
            Mute(CLASS[0], LATER, "UANA", AT),
            {"C0OPS": [ProblemKind.FAILED]},
            {"C0OPS": "", "C1LAB": "not delivered yet: I'm not a member of that channel."},
        ),
        "team-1",
    ),
}


@pytest.mark.parametrize("name", CARDS)
def test_message_matches_its_golden(name: str) -> None:
    goldens.check_card(f"alerts/{name}", CARDS[name])
