"""Creations of Spaces, which share one rate limit because it applies to the account."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.operations.outcomes import EARLIER_CALL_UNKNOWN, fail
from bot.operations.step import Step, StepState
from bot.operations.verb_spec import VerbSpec

# A creation that fails because of the rate limit that rejected another one.
_LIMITED_TOGETHER = "Hugging Face's rate limit lasts longer than I wait."


def fail_rate_limited_together(steps: Sequence[Step], now: datetime) -> tuple[Step, ...]:
    """Fail the waiting steps once the rate limit has held one up too long.

    The limit applies to the account, so each of the others would cost a call for the same answer.
    """
    rejected = next(
        (s for s in steps if s.state is StepState.FAILED and _is_rate_limited(s, now)), None
    )
    if rejected is None:
        return tuple(steps)
    return tuple(_fail_like(s, rejected) if s.state is StepState.WAITING else s for s in steps)


def _fail_like(step: Step, rejected: Step) -> Step:
    """Return *step* as failed by the rate limit of *rejected*.

    The message of *rejected* holds for *step* if both or neither may have been done.
    """
    failed = replace(step, retry_at=rejected.retry_at)
    if step.may_have_been_done == rejected.may_have_been_done:
        return fail(failed, rejected.message)
    effect = EARLIER_CALL_UNKNOWN if step.may_have_been_done else "Nothing was sent."
    return fail(failed, f"{_LIMITED_TOGETHER} {effect}")


def _is_rate_limited(step: Step, now: datetime) -> bool:
    return bool(step.limited_since and step.retry_at and step.retry_at > now)


def is_creation_blocked(spec: VerbSpec, waiting: Sequence[Step], now: datetime) -> bool:
    """Return whether a rate limit holds up all creations, because it applies to the account."""
    return spec.creates and any(step.retry_at and step.retry_at > now for step in waiting)
