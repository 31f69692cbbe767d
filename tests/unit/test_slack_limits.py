"""Slack's ids, as opposed to names."""

import pytest

from bot.slack_limits import is_channel, is_user


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("C024BE91L", "channel"),
        ("G012", "channel"),
        ("D012", "channel"),
        ("U024BE7LH", "user"),
        ("W012", "user"),
        ("space-ops", ""),
        ("c024be91l", ""),
        ("C", ""),
        ("C024 BE91L", ""),
        ("C024BE91L\n", ""),
        ("", ""),
    ],
)
def test_ids_differ_from_names(text: str, kind: str) -> None:
    assert (is_channel(text), is_user(text)) == (kind == "channel", kind == "user")
