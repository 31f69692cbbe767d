"""The key and the Spaces of a command: a form comes first, and no possible value is repeated."""

import pytest

from bot.model import Source
from bot.queries import (
    DeleteSecret,
    DeleteVariable,
    SetSecret,
    SetVariable,
    SpaceAction,
)
from bot.render.secrets_and_variables import VALUE_FIELD
from bot.results import BulkAction, Form
from tests.tokens import TOKENS
from tests.unit.commands.samples import rejection, run

A, B = "acme/team-a", "acme/team-b"
TOKEN = TOKENS["hf_"]


@pytest.mark.parametrize(
    ("text", "values", "action"),
    [
        ("secret set team-a team-b KEY", {VALUE_FIELD: " s3 \n"}, SetSecret("KEY", "s3")),
        ("secret delete team-a team-b KEY", {}, DeleteSecret("KEY")),
        ("variable set team-a team-b MODE", {VALUE_FIELD: " exam "}, SetVariable("MODE", "exam")),
        ("variable delete team-a team-b MODE", {}, DeleteVariable("MODE")),
    ],
)
def test_only_a_submitted_form_changes_something(
    text: str, values: dict[str, str], action: SpaceAction
) -> None:
    assert isinstance(run(text), Form)

    answer = run(text, source=Source.MODAL, form_values=values)

    assert isinstance(answer, BulkAction)
    assert (answer.action, answer.spaces) == (action, (A, B))


@pytest.mark.parametrize(
    "text",
    [
        "secret set team-a KEY swordfish",
        "secret set team-a KEY=swordfish",
        "secret delete team-a KEY swordfish",
        "secret list swordfish",
        "secret set swordfish team-a KEY",
    ],
)
def test_a_possible_value_is_never_repeated(text: str) -> None:
    error = rejection(text)

    assert "swordfish" not in f"{error} {error.suggestion}"
