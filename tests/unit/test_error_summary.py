"""The summary of an error: its most relevant line."""

import pytest

from bot.error_summary import summarize


@pytest.mark.parametrize(
    ("error", "summary"),
    [
        ("", ""),
        ("\n  \n", ""),
        ("boom\nmore", "boom"),
        # A traceback ends with its exception.
        ("Traceback (most recent call last):\n  File x\nValueError: no", "ValueError: no"),
        # The Hub and its builder begin with generic words.
        (
            "Exit code: 1. Reason: Traceback (most recent call last):\nKeyError: 'A'",
            "KeyError: 'A'",
        ),
        ("Job failed with exit code: 1. Reason: error building image: ERROR: no torch", "no torch"),
        ("ERROR: no torch", "no torch"),
        # … which are used if there is nothing else.
        ("Exit code: 137", "Exit code: 137"),
        ("x" * 121, "x" * 119 + "…"),
        ("x" * 120, "x" * 120),
    ],
)
def test_summary_is_the_most_relevant_line(error: str, summary: str) -> None:
    assert summarize(error) == summary
