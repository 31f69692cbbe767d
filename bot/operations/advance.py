"""Advance an operation by one observation of the fleet; verbs differ only by their `VerbSpec`."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.health.plan import may_probe
from bot.health.record import HealthRecord
from bot.model import Fleet, Space
from bot.operations.commits import follow_commit, follows_commit
from bot.operations.creations import fail_rate_limited_together, is_creation_blocked
from bot.operations.deadline import await_other_start, is_awaited
from bot.operations.outcomes import (
    EARLIER_CALL_UNKNOWN,
    MAX_ATTEMPTS,
    NO_RESPONSE,
    clear_unknown_outcome,
    fail,
    fail_as_shown,
    fail_if_overdue,
    mark_done,
    retry,
    retry_unanswered,
    skip,
    skip_refused,
    skip_unsent,
)
from bot.operations.proof import needs_proof, prove, unproven
from bot.operations.reasons import Args, describe_unchanged
from bot.operations.step import Operation, Step, StepState
from bot.operations.verb_spec import VerbSpec
from bot.operations.waves import find_stage_before, hold, sendable
from bot.stages import Condition

# The Hub's list may show the old stage for this long after the Hub accepted a change.
PROPAGATION_DELAY = timedelta(seconds=15)
# An accepted change that isn't visible after this time will not happen any more.
NO_CHANGE_TIMEOUT = timedelta(minutes=1)
# A new Space may show a problem for this long without being failed.
NEW_SPACE_GRACE = timedelta(minutes=2)
# A restart during a build or a start doesn't change the stage.
_TRANSITIONAL_STAGES = frozenset(
    {"BUILDING", "APP_STARTING", "RUNNING_BUILDING", "RUNNING_APP_STARTING"}
)


def advance(
    operation: Operation, fleet: Fleet, health: Mapping[str, HealthRecord], now: datetime
) -> tuple[Operation, tuple[Step, ...]]:
    """Return the updated operation and the steps to send now.

    *health* has the records of Spaces whose app was probed.

    A returned step is still *waiting* in the operation. It becomes *sent* when the sender claims
    it in the store.
    """
    spec = operation.verb.spec
    steps = tuple(
        _advance_proven(spec, operation.args_of(s), s, fleet.get(s.space), health.get(s.space), now)
        for s in operation.steps
    )
    steps = skip_refused(steps)
    if spec.creates:
        steps = fail_rate_limited_together(steps, now)
    after = hold(skip_unsent(replace(operation, steps=steps)), now)
    waiting = after.in_state(StepState.WAITING)
    due = () if is_creation_blocked(spec, waiting, now) else (s for s in waiting if _is_due(s, now))
    awaited = (s for s in due if not is_awaited(s, fleet.get(s.space)))
    return after, sendable(after, [_observe(spec, s, fleet.get(s.space)) for s in awaited])


def _is_due(step: Step, now: datetime) -> bool:
    is_early = step.is_early(now) or (step.retry_at is not None and step.retry_at > now)
    return not (is_early or step.missing_since)


def _observe(spec: VerbSpec, step: Step, space: Space | None) -> Step:
    """Return *step* with what its Space is like before its first call."""
    if space is None:
        return replace(step, stage_before="")
    stage_before, before = find_stage_before(step, space), step.before or spec.remember(space)
    return replace(step, stage_before=stage_before, before=before)


def _advance_proven(  # noqa: PLR0917 - the facts about one step
    spec: VerbSpec,
    args: Args,
    step: Step,
    space: Space | None,
    record: HealthRecord | None,
    now: datetime,
) -> Step:
    """Return the advanced step, which ends well only once the app of its Space answers."""
    after = _advance_step(spec, args, step, space, now)
    if not step.is_finished and needs_proof(spec, after, space):
        return prove(step, after, record, now)
    is_down_again = after.running_since and not after.is_finished
    return replace(after, running_since=None) if is_down_again else after


def awaiting_proof(operation: Operation, fleet: Fleet, now: datetime) -> tuple[str, ...]:
    """Return the Spaces whose app must answer now for a step to be done."""
    if not operation.verb.spec.starts_app:
        return ()
    begun = [step for step in operation.steps if _has_begun(step, now)]
    running = tuple(s for s in begun if s.space in fleet and may_probe(fleet[s.space]))
    return unproven(advance(replace(operation, steps=running), fleet, {}, now)[0])


def _has_begun(step: Step, now: datetime) -> bool:
    """Return whether *step* was sent, or its own time has come."""
    is_awaited = step.not_before is not None and step.state is StepState.WAITING
    return step.state is StepState.SENT or (is_awaited and not step.is_early(now))


def _advance_step(
    spec: VerbSpec, args: Args, step: Step, space: Space | None, now: datetime
) -> Step:
    if step.is_finished or step.is_early(now):
        return step
    if (
        step.state is StepState.SENT
        and step.accepted
        and spec.completes_on_accept(step.stage_before)
        and not step.wakes_copy
    ):
        return mark_done(step)
    if space is None:
        return _advance_unlisted(spec, step, now)
    if step.sent_at is None or _is_unsent(spec, step, space):
        step = replace(step, missing_since=None, stage=space.stage, state=StepState.WAITING)
        awaited = await_other_start(spec, step, space, now) if step.not_before else None
        return awaited or _skip_if_needless(spec, args, step, space)
    step = replace(step, missing_since=None, state=StepState.SENT)
    if follows_commit(args, space):
        return follow_commit(spec, args, step, space, now)
    return _follow_stage(spec, step, space, now)


def _skip_if_needless(spec: VerbSpec, args: Args, step: Step, space: Space) -> Step:
    """Return an unsent step, skipped if nothing has to be done on its Space.

    After a call with an unknown outcome that is no skip, because the call may be the reason.
    """
    reason = spec.skip_reason(space, args)
    if reason is None:
        return step
    if not step.may_have_been_done:
        return skip(step, reason)
    if spec.shows_result(space, args):
        return mark_done(step)
    return fail(replace(step, skip_reason=reason), EARLIER_CALL_UNKNOWN)


def _is_unsent(spec: VerbSpec, step: Step, space: Space) -> bool:
    """Return whether the step must still be sent.

    A changed stage proves that the Hub executed an unanswered step.
    """
    if step.state is not StepState.WAITING:
        return False
    if step.wakes_copy:
        return True
    return not step.attempts or space.stage == step.stage_before or _requires_acceptance(spec, step)


def _requires_acceptance(spec: VerbSpec, step: Step) -> bool:
    """Return whether a stage change does not prove that the Hub executed the step.

    A newly created Space always proves it.
    """
    return spec.requires_acceptance and bool(step.stage_before)


def _advance_unlisted(spec: VerbSpec, step: Step, now: datetime) -> Step:
    """Return the step of an unlisted Space: deleted, or not created yet."""
    if not spec.creates or step.stage_before or step.stage_changed:
        return _track_missing(step, now)
    if step.state is StepState.WAITING or step.sent_at is None:
        return step
    if not step.accepted:
        return _retry_or_fail(spec, step, now - step.sent_at)
    if now - step.sent_at > NO_CHANGE_TIMEOUT:
        return fail(step, "Hugging Face accepted it, but doesn't list the Space")
    return step


def _track_missing(step: Step, now: datetime) -> Step:
    """Return the step of a Space no longer listed, failed after a delay.

    A single incomplete list is no evidence of a deletion.
    """
    since = step.missing_since or now
    if now - since > PROPAGATION_DELAY:
        return fail(step, "Hugging Face no longer lists it")
    return replace(step, missing_since=since)


def _follow_stage(spec: VerbSpec, step: Step, space: Space, now: datetime) -> Step:
    elapsed = now - (step.sent_at or now)
    if not step.accepted and _requires_acceptance(spec, step):
        return _retry_or_fail(spec, step, elapsed)
    if (
        not step.stage_changed
        and space.stage == step.stage_before
        and not _is_already_building(spec, step)
    ):
        return _check_unchanged(spec, step, space, elapsed)
    return _follow_change(
        spec,
        clear_unknown_outcome(replace(step, stage=space.stage, stage_changed=True)),
        space,
        now,
    )


def _follow_change(spec: VerbSpec, step: Step, space: Space, now: datetime) -> Step:
    """Return the step of a Space whose stage has changed: done, failed, overdue or unchanged."""
    if spec.is_done(space.stage):
        return mark_done(step)
    if space.stage in spec.transient_stages and now - (step.sent_at or now) < NEW_SPACE_GRACE:
        return step
    if spec.wakes_copies and space.condition is Condition.PAUSED and not step.wakes_copy:
        return replace(retry(step), wakes_copy=True)
    if failure := spec.failure(space):
        return fail_as_shown(step, failure)
    return fail_if_overdue(step, now) or step


def _is_already_building(spec: VerbSpec, step: Step) -> bool:
    return step.accepted and step.stage_before in _TRANSITIONAL_STAGES and spec.is_done("RUNNING")


def _check_unchanged(spec: VerbSpec, step: Step, space: Space, elapsed: timedelta) -> Step:
    """Return the step of a Space whose stage hasn't changed: unchanged, retried or failed."""
    if elapsed < (_no_change_timeout(spec, step, space) if step.accepted else PROPAGATION_DELAY):
        return step
    if step.accepted and spec.is_done(step.stage_before):
        return mark_done(replace(step, stage=step.stage_before))
    if step.accepted:
        return fail(replace(step, stage=step.stage_before), describe_unchanged(space))
    return _retry_or_fail(spec, step, elapsed)


def _retry_or_fail(spec: VerbSpec, step: Step, elapsed: timedelta) -> Step:
    """Return the step, retried or failed, when nothing shows that the Hub executed it."""
    if elapsed < PROPAGATION_DELAY:
        return step
    if spec.is_idempotent and step.attempts < MAX_ATTEMPTS:
        return retry_unanswered(step)
    return fail(replace(step, may_have_been_done=True), step.message or NO_RESPONSE)


def _no_change_timeout(spec: VerbSpec, step: Step, space: Space) -> timedelta:
    """Return how long the stage may stay unchanged after the Hub accepted the step.

    It is short where the response showed another stage and the list shows the final one, because
    the change completed between two observations. A static Space has no app that restarts.
    """
    was_seen_changing = step.stage != step.stage_before
    can_be_quick = spec.can_finish_unobserved or space.is_static or was_seen_changing
    is_quick = can_be_quick and spec.is_done(step.stage_before)
    return PROPAGATION_DELAY if is_quick else NO_CHANGE_TIMEOUT
