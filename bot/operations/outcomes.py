"""What becomes of a step when its call leaves, and when the Hub answers it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import HubError, HubUnavailable, RateLimited, Unanswered
from bot.model import Condition, condition
from bot.operations.step import SkipReason, Step, StepState
from bot.operations.verbs import MAX_RATE_LIMIT_WAIT

#: The Hub itself gives an app 30 minutes to start; a build may come before that.
STEP_TIMEOUT = timedelta(minutes=45)
#: So often is a step sent at the most; what a used-up window turns away does not count.
MAX_ATTEMPTS = 4
#: Why a step failed of which nothing says that it was heard.
NO_RESPONSE = "the Hub gave no answer and nothing moved; look, then ask again"
# A Hub that says "at once" with every 429 is asked with growing pauses between these two.
_SHORTEST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=1), timedelta(seconds=30)


def mark_sent(step: Step, now: datetime) -> Step:
    """Return *step* as it is written down before its call leaves."""
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
    """Return *step* after the Hub has said yes and answered with *stage*.

    The answer runs ahead of the list, which may show the old stage for a while: only the
    list says that the Space has moved.
    """
    return replace(step, accepted=True, stage=stage, message=message, limited_since=None)


def mark_repaired(step: Step, added: Sequence[str]) -> Step:
    """Return *step* after its Space was found to be there, and was given what it lacked.

    Only what is on its way is followed then, be it by itself or because of what was *added*.
    """
    if added:
        return mark_accepted(step, step.stage_before, f"was there; added {', '.join(added)}")
    if step.stage_before and condition(step.stage_before) is not Condition.STARTING:
        return skip(step, "there already, and nothing is missing")
    return mark_accepted(step, step.stage_before)


def skip(step: Step, message: str, reason: SkipReason = SkipReason.NOT_NEEDED) -> Step:
    """Return *step* as it ends without being sent; *message* says so in words."""
    return replace(step, state=StepState.SKIPPED, message=message, skip_reason=reason)


def mark_rejected(
    step: Step, error: HubError, now: datetime, max_wait: timedelta = MAX_RATE_LIMIT_WAIT
) -> Step:
    """Return *step* after the Hub has said no, or nothing.

    *max_wait* bounds how long a rate limit may hold it up.
    """
    match error:
        case RateLimited():
            return _wait_for_rate_limit(step, error, now, max_wait)
        case Unanswered():
            # It may have been done: what the fleet shows next decides.
            return replace(step, message=str(error))
        case HubUnavailable() if step.attempts < MAX_ATTEMPTS:
            return replace(
                retry(step, now + timedelta(seconds=4**step.attempts)), message=str(error)
            )
    return fail(step, str(error))


def _wait_for_rate_limit(
    step: Step, error: RateLimited, now: datetime, max_wait: timedelta
) -> Step:
    """Return *step* as it waits for a rate limit; failed where that takes too long.

    It waits for as long as the Hub says, and with each refusal for longer. A step that fails
    keeps the time until when nothing would be taken.
    """
    since = step.limited_since or now
    pause = min(max(now - since, _SHORTEST_PAUSE), _LONGEST_PAUSE)
    until = max(error.until, now + pause)
    rejected = replace(
        retry(step, until), attempts=step.attempts - 1, message=str(error), limited_since=since
    )
    if until - since <= max_wait:
        return rejected
    minutes = round(max_wait.total_seconds() / 60)
    return fail(rejected, f"{error} That's longer than I wait ({minutes} minutes).")


def retry(step: Step, retry_at: datetime | None = None) -> Step:
    """Return *step* as it waits to be sent once more."""
    return replace(step, state=StepState.WAITING, retry_at=retry_at)


def mark_done(step: Step) -> Step:
    """Settle a step that has come to its end; a note of why it once waited is over with it."""
    return replace(clear_message(step), state=StepState.DONE)


def clear_message(step: Step) -> Step:
    """Drop a note of why it was in doubt; one that came with the Hub's yes stays."""
    return step if step.accepted else replace(step, message="")


def fail_if_overdue(step: Step, now: datetime) -> Step | None:
    """Return *step* as it fails once a build or a start has taken too long; None before."""
    if step.sent_at is None or now - step.sent_at <= STEP_TIMEOUT:
        return None
    minutes = STEP_TIMEOUT.total_seconds() // 60
    return fail(step, f"still {step.stage} after {minutes:.0f} min")


def fail(step: Step, message: str) -> Step:
    return replace(step, state=StepState.FAILED, message=message)
