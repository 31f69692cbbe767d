"""
The outcomes of steps: after a call, and when an operation ends early.

An operation ends early when a person stops it, or when the Hub can't be read or called.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot import causes
from bot.causes import CauseId
from bot.errors import (
    OUTCOME_UNKNOWN,
    HubError,
    HubForbidden,
    HubUnavailable,
    OutcomeUnknown,
    RateLimited,
)
from bot.model import owner_of
from bot.operations.reasons import Failure, SkipReason
from bot.operations.step import Operation, Step, StepState
from bot.operations.verb_spec import MAX_RATE_LIMIT_WAIT
from bot.operations.verbs import Verb
from bot.stages import Condition, condition, describe_stage

#: Must exceed the Hub's own limit of 30 minutes for a start, because a build may precede it.
#: https://huggingface.co/docs/hub/spaces-config-reference
STEP_TIMEOUT = timedelta(minutes=45)
#: Calls per step at most. Calls rejected by a rate limit don't count.
MAX_ATTEMPTS = 4
#: The failure of a step when nothing shows that the Hub executed it.
NO_RESPONSE = "Hugging Face didn't answer and nothing changed; check, then try again"
#: The effect of a rejected call after an earlier one whose outcome is unknown.
EARLIER_CALL_UNKNOWN = "An earlier call got no answer; it may have been done."
# Bounds of the pause after a 429, which grows even if the Hub's own pause is zero.
_SHORTEST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=1), timedelta(seconds=30)
#: A step fails if nothing of its operation could be observed or sent for this long.
UNREACHABLE_TIMEOUT = timedelta(hours=1)
_ACCEPTED = "Hugging Face accepted it; I haven't seen how it ended."
_NOT_SENT = "Nothing was sent."


def mark_sent(step: Step, now: datetime) -> Step:
    """Return *step* as sent; store it before the call is made."""
    return replace(
        step,
        state=StepState.SENT,
        sent_at=now,
        stage=step.stage_before,
        accepted=False,
        stage_changed=False,
        attempts=step.attempts + 1,
        message="",
    )


def mark_accepted(step: Step, stage: str, message: str = "") -> Step:
    """Return *step* as accepted by the Hub, which answered with *stage*.

    The list may show the old stage for a while. Only the list proves a stage change.
    """
    return replace(
        step,
        accepted=True,
        stage=stage,
        message=message,
        limited_since=None,
        may_have_been_done=False,
    )


def mark_repaired(step: Step, added: Sequence[str]) -> Step:
    """Return *step* after *added* keys were set on a Space that already existed.

    The Space is followed only if it is starting, or because the new keys restart it.
    """
    if added:
        return mark_accepted(step, step.stage_before, f"already existed; added {', '.join(added)}")
    if step.stage_before and condition(step.stage_before) is not Condition.STARTING:
        return skip(step, SkipReason.COMPLETE)
    return mark_accepted(step, step.stage_before)


def skip(step: Step, reason: SkipReason, busy_with: Verb | None = None) -> Step:
    """Return *step* as skipped for *reason*; *busy_with* is what keeps its Space busy."""
    return replace(
        step, state=StepState.SKIPPED, message="", skip_reason=reason, busy_with=busy_with
    )


def mark_rejected(
    step: Step, error: HubError, now: datetime, max_wait: timedelta = MAX_RATE_LIMIT_WAIT
) -> Step:
    """Return *step* after the Hub rejected the call or didn't answer.

    *max_wait* bounds how long a rate limit may hold the step up.
    """
    match error:
        case RateLimited():
            return _wait_for_rate_limit(step, error, now, max_wait)
        case OutcomeUnknown():
            # The Hub may have executed it: the next observation decides.
            return replace(step, message=str(error), may_have_been_done=True)
        case HubUnavailable() if step.attempts < MAX_ATTEMPTS:
            pause = timedelta(seconds=4**step.attempts)
            return replace(retry(step, now + pause), message=_describe_rejection(step, error))
    rejected = replace(step, cause=error.cause, is_forbidden=isinstance(error, HubForbidden))
    return fail(rejected, _describe_rejection(step, error))


def _describe_rejection(step: Step, error: HubError) -> str:
    """Return the message of *error*, which says nothing about earlier calls of *step*."""
    return error.with_effect(EARLIER_CALL_UNKNOWN) if step.may_have_been_done else str(error)


def _wait_for_rate_limit(
    step: Step, error: RateLimited, now: datetime, max_wait: timedelta
) -> Step:
    """Return *step* as waiting for a rate limit; failed if that exceeds *max_wait*.

    The pause is at least the Hub's and grows with each rejection. A failed step keeps `retry_at`,
    because the other creations fail until then.
    """
    since = step.limited_since or now
    pause = min(max(now - since, _SHORTEST_PAUSE), _LONGEST_PAUSE)
    until = max(error.until, now + pause)
    message = _describe_rejection(step, error)
    rejected = replace(
        retry(step, until), attempts=step.attempts - 1, message=message, limited_since=since
    )
    if until - since <= max_wait:
        return rejected
    minutes = round(max_wait.total_seconds() / 60)
    return fail(rejected, f"{message} That's longer than I wait ({minutes} minutes).")


def retry(step: Step, retry_at: datetime | None = None) -> Step:
    """Return *step* as waiting to be sent again, at *retry_at* or at once."""
    return replace(step, state=StepState.WAITING, retry_at=retry_at)


def retry_unanswered(step: Step) -> Step:
    """Return *step* as waiting to be sent again at once, because nothing shows its outcome."""
    return replace(retry(step), may_have_been_done=True)


def mark_done(step: Step) -> Step:
    """Return *step* as done, without the note of an earlier wait."""
    return replace(clear_unknown_outcome(step), state=StepState.DONE)


def clear_unknown_outcome(step: Step) -> Step:
    """Return *step* with a known outcome. The note of an accepted step stays."""
    message = step.message if step.accepted else ""
    return replace(step, message=message, may_have_been_done=False)


def skip_refused(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return *steps*, with those skipped that the Hub would refuse like one that failed.

    A plan that lacks something lacks it for all Spaces of its owner.
    """
    owners = {owner_of(step.space) for step in steps if stops_batch(step)}
    return tuple(
        skip_waiting(step, SkipReason.SAME_REFUSAL) if owner_of(step.space) in owners else step
        for step in steps
    )


