"""Buttons and names on alert cards."""

import pytest

from bot.render.alerts import buttons


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        # Three and more in a row are a range; two are not worth one.
        (["team-1", "team-2", "team-3"], ["team-1..3"]),
        (["team-1", "team-2"], ["team-1", "team-2"]),
        # A gap ends a range, and so does another stem.
        (["a-1", "a-2", "a-3", "a-5", "b-6"], ["a-1..3", "a-5", "b-6"]),
        # A leading zero would be lost in a range.
        (["t-01", "t-02", "t-03"], ["t-01", "t-02", "t-03"]),
        (["a", "b", "a1"], ["a", "b", "a1"]),
        ([], []),
    ],
)
def test_numbered_names_become_ranges(names: list[str], expected: list[str]) -> None:
    assert buttons.compress_ranges(names) == expected
