"""Numbers of operations and proposals."""

import pytest

from bot.parsing import parse_operation_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("#12", 12),
        ("operation 12", 12),
        ("Operation #12", 12),
        ("", None),
        ("all", None),
        ("12 13", None),
        ("operation", None),
        ("-1", None),
        ("1.5", None),
        ("##1", None),
        # A number that no database row can have.
        ("1234567890", None),
        # Digits of other scripts are digits to Python, not to people.
        ("١٢", None),
        ("²", None),
    ],
)
def test_number_is_the_only_word(text: str, number: int | None) -> None:
    assert parse_operation_number(text.split()) == number
