"""Rollouts in words: the waves, the card while one is held, and its replies."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cards import Message
from bot.operations import Operation, Rollout, Step, StepState, Verb, end_without_value, stop
from bot.render import operation_replies, operations, rollouts
from tests.goldens import check_message
from tests.unit.render.fleet_samples import NAMES, NOW

DONE = Step("acme/if-a", StepState.DONE, stage="RUNNING", stage_before="RUNNING", attempts=1)
FAILED = Step(
    "acme/if-b",
    StepState.FAILED,
    "KeyError: 'OPENAI_API_KEY'",
    "RUNTIME_ERROR",
    "RUNNING",
    attempts=1,
    accepted=True,
    failed_stage="RUNTIME_ERROR",
)
WAITING = tuple(Step(f"acme/if-{n}", stage="RUNNING") for n in range(59))
WAVES = Rollout((1, 6, 53))
RUNNING = Operation(Verb.RESTART, (DONE, *WAITING), "U1", "C1", NOW, id=17, rollout=WAVES)
HELD = replace(RUNNING, steps=(FAILED, *WAITING), rollout=replace(WAVES, held_at=NOW))
KEY = {"key": "OPENAI_API_KEY"}
LOST = end_without_value(
    replace(RUNNING, verb=Verb.SET_SECRET, args=KEY, requested_at=NOW - timedelta(minutes=5))
)
CASES: dict[str, Message] = {
    "question": operation_replies.confirmation(
        RUNNING, ["All 60 are running.", rollouts.waves_note(WAVES)], 17, NAMES
    ),
    "card_in_waves": operations.card(RUNNING, NAMES, NOW),
    "card_held": operations.card(HELD, NAMES, NOW),
    "card_held_reversible": operations.card(
        replace(HELD, verb=Verb.HARDWARE, args={"flavor": "t4-small"}), NAMES, NOW
    ),
    "card_held_secret": operations.card(replace(HELD, verb=Verb.SET_SECRET, args=KEY), NAMES, NOW),
    "card_without_value": operations.card(LOST, NAMES, NOW),
    "card_stopped": operations.card(stop(HELD, "U2", NOW), NAMES, NOW),
    "hold_reply": rollouts.hold_reply(HELD),
    "already_held": operation_replies.already_running(HELD, NOW),
    "continue_reply": rollouts.continue_reply(HELD),
}


@pytest.mark.parametrize("name", CASES)
def test_message_matches_its_golden(name: str) -> None:
    check_message(f"rollouts/{name}", CASES[name])


def test_a_failure_without_a_message_is_named_by_its_stage() -> None:
    bare = replace(HELD, steps=(replace(FAILED, message=""), *WAITING))

    assert rollouts.held_head(bare) == "Stopped after 1 of 60: crashed"


def test_a_message_that_begins_like_a_stage_is_shown_whole() -> None:
    refused = replace(FAILED, message="RUNTIME_ERROR: said the app", failed_stage="")

    assert rollouts.held_head(replace(HELD, steps=(refused, *WAITING))).endswith(
        ": RUNTIME_ERROR: said the app"
    )


@pytest.mark.parametrize(
    ("verb", "what"),
    [
        (Verb.SET_VARIABLE, "Change of variable MODE"),
        (Verb.DELETE_VARIABLE, "Deletion of variable MODE"),
        (Verb.SET_SECRET, "Change of secret MODE"),
        (Verb.DELETE_SECRET, "Deletion of secret MODE"),
    ],
)
def test_what_is_stopped_names_its_key(verb: Verb, what: str) -> None:
    args = {"key": "MODE", "value": "", "back": ""}
    held = replace(HELD, verb=verb, args=args)

    assert rollouts.hold_reply(held).text.startswith(f"{what} stopped after 1 of 60: KeyError")
    stopped = stop(held, "U2", NOW)
    assert operations.card(stopped, NAMES, NOW).text.startswith(f"{what} stopped: 0 ")


def test_a_long_reason_is_cut() -> None:
    long = replace(HELD, steps=(replace(FAILED, message="x" * 500), *WAITING))

    assert len(rollouts.held_head(long)) < 160


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        (RUNNING, "Operation 17 isn't waiting for anyone. See its card."),
        (stop(HELD, "U2", NOW), "Operation 17 is stopped. Send its command again."),
    ],
)
def test_what_is_not_held_has_a_reason(operation: Operation, reason: str) -> None:
    assert rollouts.not_held(operation) == reason
