"""Parsers of plans: lenient with what the Hub omits."""

from typing import Any

import pytest

from bot.hub.account_parsers import parse_plan


@pytest.mark.parametrize(
    ("overview", "plan"),
    [
        ({"name": "acme", "plan": "team"}, "team"),
        ({"name": "acme", "plan": "Enterprise"}, "enterprise"),
        ({"name": "acme"}, "free"),
        ({"user": "ana", "isPro": True}, "pro"),
        ({"user": "ana", "isPro": False}, "free"),
    ],
)
def test_plan_of_an_owner(overview: dict[str, Any], plan: str) -> None:
    assert parse_plan(overview) == plan
