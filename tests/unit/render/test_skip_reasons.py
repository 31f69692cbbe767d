"""The reasons for skips: each has words, and its data is in them."""

from datetime import UTC, datetime

import pytest

from bot.operations import Operation, SkipReason, Step, StepState, Verb, skip
from bot.parsing import NameIndex
from bot.render import operation_replies, operation_summary
from bot.render.operation_summary import note
from bot.render.skip_reasons import predicate

NOW = datetime(2026, 3, 2, 13, 42, tzinfo=UTC)
STEP = Step("acme/if-a", stage="DREAMING")
ARGS = {"flavor": "t4-small", "time": "1h", "key": "MODE"}
NAMES = NameIndex.of([STEP.space], "if-")


def operation(step: Step, verb: Verb = Verb.HARDWARE) -> Operation:
    return Operation(verb, (step,), "U1", "C1", NOW, args=ARGS)


def words(reason: SkipReason) -> str:
    step = skip(STEP, reason, Verb.RESTART)
    return predicate(operation(step), step)


@pytest.mark.parametrize("reason", SkipReason)
def test_every_reason_for_a_skip_has_words_of_its_own(reason: SkipReason) -> None:
    assert [words(each) for each in SkipReason].count(words(reason)) == 1


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (SkipReason.BUSY, "busy (being restarted)"),
        (SkipReason.UNKNOWN_STAGE, "in an unknown stage (`DREAMING`)"),
        (SkipReason.SAME_HARDWARE, "already on t4-small"),
    ],
)
def test_words_contain_the_data_of_step_and_operation(reason: SkipReason, expected: str) -> None:
    assert words(reason) == expected


def test_a_deletion_is_a_sentence_alone_and_a_predicate_after_a_name() -> None:
    step = skip(STEP, SkipReason.BEING_DELETED)

    assert note(operation(step), step) == "it's being deleted"
    reply = operation_replies.nothing_to_do(operation(step), NAMES)
    assert reply.text == "Nothing to change: a is being deleted."


def test_a_command_or_a_stage_among_the_reasons_is_in_code_font() -> None:
    def shown(reason: SkipReason) -> str:
        step = skip(STEP, reason)
        return str(operation_replies.nothing_to_do(operation(step), NAMES).blocks)

    assert "not answering: `restart` may help" in shown(SkipReason.NOT_ANSWERING)
    assert "in an unknown stage (`DREAMING`)" in shown(SkipReason.UNKNOWN_STAGE)


def test_failed_step_says_why_it_was_not_sent_again() -> None:
    step = Step(
        "acme/if-a", StepState.FAILED, "It may be done.", skip_reason=SkipReason.ALREADY_PAUSED
    )

    assert note(operation(step), step) == "already paused. It may be done."
    assert operation(step).skipped_for(SkipReason.ALREADY_PAUSED) == ()


def test_static_space_in_an_unknown_stage_needs_nothing() -> None:
    step = skip(STEP, SkipReason.STATIC)

    assert operation_summary.unknown_steps(operation(step, Verb.WAKE)) == ()
