import pytest

from bot.parsing.suggestions import SuggestedTargets, button_command, closest_match
from bot.slack_limits import BUTTON_VALUE_LENGTH

VERBS = ["pause", "restart", "status", "wake", "watch"]


@pytest.mark.parametrize(
    ("word", "match"),
    [
        ("wak", "wake"),
        ("WAKE", "wake"),
        ("restrat", "restart"),
        ("statsu", "status"),
        ("zzz", None),
        ("", None),
    ],
)
def test_the_most_similar_word_is_suggested(word: str, match: str | None) -> None:
    assert closest_match(word, VERBS) == match


def test_similarity_at_the_cutoff_is_enough() -> None:
    assert closest_match("abcde", ["abcxy"], cutoff=0.6) == "abcxy"
    assert closest_match("abcde", ["abcxy"], cutoff=0.61) is None


def test_a_typo_is_found_among_ten_thousand_names() -> None:
    names = [f"course-team-{number}" for number in range(10_000)]
    assert closest_match("taem-4321", names) == "course-team-4321"


def test_suggested_command_has_the_verb_and_the_words_after_the_targets() -> None:
    error = SuggestedTargets("Did you mean team-alpha?", ["team-alpha", "my space"])

    assert error.suggestion == 'team-alpha "my space"'
    assert error.command_for("secret set", ["KEY"]) == 'secret set team-alpha "my space" KEY'


@pytest.mark.parametrize(
    ("length", "fits"), [(BUTTON_VALUE_LENGTH, True), (BUTTON_VALUE_LENGTH + 1, False)]
)
def test_a_command_too_long_for_a_button_is_not_suggested(length: int, *, fits: bool) -> None:
    assert (button_command(["x" * length]) is not None) is fits
