"""The key and the Spaces of a command: a form comes first, and no possible value is repeated."""

import pytest

from bot.errors import HubUnavailable, UsageError
from bot.model import Source
from bot.operations import Operation, Verb
from bot.queries import DeleteSecret, SetSecret, SpaceAction, VariablesQuery
from bot.render.secrets_and_variables import VALUE_FIELD
from bot.results import BulkAction, Fetch, Form
from tests.tokens import TOKENS
from tests.unit.commands.samples import rejection, run

A, B = "acme/team-a", "acme/team-b"
TOKEN = TOKENS["hf_"]


@pytest.mark.parametrize(
    ("text", "values", "action"),
    [
        ("secret set team-a team-b KEY", {VALUE_FIELD: " s3 \n"}, SetSecret("KEY", "s3")),
        ("secret delete team-a team-b KEY", {}, DeleteSecret("KEY")),
    ],
)
def test_only_a_submitted_form_changes_a_secret(
    text: str, values: dict[str, str], action: SpaceAction
) -> None:
    assert isinstance(run(text), Form)

    answer = run(text, source=Source.MODAL, form_values=values)

    assert isinstance(answer, BulkAction)
    assert (answer.action, answer.spaces) == (action, (A, B))


def test_a_submitted_form_sets_a_variable_as_an_operation() -> None:
    text = "variable set team-a team-b MODE"
    answer = run(text, source=Source.MODAL, form_values={VALUE_FIELD: " exam "})

    assert isinstance(answer, Operation)
    assert (answer.verb, answer.spaces) == (Verb.SET_VARIABLE, (A, B))
    assert answer.args == {"key": "MODE", "value": "exam", "back": ""}


@pytest.mark.parametrize(
    "found",
    [{A: {"MODE": "exam"}, B: {}}, {A: {}, B: HubUnavailable("Hugging Face answered 502.")}],
    ids=["one has it", "one may have it"],
)
def test_a_variable_is_deleted_if_a_space_may_have_it(found: object) -> None:
    fetch = run("variable delete team-a team-b MODE", source=Source.MODAL)

    assert isinstance(fetch, Fetch)
    assert fetch.query == VariablesQuery((A, B))
    answer = fetch.then(found)
    assert isinstance(answer, Operation)
    assert (answer.verb, answer.args) == (Verb.DELETE_VARIABLE, {"key": "MODE", "absent": "yes"})


def test_the_deletion_of_a_variable_that_no_space_has_is_a_typo() -> None:
    fetch = run("variable delete team-a team-b MODE", source=Source.MODAL)

    assert isinstance(fetch, Fetch)
    with pytest.raises(UsageError, match="There's no variable MODE on team-a and team-b"):
        fetch.then({A: {}, B: {"MODES": "exam"}})


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
