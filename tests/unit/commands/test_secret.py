"""`secret` and `variable`: forms for values, and no echo of what may be one."""

import pytest

from bot.queries import (
    Query,
    SecretsQuery,
    SetSecret,
    VariablesQuery,
)
from bot.render.secrets_and_variables import VALUE_FIELD
from bot.results import Fetch, Form
from tests.tokens import TOKENS
from tests.unit.commands.samples import COMMANDS, context_of, run

A, B = "acme/team-a", "acme/team-b"
TOKEN = TOKENS["hf_"]


def test_a_typed_value_of_a_variable_is_in_the_form() -> None:
    answer = run("variable set team-a MODE final exam")

    assert isinstance(answer, Form)
    assert "final exam" in str(answer.view)


@pytest.mark.parametrize(
    ("text", "query"),
    [("secret list team-a", SecretsQuery((A,))), ("variable list team-a", VariablesQuery((A,)))],
)
def test_lists_are_read_from_the_hub(text: str, query: Query[object]) -> None:
    answer = run(text)

    assert isinstance(answer, Fetch)
    assert answer.query == query


@pytest.mark.parametrize(
    ("command", "value", "is_rejected"),
    [
        ("secret set", "", True),
        ("secret set", "  ", True),
        ("secret set", TOKEN, False),
        ("variable set", "", True),
        ("variable set", "exam", False),
        # A variable is public.
        ("variable set", TOKEN, True),
    ],
)
def test_an_empty_or_secret_value_is_an_error_in_the_form(
    command: str, value: str, *, is_rejected: bool
) -> None:
    ask = context_of(f"{command} team-a KEY", command=command, form_values={VALUE_FIELD: value}).ask

    errors = COMMANDS[command].check(ask)

    assert list(errors) == [VALUE_FIELD] * is_rejected
    assert TOKEN not in str(errors)


def test_the_value_of_a_secret_has_no_repr() -> None:
    assert "swordfish" not in repr(SetSecret("KEY", "swordfish"))
