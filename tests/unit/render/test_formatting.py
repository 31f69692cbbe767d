"""Formatting: stages, counts, lists and durations in words."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Space
from bot.parsing import NameIndex
from bot.render import formatting
from bot.render.formatting import (
    count_by_condition,
    duration,
    join_fitting,
    join_names,
    sort_worst_first,
    space_line,
)
from bot.stages import Condition

NAMES = NameIndex.of(["a/b"])
AT = datetime(2026, 3, 2, 13, 42, tzinfo=UTC)


def test_every_condition_has_an_emoji() -> None:
    assert len({formatting.emoji(condition) for condition in Condition}) == len(Condition)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "less than a second"),
        (0, "less than a second"),
        (119, "119 s"),
        (120, "2 min"),
        (7199, "119 min"),
        (7200, "2 h"),
        (7260, "2 h 1 min"),
        (86_400, "1 day"),
        (90_000, "1 day 1 h"),
        (172_800, "2 days"),
    ],
)
def test_duration_has_its_largest_units(seconds: int, text: str) -> None:
    assert duration(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    ("names", "limit", "text"),
    [
        ([], 5, ""),
        (["a"], 5, "a"),
        (["a", "b"], 5, "a and b"),
        (["a", "b", "c"], 3, "a, b and c"),
        (["a", "b", "c", "d"], 3, "a, b, c and 1 more"),
    ],
)
def test_names_are_listed_up_to_a_limit(names: list[str], limit: int, text: str) -> None:
    assert join_names(names, limit) == text


def test_a_list_has_one_name_at_least_however_long() -> None:
    assert join_fitting(["x" * 50, "y"], 10) == f"{'x' * 50} and 1 more"


def test_spaces_are_counted_and_sorted_worst_first() -> None:
    spaces = [
        Space(f"a/{n}", stage) for n, stage in enumerate(["RUNNING", "SLEEPING", "BUILD_ERROR"])
    ]

    assert [space.stage for space in sort_worst_first(spaces)] == [
        "BUILD_ERROR",
        "SLEEPING",
        "RUNNING",
    ]
    assert count_by_condition([*spaces, spaces[0]]) == "1 failed · 1 asleep · 2 running"


def test_line_of_a_space_that_the_hub_paused_has_the_reason() -> None:
    line = space_line(Space("a/b", "PAUSED", error="Flagged as <!here> abusive"), NAMES)

    assert ":red_circle:" in line
    assert "paused by Hugging Face · `Flagged as &lt;!here&gt; abusive`" in line


def test_only_a_failed_space_shows_its_error() -> None:
    failed = Space("a/b", "RUNTIME_ERROR", error="boom `rm`")

    assert "boom" in space_line(failed, NAMES)
    assert "boom" not in space_line(Space("a/b", "RUNNING", error="boom"), NAMES)
    assert "*<https://huggingface.co/spaces/a/b|b>*" in space_line(failed, NAMES)


def test_times_are_shown_in_the_zone_of_each_reader() -> None:
    assert formatting.time_of_day(AT) == f"<!date^{AT.timestamp():.0f}^{{time}}|13:42 UTC>"
    assert formatting.timestamp(AT).endswith("|02 Mar 13:42 UTC>")
