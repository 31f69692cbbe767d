"""Logs: the tail that fits in a message."""

from dataclasses import replace

import pytest

from bot.cards import Message
from bot.render import logs
from tests.goldens import check_message
from tests.unit.render.read_samples import UP

LINES = tuple(f"line {n} of <b>`it`</b>" for n in range(1, 41))


CASES: dict[str, Message] = {
    "log_run": logs.card(logs.Log("a", "RUNNING", LINES, is_build=False), 20)[0],
    "log_short": logs.card(logs.Log("a", "RUNNING", LINES[:3], is_build=False), 20)[0],
    "log_endless": logs.card(logs.Log("a", "RUNNING", LINES, is_build=True, is_truncated=True), 20)[
        0
    ],
    "log_of_a_sleeping_space": logs.empty_log(replace(UP, stage="SLEEPING"), "a", is_build=False),
    "log_of_a_starting_space": logs.empty_log(
        replace(UP, stage="APP_STARTING"), "a", is_build=False
    ),
    "log_of_run_empty": logs.empty_log(UP, "a", is_build=False),
    "log_of_build_empty": logs.empty_log(UP, "a", is_build=True),
    "log_of_a_static_space": logs.static_space("a"),
}


@pytest.mark.parametrize("name", CASES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"reads/{name}", CASES[name])


@pytest.mark.parametrize(
    ("lines", "limit", "shown", "whole"),
    [
        # At most the requested number.
        (["a", "b", "c"], 2, 2, 2),
        (["a", "b", "c"], 9, 3, 3),
        # No more than a section takes, the end of it.
        (["x" * 150] * 99, 99, 19, 19),
        # A long line is truncated, so the file has more than is shown.
        (["x" * 500, "y"], 9, 2, 1),
        # A character that Slack escapes as five counts as five.
        (["&" * 150] * 9, 9, 3, 3),
    ],
)
def test_log_tail_fits_in_a_section(lines: list[str], limit: int, shown: int, whole: int) -> None:
    message, number = logs.card(logs.Log("a", "RUNNING", lines, is_build=False), limit)
    text = message.blocks[1]["text"]["text"]

    assert (len(text.splitlines()), number) == (shown, whole)
    assert len(text) <= 3000
    assert text.startswith("```")
    assert text.endswith("```")
