"""`provision`: names and template, and what stops a copy before it begins."""

import pytest

from bot.hub_facts import Template
from bot.model import Source, Space
from bot.operations import Verb
from bot.queries import TemplateQuery
from bot.results import Answer, Fetch, Form, Proposal
from tests.unit.commands.samples import COMMANDS, context_of, rejection, run

SOURCE = "acme/template"
SPACE = Space(SOURCE, "PAUSED")


def provision(text: str = "provision new-1..2", **values: object) -> Fetch[Template | None]:
    answer = run(text, **{"template": SOURCE, **values})
    assert isinstance(answer, Fetch)
    return answer


@pytest.mark.parametrize(
    ("text", "setting", "source"),
    [
        ("provision new-1", SOURCE, SOURCE),
        ("provision new-1 from template", None, SOURCE),
        # The typed template overrides the setting, also one of another owner.
        ("provision new-1 from else/theirs", SOURCE, "else/theirs"),
    ],
)
def test_the_template_is_typed_or_set(text: str, setting: str | None, source: str) -> None:
    assert provision(text, template=setting).query == TemplateQuery(source, "acme")


def test_copies_are_proposed_once_the_template_is_read() -> None:
    answer: Answer = provision().then(Template(SPACE, {}))

    assert isinstance(answer, Proposal)
    assert answer.operation.verb is Verb.PROVISION
    assert answer.operation.spaces == ("acme/new-1", "acme/new-2")
    assert answer.operation.args == {"template": SOURCE}


def test_a_submitted_form_has_names_and_template() -> None:
    values = {"names": "new-1, new-2", "template": SOURCE}

    answer = run("provision", source=Source.MODAL, form_values=values)

    assert isinstance(answer, Fetch)
    assert answer.query == TemplateQuery(SOURCE, "acme")


def test_without_names_a_form_asks_for_them() -> None:
    assert isinstance(run("provision", template=SOURCE), Form)


@pytest.mark.parametrize(
    ("text", "values", "part"),
    [
        ("provision new-1", {"template": None}, "SPACEBOT_TEMPLATE"),
        ("provision new-1 from a b", {}, "One template only"),
        ("provision template", {}, "the template itself"),
        ("provision TEMPLATE", {}, "the template itself"),
    ],
)
def test_rejected_request_has_a_reason(text: str, values: dict[str, object], part: str) -> None:
    assert part in str(rejection(text, **{"template": SOURCE, **values}))


@pytest.mark.parametrize(
    ("template", "variables", "part"),
    [
        (None, {}, "I can't find the template"),
        (Template(SPACE, None), {}, "I can't read the variables"),
        (Template(SPACE, {"API_KEY": "x"}), {}, "API_KEY can't be both"),
        (Template(SPACE, {}), {"API_KEY": "x"}, "API_KEY can't be both"),
    ],
)
def test_a_template_whose_copies_would_not_start_is_rejected(
    template: Template | None, variables: dict[str, str], part: str
) -> None:
    fetch = provision(secrets=("API_KEY",), variables=variables)

    with pytest.raises(Exception, match=part):
        fetch.then(template)


@pytest.mark.parametrize(("names", "is_rejected"), [("new-1..3", False), ("new--1", True)])
def test_names_are_checked_in_the_form(names: str, *, is_rejected: bool) -> None:
    ask = context_of("provision", command="provision", form_values={"names": names}).ask

    assert bool(COMMANDS["provision"].check(ask)) is is_rejected
