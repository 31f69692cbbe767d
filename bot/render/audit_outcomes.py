"""How an act ended, as the audit keeps it: a state, and a line that says why."""

from collections.abc import Mapping

from bot.operations import StepState
from bot.render import formatting


def bulk_action_outcome(summary: str, outcomes: Mapping[str, str]) -> tuple[str, str]:
    """Judge a deed by its *outcomes*, by Space what went wrong or nothing; *summary* sums it up."""
    failed = [(space, error) for space, error in outcomes.items() if error]
    if not failed:
        return "acted", summary
    space, reason = failed[0]
    if len(outcomes) == 1:
        return "failed", f"{summary}: {reason}"
    state = "failed" if len(failed) == len(outcomes) else "partly"
    return state, f"{summary}, {formatting.count(len(failed), 'problem')}, first {space}: {reason}"


def operation_state(counts: Mapping[StepState, int]) -> str:
    """Judge an operation by what its steps have come to by now."""
    if counts.get(StepState.WAITING) or counts.get(StepState.SENT):
        return "under way"
    if not counts.get(StepState.FAILED):
        return "acted"
    return "partly" if counts.get(StepState.DONE) else "failed"


def confirmation_result(state: str) -> str:
    """Say what has become of a question, by the state of the operation that it was about."""
    if state == "proposed":
        return "asked back, and nobody has answered"
    return f"asked back, and the answer was {'no' if state == 'dropped' else 'yes'}"
