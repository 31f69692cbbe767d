"""The result of an act in one line, as audit entries show it."""

from collections.abc import Mapping

from bot.operations import OperationState, StepState, Verb


def bulk_action_result(summary: str, outcomes: Mapping[str, str]) -> str:
    """Return the result of a bulk action for its audit entry.

    *outcomes* maps each Space to its error, which is empty on success.
    """
    failed = [(space, error) for space, error in outcomes.items() if error]
    if not failed:
        return summary
    space, reason = failed[0]
    if len(outcomes) == 1:
        return f"{summary}: {reason}"
    return f"{summary}, {len(failed)} failed, first {space}: {reason}"


def operation_result(
    verb: Verb,
    args: Mapping[str, str],
    counts: Mapping[StepState, int],
    first_problem: str = "",
    unsent: int = 0,
) -> str:
    """Return the result of an operation: `12 of 14 up, 2 problems: <first_problem>`.

    Of the skipped steps, *unsent* were stopped before they were sent; the others needed nothing.
    """
    number = {progress: counts.get(progress, 0) for progress in StepState}
    needless = number[StepState.SKIPPED] - unsent
    requested_count = sum(number.values()) - needless
    pending_count = number[StepState.WAITING] + number[StepState.SENT]
    done = verb.spec.phrases.completed.format_map(args)
    if unsent and unsent == requested_count:
        parts, unsent = ["stopped before anything was sent"], 0
    elif requested_count:
        parts = [f"{number[StepState.DONE]} of {requested_count} {done}"]
    else:
        parts = ["nothing to do"]
    parts += [f"{needless} needed nothing"] if needless else []
    parts += [f"{unsent} not sent"] if unsent else []
    parts += [f"{pending_count} in progress"] if pending_count else []
    # Last, because the first problem follows.
    parts += [f"{number[StepState.FAILED]} failed"] if number[StepState.FAILED] else []
    return ", ".join(parts) + (f": {first_problem}" if first_problem else "")


def confirmation_result(state: OperationState) -> str:
    """Return the audit line of a confirmation whose operation is in *state*."""
    if state is OperationState.PROPOSED:
        return "asked for confirmation: no answer"
    answer = "declined" if state is OperationState.DROPPED else "confirmed"
    return f"asked for confirmation: {answer}"
