"""`mute`, `unmute`, `ack` and `why`: what they change, and what they ask for."""

from datetime import timedelta

import pytest

from bot.alerts.actions import AcknowledgeIncidents, MuteSpaces, SpaceHistoryQuery, UnmuteSpaces
from bot.results import Fetch
from tests.unit.alerts.samples import NOW
from tests.unit.commands.samples import FLEET, rejection, run

A, B = "acme/team-a", "acme/team-b"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mute team-a for 2h", MuteSpaces((A,), NOW + timedelta(hours=2))),
        ("mute team-a team-b for 7 days", MuteSpaces((A, B), NOW + timedelta(days=7))),
        ("mute team-a until 15:00", MuteSpaces((A,), NOW + timedelta(hours=3))),
        (
            "mute team-a for 1h because the demo is on",
            MuteSpaces((A,), NOW + timedelta(hours=1), "the demo is on"),
        ),
        ("unmute team-a", UnmuteSpaces((A,))),
        ("unmute", UnmuteSpaces(tuple(FLEET))),
        ("ack team-a", AcknowledgeIncidents((A,))),
    ],
)
def test_command_changes_the_named_spaces(text: str, expected: object) -> None:
    assert run(text) == expected


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("mute team-a", "mute team-a for 1h"),
        ("mute team-a 2h", "mute team-a for 2h"),
        ("mute team-a 2 hours", "mute team-a for 2 hours"),
        # Without targets the suggestion would mute the whole fleet.
        ("mute", None),
        ("mute 2h", None),
        # A week is the longest mute.
        ("mute team-a for 8 days", None),
    ],
)
def test_mute_without_a_valid_span_mutes_nothing(text: str, suggestion: str | None) -> None:
    error = rejection(text)

    assert "othing was muted" in str(error)
    assert error.suggestion == suggestion


def test_the_reason_of_a_mute_is_bounded() -> None:
    answer = run(f"mute team-a for 1h because {'x' * 500}")

    assert isinstance(answer, MuteSpaces)
    assert len(answer.reason) == 200


@pytest.mark.parametrize(
    ("text", "space"),
    [
        ("why team-a", A),
        # A Space that was deleted has a history too; only its full id names it.
        ("why acme/deleted", "acme/deleted"),
    ],
)
def test_why_reads_the_history_of_one_space(text: str, space: str) -> None:
    answer = run(text)

    assert isinstance(answer, Fetch)
    assert answer.query == SpaceHistoryQuery(space)


@pytest.mark.parametrize("text", ["why", "why team-a team-b", "why all"])
def test_why_needs_one_space(text: str) -> None:
    rejection(text)
