"""`wake`, `restart`, `rebuild` and `pause`: what starts at once and what is confirmed first."""

import pytest

from bot.cards import Message
from bot.model import Space
from bot.operations import Operation, StepState, Verb
from bot.results import Proposal
from tests.unit.commands.samples import FLEET, rejection, run, running


def waiting(operation: Operation) -> list[str]:
    return [step.space for step in operation.in_state(StepState.WAITING)]


def test_wake_starts_what_is_down_without_confirmation() -> None:
    answer = run("wake all")

    assert isinstance(answer, Operation)
    assert waiting(answer) == ["acme/team-b", "acme/team-c", "acme/template"]
    assert (answer.requested_by, answer.channel) == ("UTA", "C1")


@pytest.mark.parametrize("text", ["restart team-a", "rebuild team-a", "pause team-a"])
def test_an_interruption_is_confirmed_first(text: str) -> None:
    answer = run(text)

    assert isinstance(answer, Proposal)
    assert waiting(answer.operation) == ["acme/team-a"]
    assert answer.warning


def test_waking_paid_hardware_is_confirmed_with_its_price() -> None:
    fleet = {"acme/gpu": Space("acme/gpu", "SLEEPING", hardware="t4-small", sdk="docker")}

    answer = run("wake gpu", fleet=fleet, prices={"t4-small": 0.4})

    assert isinstance(answer, Proposal)
    assert "$0.40" in str(answer.warning)


def test_a_space_that_is_up_needs_no_waking() -> None:
    answer = run("wake team-a")

    assert isinstance(answer, Message)
    assert "already running" in f"{answer.text} {answer.blocks}"


def test_the_same_operation_is_joined() -> None:
    answer = run("wake team-b", running=(running(Verb.WAKE, "team-b"),))

    assert isinstance(answer, Message)
    assert "Already being woken" in answer.text


@pytest.mark.parametrize(
    ("text", "suggestion"), [("wake", "wake all"), ("restart", None), ("pause", None)]
)
def test_without_targets_only_wake_suggests_all(text: str, suggestion: str | None) -> None:
    assert rejection(text).suggestion == suggestion


def test_an_act_never_runs_on_a_guess() -> None:
    assert rejection("wake tem-b", fleet=FLEET).suggestion is not None


@pytest.mark.parametrize("verb", ["restart", "rebuild"])
@pytest.mark.parametrize(
    ("targets", "started"),
    [
        # A bulk word leaves paused Spaces alone.
        ("all", ["team-a", "team-b"]),
        ("team-*", ["team-a", "team-b"]),
        ("all including paused", ["team-a", "team-b", "team-c", "template"]),
        # A name or the word `paused` selects them.
        ("team-* team-c", ["team-a", "team-b", "team-c"]),
        ("paused", ["team-c", "template"]),
    ],
)
def test_bulk_words_leave_paused_spaces_alone(verb: str, targets: str, started: list[str]) -> None:
    answer = run(f"{verb} {targets}")

    operation = answer.operation if isinstance(answer, Proposal) else answer
    assert isinstance(operation, Operation)
    assert [id.removeprefix("acme/") for id in waiting(operation)] == started


def test_confirmation_says_what_starts_as_well_and_what_stays_paused() -> None:
    answer = run("restart all")

    assert isinstance(answer, Proposal)
    assert answer.warning == (
        (
            "1 of 2 is running and will be briefly unavailable: team-a. "
            "team-b isn't running and will start too."
        ),
        "2 paused Spaces stay paused. Add `including paused` to restart them too.",
    )


def test_only_paused_spaces_are_not_restarted_by_a_bulk_word() -> None:
    answer = run("restart team-*", fleet={"acme/team-c": FLEET["acme/team-c"]})

    assert isinstance(answer, Message)
    assert answer.text == (
        "Nothing to restart: team-c is paused (add “including paused” to include it)."
    )
