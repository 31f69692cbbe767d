"""Replies: rejections, errors and help."""

from datetime import UTC, datetime

import pytest

from bot.cards import Message
from bot.errors import PermissionDenied, RateLimited, SlackError, UsageError
from bot.render import (
    replies,
)
from tests.goldens import check_message

CASES: dict[str, Message] = {
    "rejection": replies.refusal(
        PermissionDenied("You can't wake Spaces: operators only.", ("UTA", "UDANA", "S1"))
    ),
    "suggestion_with_a_key": replies.refusal(
        UsageError("Not all of these are Spaces.", "secret set team-a API_KEY")
    ),
    "suggestion": replies.refusal(UsageError("There's no Space called `tem-a`.", "wake team-a")),
    "internal_error": replies.internal_error("1a2b3c4d"),
    "interrupted": replies.interrupted("wake all"),
    "interrupted_after_start": replies.interrupted("delete team-a", is_started=True),
}


@pytest.mark.parametrize("name", CASES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"answers/{name}", CASES[name])


FILE_CASES: dict[str, Message] = {
    "file_dm": replies.file_dm("a-run.log", "C1"),
    "file_dm_without_channel": replies.file_dm("a-run.log", "U1"),
}


@pytest.mark.parametrize("name", FILE_CASES)
def test_file_message_matches_its_golden(name: str) -> None:
    check_message(f"reads/{name}", FILE_CASES[name])


def test_missing_file_note_gives_the_reason() -> None:
    error = SlackError("I lack files:write. Nothing was done.", "missing_scope")

    assert "I lack files:write" in replies.file_failed_note("a.log", error)


def test_rate_limit_says_until_when_in_the_readers_time() -> None:
    until = datetime(2026, 3, 2, 13, 29, tzinfo=UTC)
    error = RateLimited("Hugging Face is rate-limiting us until 13:29:00 UTC.", until)

    shown = str(replies.refusal(error).blocks)

    assert f"Hugging Face is rate-limiting us until <!date^{int(until.timestamp())}^" in shown
    assert "Nothing changed; try again then." in shown
