"""What becomes of a step when its call leaves, and when the Hub answers it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import HubError, HubUnavailable, RateLimited, Unanswered
from bot.model import Condition, condition
from bot.operations.steps import Progress, Step

#: So often is a step sent at the most; what a used-up window turns away does not count.
TRIES = 4


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
    return replace(step, accepted=True, stage=stage, note=note)


def repaired(step: Step, added: Sequence[str]) -> Step:
    """Return *step* after its Space was found to be there, and was given what it lacked.

    Only what is on its way is followed then, be it by itself or because of what was *added*.
    """
    if added:
        return accepted(step, step.was, f"was there; added {', '.join(added)}")
    if step.was and condition(step.was) is not Condition.COMING_UP:
        return needless(step, "there already, and nothing is missing")
    return accepted(step, step.was)


def needless(step: Step, why: str) -> Step:
    """Return *step* after a closer look has shown that there was nothing to do."""
    return replace(step, progress=Progress.SKIPPED, note=why)


def refused(step: Step, error: HubError, now: datetime) -> Step:
    """Return *step* after the Hub has said no, or nothing."""
    match error:
        case RateLimited():
            return replace(again(step, error.until), tries=step.tries - 1, note=str(error))
        case Unanswered():
            # It may have been done: what the fleet shows next decides.
            return replace(step, note=str(error))
        case HubUnavailable() if step.tries < TRIES:
            return replace(again(step, now + timedelta(seconds=4**step.tries)), note=str(error))
    return failed(step, str(error))


def again(step: Step, not_before: datetime | None = None) -> Step:
    """Return *step* as it waits to be sent once more."""
    return replace(step, progress=Progress.WAITING, not_before=not_before)


def failed(step: Step, why: str) -> Step:
    return replace(step, progress=Progress.FAILED, note=why)
