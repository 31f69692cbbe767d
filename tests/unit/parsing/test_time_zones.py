"""Time zones: known ones, the forms that are refused, and words that are none."""

import pytest

from bot.errors import UsageError
from bot.parsing.time_zones import is_known_zone, split_zone


@pytest.mark.parametrize(
    ("text", "rest", "zone"),
    [
        ("at 9 in europe/berlin", "at 9", "Europe/Berlin"),
        ("at 9 in UTC", "at 9", "UTC"),
        ("at 9 gmt", "at 9", "UTC"),
        ("at 9 Asia/Tokyo tomorrow", "at 9 tomorrow", "Asia/Tokyo"),
        ("at 9", "at 9", "America/New_York"),
        ("at 9 in section-1", "at 9 in section-1", "America/New_York"),
        ("Europe/Berlin", "Europe/Berlin", "America/New_York"),  # the first word is a target
    ],
)
def test_a_zone_is_taken_out_of_the_words(text: str, rest: str, zone: str) -> None:
    assert split_zone(text.split(), "America/New_York") == (rest.split(), zone)


@pytest.mark.parametrize("name", ["Mars/Base", "CET", "est", "Europe/"])
def test_an_unknown_or_ambiguous_zone_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match=f"I don't know the time zone `{name}`"):
        split_zone(["at", "9", "in", name], "UTC")


def test_the_id_of_a_space_is_no_zone() -> None:
    assert not is_known_zone("acme/team-a")
