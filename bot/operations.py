"""An operation is a list of steps, each on one Space, that takes a while.

Nothing here talks to the Hub. `advance` is given what the Hub shows now and returns the
operation as it stands, with the steps that are to be sent. The same facts again change
nothing, so the bot may be stopped and started at any point.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from bot.errors import HubError, HubUnavailable, RateLimited, Unanswered
from bot.model import Condition, Fleet, Space, condition

# The Hub shows the old stage for a moment after it has agreed to a change.
SETTLE = timedelta(seconds=15)
# Agreed to, and still not moved: it will not move any more.
UNMOVED = timedelta(minutes=2)
# The Hub itself gives an app 30 minutes to start; a build may come before that.
PATIENCE = timedelta(minutes=45)
TRIES = 4


class Verb(StrEnum):
    """What an operation does to each of its Spaces."""

    WAKE = "wake"
    RESTART = "restart"
    REBUILD = "rebuild"
    PAUSE = "pause"

    @property
    def doing(self) -> str:
        return {"wake": "Waking", "pause": "Pausing"}.get(self, f"{self.capitalize()}ing")

    @property
    def done(self) -> str:
        return {"pause": "paused"}.get(self, "up")

    @property
    def repeatable(self) -> bool:
        """Whether asking twice does no more than asking once, on a Space that has not moved."""
        return self in (Verb.WAKE, Verb.PAUSE)


class Progress(StrEnum):
    """How far a step is. The last three are final."""

    WAITING = "waiting"
    SENT = "sent"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Step:
    """What is being done to one Space."""

    space: str
    progress: Progress = Progress.WAITING
    note: str = ""  # why it failed, was skipped, or waits
    stage: str = ""  # as last seen
    was: str = ""  # the stage when it was sent
    sent_at: datetime | None = None
    accepted: bool = False  # the Hub has answered yes
    moved: bool = False  # the fleet has shown another stage since it was sent
    tries: int = 0
    not_before: datetime | None = None  # when it may be sent (again)

    @property
    def settled(self) -> bool:
        return self.progress in (Progress.DONE, Progress.SKIPPED, Progress.FAILED)


@dataclass(frozen=True, slots=True)
class Operation:
    """Long work as data: who asked for what, and how far it is."""

    verb: Verb
    steps: tuple[Step, ...]
    asked_by: str
    channel: str
    asked_at: datetime
    id: int = 0
    thread: str | None = None

    @property
    def finished(self) -> bool:
        return all(step.settled for step in self.steps)

    @property
    def spaces(self) -> tuple[str, ...]:
        return tuple(step.space for step in self.steps)

    def having(self, *progress: Progress) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.progress in progress)


def plan(verb: Verb, spaces: Iterable[str], fleet: Fleet, busy: Mapping[str, str]) -> list[Step]:
    """Return one step for each of *spaces*; what needs nothing is skipped from the start.

    *busy* says, by Space, what another operation is doing to it now.
    """
    return [_planned(verb, fleet[space], busy.get(space)) for space in spaces]


def busy(running: Iterable[Operation]) -> dict[str, str]:
    """Say, by Space, what is being done to it now."""
    return {
        step.space: f"busy: {operation.verb} is still running"
        for operation in running
        for step in operation.steps
        if not step.settled
    }


def advance(
    operation: Operation, fleet: Fleet, now: datetime
) -> tuple[Operation, tuple[Step, ...]]:
    """Return the operation as it now stands, and the steps that are to be sent.

    A step to be sent is still *waiting* in the operation: it becomes *sent* by being claimed,
    in the store, by whoever sends it.
    """
    steps = tuple(_advance(operation.verb, step, fleet, now) for step in operation.steps)
    after = replace(operation, steps=steps)
    due = (s for s in after.having(Progress.WAITING) if not s.not_before or s.not_before <= now)
    return after, tuple(replace(s, was=fleet[s.space].stage) for s in due)


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


def accepted(step: Step, stage: str) -> Step:
    """Return *step* after the Hub has said yes and answered with *stage*.

    The answer runs ahead of the list, which may show the old stage for a while: only the
    list says that the Space has moved.
    """
    return replace(step, accepted=True, stage=stage)


def refused(step: Step, error: HubError, now: datetime) -> Step:
    """Return *step* after the Hub has said no, or nothing."""
    match error:
        case RateLimited():
            return replace(_again(step, error.until), tries=step.tries - 1, note=str(error))
        case Unanswered():
            # It may have been done: what the fleet shows next decides.
            return step
        case HubUnavailable() if step.tries < TRIES:
            return replace(_again(step, now + timedelta(seconds=4**step.tries)), note=str(error))
    return replace(step, progress=Progress.FAILED, note=str(error))


def _planned(verb: Verb, space: Space, busy: str | None) -> Step:
    step = Step(space.id, stage=space.stage)
    if busy:
        return replace(step, progress=Progress.SKIPPED, note=busy)
    return _skipped(verb, step, space) or step


def _advance(verb: Verb, step: Step, fleet: Fleet, now: datetime) -> Step:
    if step.settled:
        return step
    space = fleet.get(step.space)
    if space is None:
        return replace(step, progress=Progress.FAILED, note="the Hub no longer lists it")
    if step.sent_at is None or _fresh(step, space):
        step = replace(step, stage=space.stage)
        return _skipped(verb, step, space) or step
    return _follow(verb, replace(step, progress=Progress.SENT), space, now - step.sent_at)


def _fresh(step: Step, space: Space) -> bool:
    """Whether the step has yet to be sent: one whose Space has moved was heard after all."""
    return step.progress is Progress.WAITING and (not step.tries or space.stage == step.was)


def _skipped(verb: Verb, step: Step, space: Space) -> Step | None:
    reason = _needless(verb, space)
    return replace(step, progress=Progress.SKIPPED, note=reason) if reason else None


def _needless(verb: Verb, space: Space) -> str:
    """Say why *verb* has nothing to do on *space*, or nothing."""
    if space.is_static:
        return "static: it is always up and cannot be switched"
    if space.condition is Condition.LEAVING:
        return "it is being deleted"
    match verb:
        case Verb.WAKE if space.condition is Condition.UP:
            return "already up"
        case Verb.WAKE if space.condition is Condition.COMING_UP:
            return "already coming up"
        case Verb.PAUSE if space.condition is Condition.PAUSED:
            return "already paused"
        case Verb.WAKE | Verb.PAUSE | Verb.RESTART | Verb.REBUILD:
            return ""
        case _:
            assert_never(verb)


def _follow(verb: Verb, step: Step, space: Space, elapsed: timedelta) -> Step:
    if not step.moved and space.stage == step.was:
        return _unmoved(verb, step, elapsed)
    step = replace(step, stage=space.stage, moved=True)
    if _arrived(verb, space.stage):
        return replace(step, progress=Progress.DONE, note="")
    if trouble := _trouble(verb, space):
        return replace(step, progress=Progress.FAILED, note=trouble)
    if elapsed > PATIENCE:
        note = f"still {space.stage} after {PATIENCE.total_seconds() // 60:.0f} min"
        return replace(step, progress=Progress.FAILED, note=note)
    return step


def _unmoved(verb: Verb, step: Step, elapsed: timedelta) -> Step:
    """Judge a step whose Space shows the stage it had: too early to say, lost, or ignored."""
    if elapsed < SETTLE or (step.accepted and elapsed < _believed(verb, step)):
        return step
    if step.accepted and _arrived(verb, step.was):
        return replace(step, progress=Progress.DONE, stage=step.was)
    if step.accepted:
        note = f"the Hub agreed, but it is still {step.was}"
        return replace(step, progress=Progress.FAILED, stage=step.was, note=note)
    if verb.repeatable and step.tries < TRIES:
        return _again(step, None)
    note = "the Hub gave no answer and nothing moved; look, then ask again"
    return replace(step, progress=Progress.FAILED, note=note)


def _believed(verb: Verb, step: Step) -> timedelta:
    """Say how long a Space that the Hub agreed to move may look unmoved.

    Where the answer showed it down and the list shows it up, it was quicker than our looks.
    """
    quick = step.stage != step.was and _arrived(verb, step.was)
    return SETTLE if quick else UNMOVED


def _again(step: Step, not_before: datetime | None) -> Step:
    return replace(step, progress=Progress.WAITING, not_before=not_before)


def _arrived(verb: Verb, stage: str) -> bool:
    match verb:
        case Verb.WAKE:
            return condition(stage) is Condition.UP
        case Verb.RESTART | Verb.REBUILD:
            return stage == "RUNNING"
        case Verb.PAUSE:
            return stage == "PAUSED"
        case _:
            assert_never(verb)


def _trouble(verb: Verb, space: Space) -> str:
    """Say what went wrong with a Space that has moved since we asked, or nothing."""
    if space.condition in (Condition.BROKEN, Condition.LEAVING):
        first = space.error.strip().splitlines()[:1]
        return ": ".join([space.stage, *first])
    if verb is not Verb.PAUSE and space.condition in (Condition.PAUSED, Condition.ASLEEP):
        return f"{space.stage} again, before it was up"
    return ""
