"""Ranges of names."""

import pytest

from bot.model import Space
from bot.parsing import NameIndex, SuggestedTargets, select
from bot.parsing.ranges import compress_ranges


def test_letter_and_number_ranges_are_separate() -> None:
    fleet = {f"acme/t-{end}": Space(f"acme/t-{end}", "RUNNING") for end in ("a", "98")}
    names = NameIndex.of(fleet)

    assert select(["t-a..c"], fleet, names, acting=True) == ("acme/t-a",)
    assert select(["t-97..99"], fleet, names, acting=True) == ("acme/t-98",)


def test_hyphenated_prefix_of_a_name_is_not_a_range() -> None:
    stages = ("x-1", "x-2", "x-1-2b")
    fleet = {f"acme/{name}": Space(f"acme/{name}", "RUNNING") for name in stages}

    with pytest.raises(SuggestedTargets, match="`x-1-2b`"):
        select(["x-1-2"], fleet, NameIndex.of(fleet), acting=True)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        # Three and more in a row are a range; two are not worth one.
        (["t-08", "t-09", "t-10"], ["t-08..10"]),
        (["t-0", "t-1", "t-2"], ["t-0..2"]),
        (["t-98", "t-099", "t-100"], ["t-98", "t-099", "t-100"]),
        (["t-098", "t-099", "t-100"], ["t-098..100"]),
        (["t-07", "t-08", "t-9"], ["t-07", "t-08", "t-9"]),
        (["team-1", "team-2", "team-3"], ["team-1..3"]),
        (["team-1", "team-2"], ["team-1", "team-2"]),
        # A gap ends a range, and so does another stem.
        (["a-1", "a-2", "a-3", "a-5", "b-6"], ["a-1..3", "a-5", "b-6"]),
        (["t-01", "t-02", "t-03"], ["t-01..03"]),
        (["a", "b", "a1"], ["a", "b", "a1"]),
        ([], []),
    ],
)
def test_numbered_names_become_ranges(names: list[str], expected: list[str]) -> None:
    assert compress_ranges(names) == expected
