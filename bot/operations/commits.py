"""Following a commit until the Hub serves it: a stage alone doesn't say which version runs."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.model import Space
from bot.operations.outcomes import done, failed, late
from bot.operations.steps import Step
from bot.operations.verbs import Args, Rule

#: Committed, and nothing of it seen: so long a Space is watched, and so soon a person is told.
WATCHED, _TOLD_AFTER = timedelta(minutes=15), timedelta(minutes=1)

_BUILDING = frozenset({"BUILDING", "APP_STARTING", "RUNNING_BUILDING", "RUNNING_APP_STARTING"})
_NOT_STARTED = "Committed. The Hub hasn't started building it; "
_NOT_SERVED = "Committed. The Hub ran a build, but the old version is still serving."
_UNKNOWN = "Committed. The Hub shows no build, and doesn't say which version is serving."
_REPLACED = "a newer commit replaced it"


def follows_commit(args: Args, space: Space) -> bool:
    """Whether the Hub says which commit *space* serves. A static Space's runtime doesn't."""
    return bool(args.get("sha")) and not space.is_static


def follow_commit(rule: Rule, args: Args, step: Step, space: Space, now: datetime) -> Step:
    """Return *step*, which has been sent, as it stands now that its Space looks so.

    It's done once the commit that serves is its own, or one that came after it.
    """
    if space.stage in _BUILDING:
        step = replace(step, stage=space.stage, moved=True, unserved_since=None, note="")
        return late(step, now) or step
    if rule.arrived(space.stage) and (note := _served(args["sha"], step, space)) is not None:
        return replace(done(replace(step, stage=space.stage)), note=note)
    if (step.moved or space.stage != step.was) and (trouble := rule.trouble(space)):
        return failed(replace(step, stage=space.stage), trouble)
    return _watched(step, space, now)


def _served(sha: str, step: Step, space: Space) -> str | None:
    """Return what there is to say of a commit that serves; None while it doesn't.

    A Hub that names no commit has only shown a build, which must have been of this one.
    """
    if space.sha is None:
        return "" if step.moved else None
    if space.sha == sha:
        return ""
    return _REPLACED if space.sha == space.head else None


def _watched(step: Step, space: Space, now: datetime) -> Step:
    since = step.unserved_since or now
    step = replace(step, stage=space.stage, unserved_since=since)
    if now - since > WATCHED:
        minutes = round(WATCHED.total_seconds() / 60)
        end = f"I stopped watching after {minutes} minutes: rebuild it, or look at its build log."
        return failed(step, f"{_reason(step, space)} {end}")
    return replace(step, note=_reason(step, space)) if now - since > _TOLD_AFTER else step


def _reason(step: Step, space: Space) -> str:
    if space.stage != "RUNNING":
        return f"{_NOT_STARTED}it's still {space.stage}."
    if space.sha is None:
        return _UNKNOWN
    return _NOT_SERVED if step.moved else f"{_NOT_STARTED}the old version is still serving."
