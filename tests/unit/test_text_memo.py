"""Memos of texts: computed once, and bounded by the length of all texts together."""

import tracemalloc

from bot.text_memo import TextMemo


def counting_memo(max_characters: int) -> tuple[TextMemo[str | None], list[str]]:
    """Return a memo, and the texts for which its function was called."""
    calls: list[str] = []

    def function(text: str) -> str | None:
        calls.append(text)
        return text.upper() if text.startswith("a") else None

    return TextMemo(function, max_characters), calls


def test_a_result_is_computed_once_even_if_it_is_none() -> None:
    memo, calls = counting_memo(1_000)

    assert [memo(text) for text in ("a", "b", "a", "b")] == ["A", None, "A", None]
    assert calls == ["a", "b"]


def test_the_texts_that_are_used_stay_and_the_others_go() -> None:
    memo, calls = counting_memo(1_000)
    memo("a-kept")
    for n in range(1_000):
        memo(f"b-{n}")
        memo("a-kept")

    assert calls.count("a-kept") == 1
    memo("b-0")
    assert calls.count("b-0") == 2


def test_endless_new_texts_use_bounded_memory() -> None:
    memo = TextMemo(str.upper, 100_000)
    tracemalloc.start()
    try:
        for n in range(2_000):
            memo(f"b{n}" * 200)
        used, _peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert used < 300_000


def test_a_very_long_text_displaces_no_others() -> None:
    memo, calls = counting_memo(1_000)
    memo("a")
    for _ in range(2):
        memo("b" * 11)
    memo("a")

    assert calls == ["a", "b" * 11, "b" * 11]
