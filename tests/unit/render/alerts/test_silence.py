"""Replies and announcements about mutes and acknowledgments."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.alerts.incident import Mute
from bot.alerts.mutes import MuteUndo
from bot.cards import Message
from bot.render.alerts import silence
from tests import goldens
from tests.unit.render.alerts.samples import AT, CLASS, CONTEXT, LATER


def mute(space: str, hours: int = 0, reason: str = "") -> Mute:
    return Mute(space, LATER + timedelta(hours=hours), "UANA", AT, reason)


CARDS: dict[str, Message] = {
    "muted": silence.mute_announcement(
        [mute(space, reason="demo prep") for space in CLASS[:2]], CONTEXT
    ),
    "muted_many": silence.mute_announcement([mute(space) for space in CLASS], CONTEXT),
    "muted_twice": silence.mute_announcement([mute(CLASS[0]), mute(CLASS[1], 1)], CONTEXT),
    "muted_by_number": silence.mute_announcement(
        [replace(mute(space), operation_id=12 + n) for n, space in enumerate(CLASS[:2])], CONTEXT
    ),
    "mute_undone": silence.undo_announcement(
        MuteUndo((CLASS[0],), (mute(CLASS[1], 1),), (CLASS[2], CLASS[3])),
        CLASS[:2],
        "UANA",
        CONTEXT,
    ),
    "mute_not_undone": silence.nothing_to_undo(12),
    "unmuted": silence.unmute_announcement(CLASS[:2], "UANA", CONTEXT),
    "unmute_without_mute": silence.unmute_announcement([], "UANA", CONTEXT),
    "acked": silence.ack_reply(CLASS[:1], CLASS[:1], CONTEXT),
    "ack_without_incident": silence.ack_reply([], CLASS[:1], CONTEXT),
    "handed_over": silence.handover_announcement(CLASS[:2], "UANA", "UBEN", CONTEXT),
    "released": silence.release_reply(CLASS[:1], CLASS[:2], CONTEXT),
    "release_without_ack": silence.release_reply([], CLASS[:1], CONTEXT),
}


@pytest.mark.parametrize("name", CARDS)
def test_message_matches_its_golden(name: str) -> None:
    goldens.check_card(f"alerts/{name}", CARDS[name])
