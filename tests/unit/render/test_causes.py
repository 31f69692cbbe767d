"""Known causes in words: whose move it is, the advice, and the text to copy."""

import pytest

from bot.causes import FoundCause, ResponsibleParty, in_error
from bot.render import causes

LOCK = "Flagged as abusive: <@U1> `rm -rf`\nsecond line"


def found_in(error: str) -> FoundCause:
    found = in_error(error)
    assert found
    return found


@pytest.mark.parametrize(
    ("error", "who"),
    [
        ("CUDA out of memory", "the team"),
        ("KeyError: 'HF_TOKEN'", "the course staff"),
        ("You've reached your hardware quota limit", "the owner, by plan or billing"),
        ("Unexpected job error", "Hugging Face"),
        ("Flagged as abusive", "Hugging Face's moderation"),
    ],
)
def test_each_cause_says_who_can_fix_it(error: str, who: str) -> None:
    assert causes.who_can_fix(found_in(error)) == f"Who can fix it: {who}"


def test_each_move_has_words() -> None:
    assert {*causes.PARTY_NAMES} == {*ResponsibleParty}


def test_locked_space_has_a_text_to_copy_without_markup() -> None:
    _, appeal = causes.blocks(found_in(LOCK), page="https://hf.co/spaces/a/b", error=LOCK)
    text = appeal["text"]["text"]

    assert "https://hf.co/spaces/a/b is blocked (Flagged as abusive:" in text
    assert "&lt;@U1&gt;" in text
    assert text.count("`") == 6


def test_line_that_is_shown_already_is_not_repeated() -> None:
    error = "CUDA out of memory"
    (alone,) = causes.blocks(found_in(error), page="", error=error)
    (beside,) = causes.blocks(found_in(error), page="", error=error, shown=f"x\n{error}")

    assert alone["text"]["text"].endswith("\n`CUDA out of memory`")
    assert beside["text"]["text"].endswith("bigger hardware.")


def test_only_a_quota_names_what_could_be_paused() -> None:
    quota = "You've reached your hardware quota limit"
    names = [f"team-{n}" for n in range(7)]
    (named,) = causes.blocks(found_in(quota), page="", error=quota, pausable=names, shown=quota)
    (other,) = causes.blocks(found_in("CUDA out of memory"), page="", error="", pausable=names)

    assert "Running now: team-0, team-1, team-2, team-3, team-4 and 2 more." in str(named)
    assert "Running" not in str(other)
