"""How an act ended, as the audit keeps it: a state, and a line that says why."""

from collections.abc import Mapping

from bot.operations import Progress
from bot.render import words


def deed(said: str, outcomes: Mapping[str, str]) -> tuple[str, str]:
    """Judge a deed by its *outcomes*, by Space what went wrong or nothing; *said* sums it up."""
    failed = [(space, wrong) for space, wrong in outcomes.items() if wrong]
    if not failed:
        return "acted", said
    space, why = failed[0]
    if len(outcomes) == 1:
        return "failed", f"{said}: {why}"
    state = "failed" if len(failed) == len(outcomes) else "partly"
    return state, f"{said}, {words.count(len(failed), 'problem')}, first {space}: {why}"


def operation(counts: Mapping[Progress, int]) -> str:
    """Judge an operation by what its steps have come to by now."""
    if counts.get(Progress.WAITING) or counts.get(Progress.SENT):
        return "under way"
    if not counts.get(Progress.FAILED):
        return "acted"
    return "partly" if counts.get(Progress.DONE) else "failed"


def question(state: str) -> str:
    """Say what has become of a question, by the state of the operation that it was about."""
    if state == "proposed":
        return "asked back, and nobody has answered"
    return f"asked back, and the answer was {'no' if state == 'dropped' else 'yes'}"
