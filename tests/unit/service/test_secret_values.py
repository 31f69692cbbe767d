"""The values of secrets in memory: kept until they are dropped, and in no text."""

import pytest

from bot.service.secret_values import SecretValues, redact_value


def test_a_value_is_known_until_it_is_dropped() -> None:
    values = SecretValues()
    values.put(7, "swordfish")
    values.put(8, "trout")
    assert (values.get(7), values.operations()) == ("swordfish", frozenset({7, 8}))

    values.drop([7, 9])

    assert (values.get(7), values.operations()) == (None, frozenset({8}))


def test_the_values_have_no_repr() -> None:
    values = SecretValues()
    values.put(7, "swordfish")

    assert "swordfish" not in f"{values!r} {values}"


@pytest.mark.parametrize(
    ("value", "expected"), [("swordfish", "bad: …"), ("bad", "bad: swordfish")]
)
def test_a_value_is_redacted_unless_it_is_as_short_as_a_word(value: str, expected: str) -> None:
    assert redact_value("bad: swordfish", value) == expected
