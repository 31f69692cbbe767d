"""Durations, and their errors."""

from datetime import timedelta

import pytest

from bot.errors import UsageError
from bot.parsing import parse_duration, tokenize


@pytest.mark.parametrize(
    ("text", "length"),
    [
        # A number and a unit, with or without a space, short or long.
        ("2h", timedelta(hours=2)),
        ("30 min", timedelta(minutes=30)),
        ("45 Minutes", timedelta(minutes=45)),
        ("1.5h", timedelta(minutes=90)),
        ("90s", timedelta(seconds=90)),
        ("3 days", timedelta(days=3)),
        ("1 week", timedelta(weeks=1)),
        # Parts add up, and what follows hours is minutes.
        ("1h 30m", timedelta(minutes=90)),
        ("1h30m", timedelta(minutes=90)),
        ("1h30", timedelta(minutes=90)),
        ("1 hour and 5 min", timedelta(minutes=65)),
        # As said aloud.
        ("an hour", timedelta(hours=1)),
        ("a day", timedelta(days=1)),
        ("half an hour", timedelta(minutes=30)),
        ("366 days", timedelta(days=366)),
    ],
)
def test_reads_a_length_of_time(text: str, length: timedelta) -> None:
    assert parse_duration(tokenize(text)) == length


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        # No unit, no number, another unit, something else besides: nothing is guessed.
        *(
            (
                text,
                (f"I can't read `{text}` as a length of time. Try `30 min`, `2h` or `1 day`."),
            )
            for text in ("30", "hours", "2 parsecs", "2h team-a", "-2h", "2h or so", "٢h")
        ),
        # Nothing at all.
        (
            "",
            ("I can't read `…` as a length of time. Try `30 min`, `2h` or `1 day`."),
        ),
        # Too short, too long.
        *(
            (
                text,
                (f"`{text}` is too short or too long. Use a time between `1 min` and `1 year`."),
            )
            for text in ("0 min", "367d", "9999999 weeks")
        ),
    ],
)
def test_invalid_duration_is_rejected(text: str, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_duration(tokenize(text))

    assert str(caught.value) == sentence
