"""`upload`: the form, and the commit that it asks for."""

import pytest

from bot.errors import HubUnavailable
from bot.model import Source
from bot.queries import SecretsQuery
from bot.render import uploads as render
from bot.results import Fetch, Form, Upload
from tests.unit.commands.samples import COMMANDS, context_of, rejection, run

VALUES = {
    render.FOLDER_FIELD: "data",
    render.MESSAGE_FIELD: " Fix  it ",
    render.UNPACK_FIELD: "yes",
}


def test_a_submitted_form_is_one_upload() -> None:
    answer = run("upload team-a", source=Source.MODAL, files=("F1", "F2"), form_values=VALUES)

    assert answer == Upload("acme/team-a", ("F1", "F2"), "data", "Fix it", unpack=True)


def test_the_form_of_a_message_names_the_space() -> None:
    values = {**VALUES, render.SPACE_FIELD: "acme/team-b", render.MESSAGE_FIELD: ""}

    answer = run("upload", source=Source.MODAL, files=("F1",), form_values=values)

    assert isinstance(answer, Upload)
    assert (answer.space, answer.message) == ("acme/team-b", render.DEFAULT_COMMIT_MESSAGE)


@pytest.mark.parametrize(
    ("files", "folder", "fields"),
    [
        ((), "", [render.FILES_FIELD]),
        (("F1",), "../etc", [render.FOLDER_FIELD]),
        ((), "../etc", [render.FILES_FIELD, render.FOLDER_FIELD]),
        (("F1",), "data", []),
    ],
)
def test_errors_are_shown_at_their_field(
    files: tuple[str, ...], folder: str, fields: list[str]
) -> None:
    form_values = {render.FOLDER_FIELD: folder}
    ask = context_of("upload team-a", command="upload", files=files, form_values=form_values).ask

    assert list(COMMANDS["upload"].check(ask)) == fields


def test_the_form_is_refreshed_with_the_missing_secrets() -> None:
    answer = run("upload team-a", secrets=("API_KEY", "DB"))
    assert isinstance(answer, Form)
    assert isinstance(answer.refresh, Fetch)
    assert answer.refresh.query == SecretsQuery(("acme/team-a",))

    known = answer.refresh.then({"acme/team-a": ["DB"]})
    unknown = answer.refresh.then({"acme/team-a": HubUnavailable("Hugging Face isn't responding.")})

    assert isinstance(known, Form)
    assert "API_KEY" in str(known.view)
    assert "DB" not in str(known.view)
    assert isinstance(unknown, Form)
    assert unknown.view == answer.view


@pytest.mark.parametrize(("text", "secrets"), [("upload team-a", ()), ("upload", ("API_KEY",))])
def test_without_secrets_or_a_space_nothing_is_read(text: str, secrets: tuple[str, ...]) -> None:
    answer = run(text, secrets=secrets)

    assert isinstance(answer, Form)
    assert answer.refresh is None


def test_an_unknown_space_is_rejected() -> None:
    rejection("upload nobody")
