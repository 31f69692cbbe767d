"""The outcome of an act as audit entries store it: a state and a line of text."""

from collections.abc import Mapping

from bot.operations import StepState
from bot.render import formatting


def bulk_action_outcome(summary: str, outcomes: Mapping[str, str]) -> tuple[str, str]:
    """Return state and result of a bulk action for its audit entry.

    *outcomes* maps each Space to its error, which is empty on success.
    """
    failed = [(space, error) for space, error in outcomes.items() if error]
    if not failed:
        return "acted", summary
    space, reason = failed[0]
    if len(outcomes) == 1:
        return "failed", f"{summary}: {reason}"
    state = "failed" if len(failed) == len(outcomes) else "partly"
    return state, f"{summary}, {formatting.count(len(failed), 'problem')}, first {space}: {reason}"


def operation_state(counts: Mapping[StepState, int]) -> str:
    """Return the audit state of an operation with *counts* of steps by state."""
    if counts.get(StepState.WAITING) or counts.get(StepState.SENT):
        return "under way"
    if not counts.get(StepState.FAILED):
        return "acted"
    return "partly" if counts.get(StepState.DONE) else "failed"


def confirmation_result(state: str) -> str:
    """Return the audit line of a confirmation whose operation is in *state*."""
    if state == "proposed":
        return "asked back, and nobody has answered"
    return f"asked back, and the answer was {'no' if state == 'dropped' else 'yes'}"
