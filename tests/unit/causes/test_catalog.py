"""The catalog of known causes: each recorded sentence, and nothing else, matches."""

import re
from collections import Counter
from re import Pattern, _parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from bot.causes import (
    CATALOG,
    CauseId,
    FoundCause,
    KnownCause,
    TextSource,
    in_error,
    in_failure,
    in_refusal,
)
from tests.unit.causes.examples import EXAMPLES, Example
from tests.unit.causes.ordinary_logs import ordinary_lines

PATTERNS = [
    pytest.param(pattern, id=f"{cause.id}-{source}")
    for cause in CATALOG
    for source, pattern in cause.patterns.items()
]


def find(source: TextSource, text: str) -> FoundCause | None:
    match source:
        case TextSource.REFUSAL:
            return in_refusal(text)
        case TextSource.ACT:
            return in_refusal(text, is_listed=True)
        case TextSource.ERROR:
            return in_error(text)
        case TextSource.LOG:
            return in_failure([text], "")


@pytest.mark.parametrize(
    "example", EXAMPLES, ids=[f"{id}-{source}-{n}" for n, (id, source, _) in enumerate(EXAMPLES)]
)
def test_recorded_sentence_has_its_cause(example: Example) -> None:
    id, source, text = example
    found = find(source, text)
    assert found
    assert found.cause.id is id
    assert found.line == text


def test_each_cause_is_one_entry_with_a_recorded_sentence() -> None:
    assert Counter(cause.id for cause in CATALOG) == Counter(CauseId)
    assert {id for id, _, _ in EXAMPLES} == {*CauseId}


def test_a_thousand_ordinary_lines_have_no_cause() -> None:
    lines = ordinary_lines()
    assert len({*lines}) == 1_000
    assert [line for line in lines if in_failure([line], "")] == []


@pytest.mark.parametrize("text", ["", "No.", "Forbidden: you have no write access to this repo."])
def test_other_refusals_have_no_cause(text: str) -> None:
    assert in_refusal(text, is_listed=True) is None


def as_name(text: str) -> str:
    """Return *text* as the nearest name that a Space can have."""
    return re.sub(r"-{2,}", "-", re.sub(r"[^\w.-]", "-", text, flags=re.ASCII))[:96].strip("-.")


@pytest.mark.parametrize("cause", CATALOG, ids=lambda cause: cause.id)
def test_words_of_a_cause_in_the_name_of_a_space_match_nothing(cause: KnownCause) -> None:
    for id, _, text in EXAMPLES:
        if id is not cause.id:
            continue
        name = as_name(text)
        lines = [
            name,
            f"--> Cloning acme/{name} at 1a2b3c4",
            f"Running on public URL: https://acme-{name.lower()}.hf.space",
            f"Downloading https://huggingface.co/spaces/acme/{name}/resolve/main/a.bin",
            f"Forbidden: you have no write access to acme/{name}.",
        ]
        assert [line for line in lines if in_failure([line], line)] == []
        assert [line for line in lines if in_refusal(line, is_listed=True)] == []


def repeats(tree: Any, depth: int = 0) -> list[tuple[int, int]]:
    """Return (depth, largest number) of each repetition in a parsed pattern."""
    found: list[tuple[int, int]] = []
    for op, value in tree:
        inner = depth
        if str(op) in ("MAX_REPEAT", "MIN_REPEAT"):
            found.append((depth, int(value[1])))
            inner = depth + 1
        for part in value if isinstance(value, tuple | list) else ():
            for child in part if isinstance(part, list) else [part]:
                if isinstance(child, _parser.SubPattern):
                    found += repeats(child, inner)
    return found


@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns_need_linear_time(pattern: Pattern[str]) -> None:
    found = repeats(_parser.parse(pattern.pattern, pattern.flags))
    assert all(most <= 100 for _, most in found)
    assert all(depth <= 1 for depth, _ in found)


def samples(tree: Any) -> list[str]:
    """Return a match for each choice of alternatives; "\0" stands for a character of a class."""
    found = [""]
    for op, value in tree:
        match str(op):
            case "LITERAL":
                parts = [chr(value)]
            case "BRANCH":
                parts = [sample for branch in value[1] for sample in samples(branch)]
            case "SUBPATTERN":
                parts = samples(value[3])
            case "MAX_REPEAT":
                least, most, repeated = value
                numbers = {least, min(least + 1, most)}
                parts = [sample * number for sample in samples(repeated) for number in numbers]
            case "AT":
                parts = [""]
            case _:
                parts = ["\0"]
        found = [start + part for start in found for part in parts]
    return found


@pytest.mark.parametrize("cause", CATALOG, ids=lambda cause: cause.id)
def test_each_match_contains_a_clue(cause: KnownCause) -> None:
    clues = cause.clues.split("|")
    for pattern in cause.patterns.values():
        for sample in samples(_parser.parse(pattern.pattern, pattern.flags)):
            assert any(clue in sample.casefold() for clue in clues), sample
