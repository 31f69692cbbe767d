"""The resolver: prefixes, suggestions and typos."""

import pytest

from bot.errors import UsageError
from bot.model import Space
from bot.parsing import NameIndex, SuggestedTargets, select
from tests.unit.parsing.samples import refusal, select_names


@pytest.mark.parametrize(
    ("text", "spaces"),
    [
        # The only name that begins so.
        ("team-al", "team-alpha"),
        ("team-al Team-10", "team-10 team-alpha"),
        ("BETA/if", "beta/if-demo"),
        ("all except team-al team-* al paus demo v acme/if-demo acme/if-al", None),
    ],
)
def test_a_read_takes_a_unique_prefix(text: str, spaces: str | None) -> None:
    if spaces is None:
        assert isinstance(refusal(text, acting=False), UsageError)
    else:
        assert select_names(text, acting=False) == spaces


@pytest.mark.parametrize(
    ("text", "sentence", "command"),
    [
        # What a read would take, an act only offers: the whole request, corrected.
        (
            "team-al sleeping except team-1",
            "There's no Space called `team-al`. Did you mean `team-alpha`?",
            "wake team-alpha sleeping except team-1",
        ),
        # A slip, also behind `except` and in a word of the grammar.
        (
            "all except taem-10",
            "There's no Space called `taem-10`. Did you mean `team-10`?",
            "wake all except team-10",
        ),
        (
            "slepping",
            "There's no Space called `slepping`. Did you mean `sleeping`?",
            "wake sleeping",
        ),
        # Several slips, one sentence, one button.
        (
            "taem-1 team-al team-3",
            (
                "There's no Space called `taem-1` or `team-al`. Did you mean `team-1` and "
                "`team-alpha`?"
            ),
            "wake team-1 team-alpha team-3",
        ),
        # A full id is compared with full ids.
        (
            "acme/if-taem-10",
            ("There's no Space called `acme/if-taem-10`. Did you mean `acme/if-team-10`?"),
            "wake acme/if-team-10",
        ),
    ],
)
def test_acting_command_never_runs_on_a_suggestion(text: str, sentence: str, command: str) -> None:
    error = refusal(text)

    assert isinstance(error, SuggestedTargets)
    assert (str(error), error.command_for("wake")) == (sentence, command)
    assert error.suggestion == command.removeprefix("wake ")


def test_accepted_suggestion_selects_without_another_suggestion() -> None:
    error = refusal("taem-1 team-al except team-3")

    assert isinstance(error, SuggestedTargets)
    assert select_names(" ".join(error.targets)) == "team-1 team-alpha"


def test_typo_in_a_read_is_suggested() -> None:
    error = refusal("taem-10", acting=False)

    assert (str(error), error.suggestion) == (
        "There's no Space called `taem-10`. Did you mean `team-10`?",
        "team-10",
    )


def test_equally_close_names_suggest_the_first() -> None:
    fleet = {f"acme/team-{c}": Space(f"acme/team-{c}", "RUNNING") for c in "fedcba"}

    with pytest.raises(UsageError) as caught:
        select(["team-x"], fleet, NameIndex.of(fleet), acting=False)

    assert str(caught.value) == "There's no Space called `team-x`. Did you mean `team-a`?"


def test_a_number_in_another_width_is_suggested() -> None:
    fleet = {f"acme/lab-{n:02d}": Space(f"acme/lab-{n:02d}", "RUNNING") for n in range(1, 31)}
    for acting in (True, False):
        with pytest.raises(SuggestedTargets) as caught:
            select(["lab-2"], fleet, NameIndex.of(fleet), acting=acting)
        assert str(caught.value) == "There's no Space called `lab-2`. Did you mean `lab-02`?"
