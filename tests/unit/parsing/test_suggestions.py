import pytest

from bot.parsing.suggestions import closest_match

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
