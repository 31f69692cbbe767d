"""`delete`: one Space, whose full id is typed."""

import pytest

from bot.model import Source
from bot.queries import DeleteSpace
from bot.render.confirmations import DELETE_ID_FIELD
from bot.results import BulkAction, Form
from tests.unit.commands.samples import COMMANDS, context_of, rejection, run

ID = "acme/team-a"


def submitted(typed: str) -> dict[str, str]:
    return {DELETE_ID_FIELD: typed}


def test_a_form_asks_for_the_id() -> None:
    answer = run("delete team-a")

    assert isinstance(answer, Form)
    assert answer.command == f"delete {ID}"


def test_the_full_id_deletes_the_space() -> None:
    answer = run(f"delete {ID}", source=Source.MODAL, form_values=submitted(f" {ID} "))

    assert isinstance(answer, BulkAction)
    assert (answer.action, answer.spaces) == (DeleteSpace(), (ID,))


@pytest.mark.parametrize("typed", ["", "team-a", "acme/team-b", ID.upper()])
def test_another_id_deletes_nothing(typed: str) -> None:
    ask = context_of(f"delete {ID}", command="delete", form_values=submitted(typed)).ask

    assert list(COMMANDS["delete"].check(ask)) == [DELETE_ID_FIELD]
    error = rejection(f"delete {ID}", source=Source.MODAL, form_values=submitted(typed))
    assert "Nothing was deleted" in str(error)


@pytest.mark.parametrize("text", ["delete", "delete team-a team-b", "delete all", "delete tem-a"])
def test_exactly_one_known_space_is_deleted(text: str) -> None:
    rejection(text)
