"""How an operation moves along: the same for every verb, with the verb's rule where they differ."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.model import Fleet, Space
from bot.operations.commits import follow_commit, follows_commit
from bot.operations.outcomes import NO_ANSWER, TRIES, again, done, failed, heard, late, skipped
from bot.operations.steps import Operation, Progress, Step
from bot.operations.stop import unsent_left
from bot.operations.verbs import Args, Rule

# The Hub shows the old stage for a moment after it has agreed to a change.
SETTLE = timedelta(seconds=15)
# Agreed to, and still not moved: it will not move any more.
UNMOVED = timedelta(minutes=1)
# What a new Space shows in its first moments need not last.
NEWBORN = timedelta(minutes=2)
# Neither seen nor sent for so long: no owner or rate limit is waited for any longer.
UNSEEN = timedelta(hours=1)
# A build or a start that was under way goes on in the same stage when it begins anew.
_IN_TRANSIT = frozenset({"BUILDING", "APP_STARTING", "RUNNING_BUILDING", "RUNNING_APP_STARTING"})


def advance(
    operation: Operation, fleet: Fleet, now: datetime
) -> tuple[Operation, tuple[Step, ...]]:
    """Return the operation as it now stands, and the steps that are to be sent.

    A step to be sent is still *waiting* in the operation: it becomes *sent* by being claimed,
    in the store, by whoever sends it.
    """
    rule, args = operation.verb.rule, operation.args
    steps = tuple(
        _advance(rule, args, step, fleet.get(step.space), now) for step in operation.steps
    )
    if rule.makes:
        steps = _turned_away_together(steps, now)
    after = unsent_left(replace(operation, steps=steps))
    waiting = after.having(Progress.WAITING)
    due = () if _is_held(rule, waiting, now) else (s for s in waiting if _is_due(s, now))
    return after, tuple(replace(s, was=_stage(fleet.get(s.space))) for s in due)


def unseen(operation: Operation, reason: str, now: datetime) -> Operation:
    """Return *operation*, of which nothing can be seen or sent now for *reason*.

    What is not settled fails once nothing has been sent for an hour.
    """
    last = max([operation.asked_at, *(s.sent_at for s in operation.steps if s.sent_at)])
    if now - last <= UNSEEN:
        return operation
    steps = tuple(s if s.settled else failed(s, reason) for s in operation.steps)
    return replace(operation, steps=steps)


def _turned_away_together(steps: Sequence[Step], now: datetime) -> tuple[Step, ...]:
    """Fail what is still to be made once the Hub has turned one away for too long.

    The limit is the account's: each of the others would cost a call to hear the same.
    """
    told = next((s for s in steps if s.progress is Progress.FAILED and _is_limited(s, now)), None)
    if told is None:
        return tuple(steps)
    return tuple(
        failed(replace(s, not_before=told.not_before), told.note)
        if s.progress is Progress.WAITING
        else s
        for s in steps
    )


def _is_limited(step: Step, now: datetime) -> bool:
    return bool(step.limited_since and step.not_before and step.not_before > now)


def _is_held(rule: Rule, waiting: Sequence[Step], now: datetime) -> bool:
    """Whether nothing is made now: what the Hub says of one creation it says of the account."""
    return rule.makes and any(step.not_before and step.not_before > now for step in waiting)


def _is_due(step: Step, now: datetime) -> bool:
    return not step.missing_since and (not step.not_before or step.not_before <= now)


def _stage(space: Space | None) -> str:
    return space.stage if space else ""


def _advance(rule: Rule, args: Args, step: Step, space: Space | None, now: datetime) -> Step:
    if step.settled:
        return step
    if step.progress is Progress.SENT and step.accepted and rule.at_once(step.was):
        return done(step)
    if space is None:
        return _unlisted(rule, step, now)
    step = replace(step, missing_since=None)
    if step.sent_at is None or _fresh(rule, step, space):
        step = replace(step, stage=space.stage)
        why = rule.needless(space, args)
        return skipped(step, why) if why else step
    step = replace(step, progress=Progress.SENT)
    if follows_commit(args, space):
        return follow_commit(rule, args, step, space, now)
    return _follow(rule, step, space, now)


def _fresh(rule: Rule, step: Step, space: Space) -> bool:
    """Whether the step has yet to be sent: one whose Space has moved was heard after all."""
    if step.progress is not Progress.WAITING:
        return False
    return not step.tries or space.stage == step.was or _needs_yes(rule, step)


def _needs_yes(rule: Rule, step: Step) -> bool:
    """Whether a look cannot tell that the step was heard. What was not there and is, was heard."""
    return rule.only_yes and bool(step.was)


def _unlisted(rule: Rule, step: Step, now: datetime) -> Step:
    """Judge a step whose Space the Hub does not list: gone, or not yet there."""
    if not rule.makes or step.was or step.moved:
        return _missing(step, now)
    if step.progress is Progress.WAITING or step.sent_at is None:
        return step
    if not step.accepted:
        return _unanswered(rule, step, now - step.sent_at)
    if now - step.sent_at > UNMOVED:
        return failed(step, "the Hub agreed, but does not list it")
    return step


def _missing(step: Step, now: datetime) -> Step:
    """Judge a step whose Space was there: one list that leaves it out says little."""
    since = step.missing_since or now
    if now - since > SETTLE:
        return failed(step, "the Hub no longer lists it")
    return replace(step, missing_since=since)


def _follow(rule: Rule, step: Step, space: Space, now: datetime) -> Step:
    elapsed = now - (step.sent_at or now)
    if not step.accepted and _needs_yes(rule, step):
        return _unanswered(rule, step, elapsed)
    if not step.moved and space.stage == step.was and not _under_way(rule, step):
        return _unmoved(rule, step, elapsed)
    return _moved(rule, heard(replace(step, stage=space.stage, moved=True)), space, now)


def _moved(rule: Rule, step: Step, space: Space, now: datetime) -> Step:
    """Judge a step whose Space is on its way: arrived, in trouble, too late, or still coming."""
    if rule.arrived(space.stage):
        return done(step)
    if space.stage in rule.passing and now - (step.sent_at or now) < NEWBORN:
        return step
    if trouble := rule.trouble(space):
        return failed(step, trouble)
    return late(step, now) or step


def _under_way(rule: Rule, step: Step) -> bool:
    return step.accepted and step.was in _IN_TRANSIT and rule.arrived("RUNNING")


def _unmoved(rule: Rule, step: Step, elapsed: timedelta) -> Step:
    """Judge a step whose Space shows the stage it had: too early to say, lost, or ignored."""
    if elapsed < SETTLE or (step.accepted and elapsed < _believed(rule, step)):
        return step
    if step.accepted and rule.arrived(step.was):
        return done(replace(step, stage=step.was))
    if step.accepted:
        note = f"the Hub agreed, but it is still {step.was}"
        return failed(replace(step, stage=step.was), note)
    return _unanswered(rule, step, elapsed)


def _unanswered(rule: Rule, step: Step, elapsed: timedelta) -> Step:
    """Judge a step of which nothing says that it was heard."""
    if elapsed < SETTLE:
        return step
    if rule.repeatable and step.tries < TRIES:
        return again(step)
    return failed(step, step.note or NO_ANSWER)


def _believed(rule: Rule, step: Step) -> timedelta:
    """Say how long a Space that the Hub agreed to move may look unmoved.

    Where the answer showed it down and the list shows it up, it was quicker than our looks.
    """
    quick = rule.may_be_quick or step.stage != step.was
    return SETTLE if quick and rule.arrived(step.was) else UNMOVED
