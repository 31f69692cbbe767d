"""Ranges of names."""

import pytest

from bot.model import Space
from bot.parsing import NameIndex, SuggestedTargets, select


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
