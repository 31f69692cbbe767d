"""What becomes of a step when its call leaves, and when the Hub answers it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import HubError, HubUnavailable, RateLimited, Unanswered
from bot.model import Condition, condition
from bot.operations.steps import Progress, SkipReason, Step
from bot.operations.verbs import LONGEST_WAIT

#: The Hub itself gives an app 30 minutes to start; a build may come before that.
PATIENCE = timedelta(minutes=45)
#: So often is a step sent at the most; what a used-up window turns away does not count.
TRIES = 4
#: Why a step failed of which nothing says that it was heard.
NO_ANSWER = "the Hub gave no answer and nothing moved; look, then ask again"
# A Hub that says "at once" with every 429 is asked with growing pauses between these two.
_SHORTEST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=1), timedelta(seconds=30)


def claimed(step: Step, now: datetime) -> Step:
    """Return *step* as it is written down before its call leaves."""
    return replace(
        step,
        progress=Progress.SENT,
        sent_at=now,
        stage=step.was,
        accepted=False,
        moved=False,
        tries=step.tries + 1,
        note="",
    )


def accepted(step: Step, stage: str, note: str = "") -> Step:
    """Return *step* after the Hub has said yes and answered with *stage*.

    The answer runs ahead of the list, which may show the old stage for a while: only the
    list says that the Space has moved.
    """
    return replace(step, accepted=True, stage=stage, note=note, limited_since=None)


def repaired(step: Step, added: Sequence[str]) -> Step:
    """Return *step* after its Space was found to be there, and was given what it lacked.

    Only what is on its way is followed then, be it by itself or because of what was *added*.
    """
    if added:
        return accepted(step, step.was, f"was there; added {', '.join(added)}")
    if step.was and condition(step.was) is not Condition.COMING_UP:
        return skipped(step, "there already, and nothing is missing")
    return accepted(step, step.was)


def skipped(step: Step, why: str, reason: SkipReason = SkipReason.NOT_NEEDED) -> Step:
    """Return *step* as it ends without being sent; *why* says so in words."""
    return replace(step, progress=Progress.SKIPPED, note=why, skip_reason=reason)


def refused(
    step: Step, error: HubError, now: datetime, longest_wait: timedelta = LONGEST_WAIT
) -> Step:
    """Return *step* after the Hub has said no, or nothing.

    *longest_wait* bounds how long a rate limit may hold it up.
    """
    match error:
        case RateLimited():
            return _limited(step, error, now, longest_wait)
        case Unanswered():
            # It may have been done: what the fleet shows next decides.
            return replace(step, note=str(error))
        case HubUnavailable() if step.tries < TRIES:
            return replace(again(step, now + timedelta(seconds=4**step.tries)), note=str(error))
    return failed(step, str(error))


def _limited(step: Step, error: RateLimited, now: datetime, longest_wait: timedelta) -> Step:
    """Return *step* as it waits for a rate limit; failed where that takes too long.

    It waits for as long as the Hub says, and with each refusal for longer. A step that fails
    keeps the time until when nothing would be taken.
    """
    since = step.limited_since or now
    pause = min(max(now - since, _SHORTEST_PAUSE), _LONGEST_PAUSE)
    until = max(error.until, now + pause)
    turned_away = replace(
        again(step, until), tries=step.tries - 1, note=str(error), limited_since=since
    )
    if until - since <= longest_wait:
        return turned_away
    minutes = round(longest_wait.total_seconds() / 60)
    return failed(turned_away, f"{error} That's longer than I wait ({minutes} minutes).")


def again(step: Step, not_before: datetime | None = None) -> Step:
    """Return *step* as it waits to be sent once more."""
    return replace(step, progress=Progress.WAITING, not_before=not_before)


def done(step: Step) -> Step:
    """Settle a step that has come to its end; a note of why it once waited is over with it."""
    return replace(heard(step), progress=Progress.DONE)


def heard(step: Step) -> Step:
    """Drop a note of why it was in doubt; one that came with the Hub's yes stays."""
    return step if step.accepted else replace(step, note="")


def late(step: Step, now: datetime) -> Step | None:
    """Return *step* as it fails once a build or a start has taken too long; None before."""
    if step.sent_at is None or now - step.sent_at <= PATIENCE:
        return None
    minutes = PATIENCE.total_seconds() // 60
    return failed(step, f"still {step.stage} after {minutes:.0f} min")


def failed(step: Step, why: str) -> Step:
    return replace(step, progress=Progress.FAILED, note=why)
