"""Spoken names: dictated words joined to names."""

import pytest

from bot.parsing import NameIndex, SuggestedTargets
from bot.parsing.spoken_names import find_asked_spaces
from tests.unit.parsing.samples import refusal, select_names


# Dictated names: a read accepts them, an act offers them. (text, the offer, the quoted names)
@pytest.mark.parametrize(
    ("text", "offered", "unknown"),
    [
        ("team a", "team-a", "`team` or `a`"),
        ("team 1", "team-1", "`team` or `1`"),
        ("teams a and c", "team-a team-c", "`team`, `a` or `c`"),
        ("the teams 1 to 2", "team-1..2", "`team` or `1..2`"),
        ("TEAM A and c", "team-a team-c", "`TEAM`, `A` or `c`"),
        ("team 1 to 2", "team-1..2", "`team` or `1..2`"),
        ("team-1, 2 and 10", "team-1 team-2 team-10", "`2` or `10`"),
        ("team-a/team-1", "team-a team-1", "`team-a/team-1`"),
        ("all except team-1 and 2", "all except team-1 team-2", "`2`"),
    ],
)
def test_spoken_name_is_joined_and_suggested(text: str, offered: str, unknown: str) -> None:
    error = refusal(text)

    assert str(error).startswith(f"There's no Space called {unknown}. Did you mean")
    assert isinstance(error, SuggestedTargets)
    assert error.command_for("wake") == f"wake {offered}"
    assert select_names(text, acting=False) == select_names(offered)


# Words that form no name are quoted as typed.
@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("team z", "`team` or `z`"),
        ("9 team-1", "`9`"),
        ("team-1 z", "`z`"),
        ("team-a/nobody", "`team-a/nobody`"),
    ],
)
def test_words_that_form_no_name_are_quoted_as_typed(text: str, unknown: str) -> None:
    assert str(refusal(text)).startswith(f"There's no Space called {unknown}.")


TEAMS = NameIndex.of(["acme/team-a", "acme/team-b"])


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("whats wrong with team-a", ("team-a",)),
        ("how are team-a and team-b doing", ("team-a", "team-b")),
        # No known Space, no question, or words that select more than names do.
        ("what happened", ()),
        ("wake team-a", ()),
        ("which are up", ()),
        ("what about all except team-a", ()),
        ("are team-a and team-* up", ()),
    ],
)
def test_question_is_about_the_known_spaces_that_it_names(
    text: str, asked: tuple[str, ...]
) -> None:
    assert find_asked_spaces(text.split(), TEAMS) == asked
