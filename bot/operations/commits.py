"""Follows a commit until the Hub serves it, because a stage doesn't identify a version."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.model import Space
from bot.operations.outcomes import fail, fail_as_shown, fail_if_overdue, mark_done
from bot.operations.reasons import Args
from bot.operations.step import Step
from bot.operations.verb_spec import VerbSpec
from bot.stages import describe_stage

#: How long to watch an unserved commit, and after what time the card explains the wait.
SERVE_TIMEOUT, _EXPLAIN_AFTER = timedelta(minutes=15), timedelta(minutes=1)

_BUILDING_STAGES = frozenset(
    {"BUILDING", "APP_STARTING", "RUNNING_BUILDING", "RUNNING_APP_STARTING"}
)
_NOT_STARTED = "Committed. Hugging Face hasn't started building it; "
_NOT_SERVED = "Committed. The build ran, but the old version is still serving."
_UNKNOWN_VERSION = (
    "Committed. I see no build, and Hugging Face doesn't say which version is serving."
)
_REPLACED = "a newer commit replaced it"


def follows_commit(args: Args, space: Space) -> bool:
    """Return whether the Hub reports which commit *space* serves.

    The runtime of a static Space doesn't.
    """
    return bool(args.get("sha")) and not space.is_static


def follow_commit(spec: VerbSpec, args: Args, step: Step, space: Space, now: datetime) -> Step:
    """Return *step*, which has been sent, updated from the current state of its Space.

    It is done once the Space serves this commit or a newer one.
    """
    if space.stage in _BUILDING_STAGES:
        step = replace(step, stage=space.stage, stage_changed=True, unserved_since=None, message="")
        return fail_if_overdue(step, now) or step
    if (
        spec.is_done(space.stage)
        and (note := _serving_message(args["sha"], step, space)) is not None
    ):
        return replace(mark_done(replace(step, stage=space.stage)), message=note)
    if (step.stage_changed or space.stage != step.stage_before) and (
        failure := spec.failure(space)
    ):
        return fail_as_shown(replace(step, stage=space.stage), failure)
    return _await_commit(step, space, now)


def _serving_message(sha: str, step: Step, space: Space) -> str | None:
    """Return the note for a commit that the Space serves; None while it doesn't.

    If the Hub reports no commit, a finished build must have been of this one.
    """
    if space.sha is None:
        return "" if step.stage_changed else None
    if space.sha == sha:
        return ""
    return _REPLACED if space.sha == space.head else None


def _await_commit(step: Step, space: Space, now: datetime) -> Step:
    since = step.unserved_since or now
    step = replace(step, stage=space.stage, unserved_since=since)
    if now - since > SERVE_TIMEOUT:
        minutes = round(SERVE_TIMEOUT.total_seconds() / 60)
        give_up_message = (
            f"I stopped watching after {minutes} minutes: rebuild it, or check its build log."
        )
        return fail(step, f"{_reason(step, space)} {give_up_message}")
    return replace(step, message=_reason(step, space)) if now - since > _EXPLAIN_AFTER else step


def _reason(step: Step, space: Space) -> str:
    if space.stage != "RUNNING":
        return f"{_NOT_STARTED}the Space still shows “{describe_stage(space.stage)}”."
    if space.sha is None:
        return _UNKNOWN_VERSION
    return _NOT_SERVED if step.stage_changed else f"{_NOT_STARTED}the old version is still serving."
