"""Collisions: keys that are both a secret and a variable of a Space."""

import pytest

from bot.causes.collisions import both, is_collision, shared_keys


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ("Collision on variables and secrets names.", True),
        ("collision on variables and secrets NAMES", True),
        ("Bad request: Collision on variables and secrets names. (Request ID: x)", True),
        ("Collision of names.", False),
        ("", False),
    ],
)
def test_collision_is_recognized_by_the_message_of_the_hub(error: str, *, expected: bool) -> None:
    assert is_collision(error) is expected


@pytest.mark.parametrize(
    ("variables", "secrets", "expected"),
    [
        (dict.fromkeys("HGFEDCBA", "1"), list("FACEBDX"), list("ABCDEF")),
        # Keys differ in case on the Hub too.
        ({"MODE": "1"}, ["mode"], []),
        ({}, ["A"], []),
    ],
)
def test_shared_keys_are_sorted(
    variables: dict[str, str], secrets: list[str], expected: list[str]
) -> None:
    assert shared_keys(variables, secrets) == expected


def test_every_shared_key_is_named() -> None:
    assert both(["API_KEY", "DB"]).startswith("API_KEY, DB can't be both")
