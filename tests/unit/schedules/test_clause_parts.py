import pytest

from bot.parsing import tokenize
from bot.schedules.clause_parts import ClauseParts, split_parts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("every weekday at 13:50", ClauseParts(["weekday"], ["13:50"])),
        ("at 7 am every mon wed", ClauseParts(["mon", "wed"], ["7", "am"])),
        ("daily at 9 in europe/berlin", ClauseParts([], ["9"], zone="europe/berlin")),
        (
            "every hour from 8 am to 18 on weekdays",
            ClauseParts(["hour", "weekdays"], window=["8", "am", "to", "18"]),
        ),
        (
            "every day at 7 except 24 dec until 31 jan",
            ClauseParts(["day"], ["7"], sections={"except": ["24", "dec"], "until": ["31", "jan"]}),
        ),
    ],
)
def test_words_are_sorted_by_what_they_say(text: str, expected: ClauseParts) -> None:
    assert split_parts(tokenize(text)) == expected
