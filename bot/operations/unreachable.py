"""The end of an operation while the Hub can't be read or called."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import OUTCOME_UNKNOWN, HubError
from bot.operations.outcomes import fail
from bot.operations.step import Operation, Step

#: A step fails if nothing of its operation could be observed or sent for this long.
UNREACHABLE_TIMEOUT = timedelta(hours=1)
_ACCEPTED = "Hugging Face accepted it; I haven't seen how it ended."
_NOT_SENT = "Nothing was sent."


def fail_unreachable(operation: Operation, error: HubError, now: datetime) -> Operation:
    """Return *operation* while the Hub can't be read or called because of *error*.

    Unfinished steps fail an hour after the last send.
    """
    last = max([operation.requested_at, *(s.sent_at for s in operation.steps if s.sent_at)])
    if now - last <= UNREACHABLE_TIMEOUT:
        return operation
    steps = tuple(s if s.is_finished else _fail_step(s, error) for s in operation.steps)
    return replace(operation, steps=steps)


def _fail_step(step: Step, error: HubError) -> Step:
    """Return *step* as failed because of *error*, with what is known of its own effect."""
    if step.is_outcome_unknown:
        return fail(replace(step, may_have_been_done=True), error.with_effect(OUTCOME_UNKNOWN))
    return fail(step, error.with_effect(_ACCEPTED if step.accepted else _NOT_SENT))
