"""`confirm` and `cancel`: the answer to the proposal of a number."""

import pytest

from bot.results import ConfirmationReply
from tests.unit.commands.samples import rejection, run


@pytest.mark.parametrize(("text", "expected"), [("confirm 7", True), ("cancel #7", False)])
def test_the_number_names_the_proposal(text: str, *, expected: bool) -> None:
    assert run(text) == ConfirmationReply(7, is_confirmed=expected)


@pytest.mark.parametrize("text", ["confirm", "confirm all", "cancel 1 2"])
def test_without_one_number_nothing_is_confirmed(text: str) -> None:
    assert "Which question?" in str(rejection(text))
