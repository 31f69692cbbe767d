"""Quoted words: bounded, and unable to end the code marks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parsing import (
    quote,
)
from bot.parsing.text import join_quoted
from tests.unit.parsing.samples import without_deadline


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        # Back-ticks can't end the code span of the quote.
        ("a`*b*`c", "`a*b*c`"),
        # Controls, line ends and bidi marks cannot rearrange the sentence.
        ("a\u202eb\nc\x07", "`abc`"),
        # An empty word is still visible.
        ("``", "`…`"),
        # It ends after sixty characters.
        ("x" * 61, "`" + "x" * 59 + "…`"),
        ("x" * 60, "`" + "x" * 60 + "`"),
    ],
)
def test_quote_is_bounded_and_stays_code(typed: str, shown: str) -> None:
    assert quote(typed) == shown


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (1, "`0`"),
        (2, "`0` or `1`"),
        (3, "`0`, `1` or `2`"),
        # From the fourth on they are only counted.
        (2_003, "`0`, `1`, `2` or 2,000 more"),
    ],
)
def test_joined_list_is_bounded(count: int, sentence: str) -> None:
    assert join_quoted([str(n) for n in range(count)]) == sentence


@without_deadline
@given(st.text(max_size=200))
def test_quote_is_always_one_code_span(text: str) -> None:
    shown = quote(text)

    assert (shown[0], shown[-1], shown.count("`")) == ("`", "`", 2)
    assert len(shown) <= 62
