"""Silence: mutes and acknowledgments in words."""

from datetime import UTC, datetime

import pytest

from bot.alerts.actions import Silence
from bot.alerts.incident import Ack, Mute
from bot.render.alerts.silence import NO_SILENCE, count_silenced, facts, line_suffix

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
A, B, C = "acme/a", "acme/b", "acme/c"
SILENCE = Silence(
    {A: Mute(A, NOW, "U1", NOW, "demo <prep>")},
    {A: Ack("U2", NOW), B: Ack("U2", NOW), C: Ack("U3", NOW)},
)


@pytest.mark.parametrize(
    ("spaces", "people", "text"),
    [
        ([A], False, " · 1 muted · 1 acknowledged"),
        ([B, C], False, " · 2 acknowledged"),
        # Each person is named once, and only where a mention is shown.
        ([A, B, C], True, " · 1 muted · 3 acknowledged by <@U2> and <@U3>"),
        (["acme/d"], True, ""),
    ],
)
def test_silenced_spaces_are_counted(spaces: list[str], text: str, *, people: bool) -> None:
    assert count_silenced(spaces, SILENCE, people=people) == text


def test_a_line_ends_with_its_mute_and_ack() -> None:
    assert "muted until" in line_suffix(A, SILENCE)
    assert line_suffix(B, SILENCE) == " · :raised_hand: <@U2> is on it"
    assert line_suffix(A, NO_SILENCE) == ""


def test_facts_have_the_escaped_reason_of_a_mute() -> None:
    muted, acked = facts(A, SILENCE)

    assert "by <@U1> (demo &lt;prep&gt;)" in muted
    assert acked == ":raised_hand: <@U2> is on it"
