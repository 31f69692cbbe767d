"""Plans: steps, skipped steps, the risk that is confirmed, and the calls that they may use."""

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.hub_facts import RESERVE, Flavor, RateBudget
from bot.model import Space
from bot.operations import (
    Operation,
    Rollout,
    SkipReason,
    Step,
    StepState,
    Verb,
    assess,
    busy,
    competing,
    exhausted_window,
    needs_confirmation,
    plan,
    replaces,
)
from tests.unit.operations.samples import NOW, fleet, operation

RUNNING, ASLEEP = Space("acme/a", "RUNNING"), Space("acme/b", "SLEEPING")
UNKNOWN, PAID = Space("acme/c", "DREAMING"), Space("acme/d", "SLEEPING", hardware="t4-small")


def change(verb: Verb, *steps: Step, key: str = "KEY") -> Operation:
    """Return an operation on a variable or secret."""
    return dataclasses.replace(operation(verb, *steps), id=7, args={"key": key})


DONE, WAITING = Step("a/a", StepState.DONE), Step("a/b")
SENT, ACCEPTED = Step("a/c", StepState.SENT), Step("a/d", StepState.SENT, accepted=True)


@pytest.mark.parametrize(
    ("new", "held", "is_replaced"),
    [
        (change(Verb.SET_SECRET, WAITING), Verb.SET_SECRET, True),
        (change(Verb.DELETE_SECRET, WAITING), Verb.SET_SECRET, True),
        (change(Verb.SET_VARIABLE, WAITING), Verb.DELETE_VARIABLE, True),
        (change(Verb.SET_SECRET, WAITING, key="OTHER"), Verb.SET_SECRET, False),
        (change(Verb.SET_SECRET, DONE), Verb.SET_SECRET, False),
        (change(Verb.SET_VARIABLE, WAITING), Verb.SET_SECRET, False),
        (operation(Verb.RESTART, WAITING), Verb.RESTART, False),
    ],
    ids=[
        *("another value", "a deletion", "a variable", "another key", "a Space that has it"),
        *("a variable of that name", "another act"),
    ],
)
def test_a_new_value_replaces_one_that_waits(
    new: Operation, held: Verb, *, is_replaced: bool
) -> None:
    assert replaces(new, change(held, DONE, WAITING)) is is_replaced


def test_what_may_still_be_sent_would_overwrite_a_new_value() -> None:
    running = change(Verb.SET_SECRET, DONE, WAITING, SENT, ACCEPTED)
    new = change(Verb.DELETE_SECRET, DONE, WAITING, SENT, ACCEPTED)

    assert competing(new, [running]) == {"a/b": 7, "a/c": 7}
    assert competing(change(Verb.SET_SECRET, key="OTHER"), [running]) == {}


def test_what_a_person_has_to_continue_overwrites_nothing() -> None:
    crashed = Step("a/a", StepState.FAILED, stage_before="RUNNING", attempts=1, accepted=True)
    held = change(Verb.SET_SECRET, crashed, WAITING)
    held = dataclasses.replace(held, rollout=Rollout((1, 3, 26)))

    assert competing(change(Verb.SET_SECRET, WAITING), [held]) == {}


def test_a_plan_skips_what_another_operation_is_doing() -> None:
    running = operation(Verb.WAKE, Step("a/b", StepState.SENT))

    (step,) = plan(Verb.PAUSE, ["a/b"], fleet("SLEEPING"), busy([running], NOW))

    assert (step.state, step.skip_reason) == (StepState.SKIPPED, SkipReason.BUSY)
    assert step.busy_with is Verb.WAKE


@pytest.mark.parametrize(
    ("remaining", "resets_in", "is_exhausted"),
    [
        pytest.param(RESERVE + 1, 60, False, id="more than the reserve"),
        pytest.param(RESERVE, 60, True, id="only the reserve"),
        pytest.param(0, 0, False, id="the window has ended"),
    ],
)
def test_a_window_is_exhausted_while_only_the_reserve_is_left(
    remaining: int, resets_in: int, *, is_exhausted: bool
) -> None:
    now = datetime(2026, 9, 1, tzinfo=UTC)
    window = RateBudget(remaining, now + timedelta(seconds=resets_in))

    assert exhausted_window(window, now) == (window if is_exhausted else None)


def test_an_unknown_window_is_not_exhausted() -> None:
    assert exhausted_window(None, datetime(2026, 9, 1, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("verb", "spaces"),
    [
        (Verb.WAKE, [ASLEEP]),
        # A wake does nothing to a Space that runs, and can only help one in an unknown stage.
        (Verb.WAKE, [RUNNING, UNKNOWN]),
        (Verb.RESTART, [ASLEEP]),
        (Verb.REBUILD, [ASLEEP]),
        (Verb.RESTART, []),
    ],
)
def test_act_that_interrupts_and_costs_nothing_needs_no_confirmation(
    verb: Verb, spaces: Sequence[Space]
) -> None:
    assert assess(verb, spaces) is None


@pytest.mark.parametrize(
    ("verb", "spaces", "interrupts", "unknown", "paid"),
    [
        (Verb.RESTART, [RUNNING, ASLEEP], True, 0, 0),
        (Verb.REBUILD, [RUNNING], True, 0, 0),
        # A pause keeps a sleeping Space down, too; it starts no hardware.
        (Verb.PAUSE, [ASLEEP], True, 0, 0),
        (Verb.PAUSE, [PAID, UNKNOWN], True, 0, 0),
        (Verb.RESTART, [UNKNOWN], False, 1, 0),
        (Verb.WAKE, [PAID, ASLEEP], False, 0, 1),
        (Verb.RESTART, [RUNNING, UNKNOWN, PAID], True, 1, 1),
    ],
)
def test_act_that_interrupts_or_costs_needs_a_confirmation(
    verb: Verb, spaces: Sequence[Space], *, interrupts: bool, unknown: int, paid: int
) -> None:
    risk = assess(verb, spaces)

    assert risk
    assert (risk.is_interruption, len(risk.unknown), len(risk.paid)) == (interrupts, unknown, paid)


@pytest.mark.parametrize(
    ("spaces", "price", "expected"),
    [([ASLEEP], 0.0, False), ([RUNNING, ASLEEP], 0.0, True), ([ASLEEP], 0.4, True)],
)
def test_move_to_other_hardware_needs_a_confirmation_if_it_interrupts_or_costs(
    spaces: Sequence[Space], price: float, *, expected: bool
) -> None:
    flavor = Flavor("some", "Some", dollars_per_hour=price)

    assert needs_confirmation(flavor, spaces) is expected
