"""`undo`: the number of an operation, and a question whatever it costs."""

from dataclasses import replace

import pytest

from bot.cards import Message
from bot.errors import PermissionDenied, UsageError
from bot.hub_facts import Flavor
from bot.model import Permission, Role
from bot.operations import Operation, OperationQuery, OperationState, Step, StepState, Verb
from bot.results import Answer, Fetch, Proposal
from tests.unit.alerts.samples import NOW
from tests.unit.commands.samples import rejection, run

CHANGED = Step(
    "acme/team-a",
    StepState.DONE,
    stage_before="RUNNING",
    sent_at=NOW,
    accepted=True,
    before={"flavor": "t4-small"},
)
HARDWARE = Operation(
    Verb.HARDWARE, (CHANGED,), "UOTHER", "C9", NOW, id=12, args={"flavor": "cpu-basic"}
)
FLAVORS = (Flavor("cpu-basic", "CPU"), Flavor("t4-small", "T4", dollars_per_hour=0.4))


def undo(operation: Operation | None, role: Role = Role.ADMIN) -> Answer:
    """Return the answer to `undo 12` once its queries are answered."""
    fetch = run("undo 12", permission=Permission(role))
    assert isinstance(fetch, Fetch)
    assert fetch.query == OperationQuery(12)
    prices = fetch.then((operation, OperationState.FINISHED) if operation else None)
    return prices.then(FLAVORS) if isinstance(prices, Fetch) else prices


def test_it_asks_with_the_price_and_runs_where_it_was_asked_for() -> None:
    answer = undo(HARDWARE)

    assert isinstance(answer, Proposal)
    assert answer.warning[0] == "Back to t4-small (1). That costs $0.40 an hour while running."
    assert answer.dollars_per_hour == pytest.approx(0.4)
    assert (answer.operation.requested_by, answer.operation.channel) == ("UTA", "C1")


def test_nothing_to_put_back_is_a_message() -> None:
    same = replace(HARDWARE, steps=(replace(CHANGED, before={"flavor": "cpu-basic"}),))

    answer = undo(same)

    assert isinstance(answer, Message)
    assert answer.text == "Nothing to change: team-a is already on cpu-basic."


def test_an_operation_that_changed_nothing_has_a_reason() -> None:
    with pytest.raises(UsageError, match="changed nothing"):
        undo(replace(HARDWARE, steps=(Step("acme/team-a", StepState.SKIPPED),)))


def test_it_needs_the_role_of_the_operation() -> None:
    with pytest.raises(PermissionDenied):
        undo(HARDWARE, Role.OPERATOR)


def test_without_a_number_it_says_what_it_cannot_put_back() -> None:
    assert "Secrets can't be put back" in str(rejection("undo"))