def stops_batch(step: Step) -> bool:
    """Return whether the Hub would refuse the steps of the same owner like this one."""
    is_known = step.state is StepState.FAILED and step.cause is not None
    return is_known and causes.get(CauseId(step.cause or "")).stops_batch


def fail_if_overdue(step: Step, now: datetime) -> Step | None:
    """Return *step* as failed once a build or start takes too long; else None."""
    if step.sent_at is None or now - step.sent_at <= STEP_TIMEOUT:
        return None
    minutes = STEP_TIMEOUT.total_seconds() // 60
    return fail(step, f"still {describe_stage(step.stage)} after {minutes:.0f} min")


def fail(step: Step, message: str) -> Step:
    """Return *step* as failed, with *message* as the reason."""
    return replace(step, state=StepState.FAILED, message=message)


def fail_as_shown(step: Step, failure: Failure) -> Step:
    """Return *step* as failed, because its Space shows *failure*."""
    return replace(fail(step, failure.reason), failed_stage=failure.stage)


def stop(operation: Operation, user: str, now: datetime, undone_by: int | None = None) -> Operation:
    """Return *operation* as stopped by *user*, who may put it back with another operation."""
    stopped = replace(operation, stopped_by=user, stopped_at=now, undone_by=undone_by)
    return skip_unsent(stopped)


def can_be_stopped(operation: Operation) -> bool:
    """Return whether any step of *operation* may still be sent, first or again."""
    return any(can_be_sent(step) for step in operation.steps)


def skip_unsent(operation: Operation) -> Operation:
    """Return *operation* without waiting steps if it was stopped; else unchanged."""
    if operation.stopped_at is None:
        return operation
    return replace(operation, steps=tuple(map(skip_waiting, operation.steps)))


def can_be_sent(step: Step) -> bool:
    """Return whether *step* may still be sent, first or again."""
    is_unanswered = step.state is StepState.SENT and not step.accepted
    return is_unanswered or step.state is StepState.WAITING


def skip_waiting(step: Step, reason: SkipReason = SkipReason.STOPPED) -> Step:
    """Return a waiting step as skipped for *reason*; another one as it is.

    It fails instead if its outcome is unknown, because the Hub may have executed it.
    """
    if step.state is not StepState.WAITING:
        return step
    if step.may_have_been_done:
        return fail(step, step.message or NO_RESPONSE)
    return skip(step, reason)


def fail_unreachable(operation: Operation, error: HubError, now: datetime) -> Operation:
    """Return *operation* while the Hub can't be read or called because of *error*.

    Unfinished steps fail an hour after the last send, or after a person continued it.
    """
    rollout = operation.rollout
    continued = [rollout.continued_at] if rollout and rollout.continued_at else []
    sent = [step.sent_at for step in operation.steps if step.sent_at]
    last = max([operation.requested_at, *continued, *sent])
    if now - last <= UNREACHABLE_TIMEOUT:
        return operation
    steps = tuple(s if s.is_finished else _fail_step(s, error) for s in operation.steps)
    return replace(operation, steps=steps)


def _fail_step(step: Step, error: HubError) -> Step:
    """Return *step* as failed because of *error*, with what is known of its own effect."""
    if step.is_outcome_unknown:
        return fail(replace(step, may_have_been_done=True), error.with_effect(OUTCOME_UNKNOWN))
    return fail(step, error.with_effect(_ACCEPTED if step.accepted else _NOT_SENT))
