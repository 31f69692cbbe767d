"""Vocabulary: every word of the grammar is reserved, and selects one condition."""

import pytest

from bot.model import Space
from bot.parsing import vocabulary
from bot.parsing.vocabulary import RESERVED_WORDS, STAGE_WORDS, is_in_stage, matches_filters


@pytest.mark.parametrize(
    ("word", "stages"),
    [
        ("sleeping", {"SLEEPING", "STOPPED"}),
        # These two select one stage, although their conditions cover others.
        ("stopped", {"STOPPED"}),
        ("crashed", {"RUNTIME_ERROR"}),
        ("broken", {"RUNTIME_ERROR", "BUILD_ERROR"}),
        ("failed", {"RUNTIME_ERROR", "BUILD_ERROR"}),
        ("running", {"RUNNING", "RUNNING_BUILDING"}),
        ("building", {"BUILDING", "APP_STARTING"}),
        ("paused", {"PAUSED"}),
        ("unknown", {"DREAMING"}),
    ],
)
def test_word_selects_its_stages(word: str, stages: set[str]) -> None:
    every = {
        "SLEEPING", "STOPPED", "RUNTIME_ERROR", "BUILD_ERROR", "RUNNING", "RUNNING_BUILDING",
        "BUILDING", "APP_STARTING", "PAUSED", "DREAMING",
    }  # fmt: skip

    assert {stage for stage in every if is_in_stage(word, Space("acme/a", stage))} == stages


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("paid", {"paid-asleep", "paid-up"}),
        ("paid asleep", {"paid-asleep"}),
        ("asleep running", {"paid-asleep", "paid-up", "free-asleep"}),
        ("asleep running paid", {"paid-asleep", "paid-up"}),
    ],
)
def test_paid_narrows_what_conditions_select(words: str, expected: set[str]) -> None:
    spaces = [
        Space("paid-asleep", "SLEEPING", hardware="t4-small"),
        Space("paid-up", "RUNNING", hardware="t4-small"),
        Space("free-asleep", "SLEEPING", hardware="cpu-basic"),
    ]

    assert {space.id for space in spaces if matches_filters(words.split(), space)} == expected


def test_every_word_of_the_grammar_is_reserved() -> None:
    sets = [value for name, value in vars(vocabulary).items() if name.endswith("_WORDS")]

    assert {word for words in sets for word in words} <= RESERVED_WORDS
    assert all(word == word.casefold() for word in RESERVED_WORDS | STAGE_WORDS.keys())
