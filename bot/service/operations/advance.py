"""Advances every unfinished operation as far as possible now."""

import logging
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from threading import Semaphore

from bot import operations as core
from bot.causes import CauseId
from bot.error_boundary import report_unexpected
from bot.errors import (
    OUTCOME_UNKNOWN,
    HubError,
    HubUnavailable,
    OutcomeUnknown,
    UnexpectedError,
    with_request_id,
)
from bot.hub_facts import PAGE_SPACES, RESERVE, RateBudget
from bot.model import Fleet, Space, owner_of
from bot.operations import Operation, OperationState, Step, StepState, Verb
from bot.operations.deadline import is_too_early
from bot.parsing import NameIndex
from bot.render.causes import pausable_note
from bot.service import sanitizing
from bot.service.dependencies import Dependencies, Hub, Job
from bot.service.fleet_cache import FleetCache
from bot.service.leadership import Leadership
from bot.service.operations import card, dispatch, rollouts
from bot.service.probing import load_proof, visit
from bot.settings import Settings
from bot.store import Store, operations, spaces

logger = logging.getLogger(__name__)

# The shortest time between two listings of one page while an operation is running.
_LIST_INTERVAL = timedelta(seconds=2)
# More pages are listed less often, but changes must not be missed.
_MAX_LIST_INTERVAL = timedelta(seconds=8)
# The Hub creates one Space per account at a time and rejects concurrent creations.
_CREATION_KEY = "making"
_STARVED = HubUnavailable(
    "Other work used up Hugging Face's rate limit for an hour.",
    next_step="Try again later.",
)


def advance(deps: Dependencies) -> None:
    """Observe the fleet, advance the running operations and send their due steps."""
    with deps.leadership.transaction() as tx:
        unfinished = operations.running(tx)
    held = [operation for operation in unfinished if core.is_idle(operation)]
    running = [o for o in unfinished if o not in held and not is_too_early(o, deps.now())]
    if held:
        rollouts.end_overdue(deps, held)
    if not running:
        return
    if budget := core.exhausted_window(deps.hub.budget(), deps.now()):
        _wait_for_budget(deps, running, budget)
        return
    snapshot = sanitizing.fetch_snapshot(
        deps.settings, deps.fleet_cache, _max_snapshot_age(deps.fleet_cache)
    )
    for owner, problem in snapshot.errors.items():
        logger.warning("operations on %s wait: %s", owner, problem)
    for operation in running:
        if error := _blocking_error(operation, snapshot.errors):
            reason = error.with_effect("")
            _show_wait(deps.leadership, deps.settings, operation, reason, error, now=deps.now())
        else:
            _advance(deps, operation, snapshot.fleet)
    deps.trigger(Job.DELIVER)


def _max_snapshot_age(fleet_cache: FleetCache) -> timedelta:
    """Return how old a listing may be.

    It grows with the number of pages, so that listings use the same share of the rate limit for
    every fleet.
    """
    pages = -(-fleet_cache.size // PAGE_SPACES)
    return min(max(1, pages) * _LIST_INTERVAL, _MAX_LIST_INTERVAL)


def _wait_for_budget(deps: Dependencies, running: Sequence[Operation], budget: RateBudget) -> None:
    """Pause until the rate limit resets, with the reserve left; show it on cards."""
    for operation in running:
        count = len(operation.in_state(StepState.WAITING))
        _show_wait(
            deps.leadership,
            deps.settings,
            operation,
            _rate_limit_message(count, budget),
            _STARVED,
            now=deps.now(),
        )
    deps.trigger(Job.DELIVER)


def _rate_limit_message(waiting: int, budget: RateBudget) -> str:
    what = f"{waiting} waiting" if waiting else "Waiting to check again"
    return f"{what}: Hugging Face is rate-limiting us until {budget.resets_at:%H:%M:%S} UTC."


def _blocking_error(operation: Operation, errors: Mapping[str, HubError]) -> HubError | None:
    """Return why *operation* cannot be observed now; None if it can.

    A rejection by the Hub counts too, because a token or an owner may be fixed meanwhile.
    """
    owners = {owner_of(step.space) for step in operation.steps if not step.is_finished}
    return next((error for owner, error in errors.items() if owner in owners), None)


def _show_wait(
    leadership: Leadership,
    settings: Settings,
    operation: Operation,
    wait_reason: str,
    error: HubError,
    *,
    now: datetime,
) -> None:
    """Show *wait_reason* on the card; after an hour, fail the operation with *error*."""
    after = core.fail_unreachable(operation, error, now)
    with leadership.transaction() as tx:
        card.update(tx, settings, operation, after, now, wait_reason=wait_reason)


def _advance(deps: Dependencies, operation: Operation, fleet: Fleet) -> None:
    fleet = with_served_commits(deps.hub, operation, fleet)
    now = deps.now()
    health = load_proof(deps, fleet, core.awaiting_proof(operation, fleet, now))
    after, due = core.advance(operation, fleet, health, now)
    affordable, wait_reason = _within_budget(deps.hub, due, now)
    with deps.leadership.transaction() as tx:
        card.update(tx, deps.settings, operation, after, now, wait_reason=wait_reason)
    for step in affordable:
        deps.step_calls.submit(_call_key(operation, step), partial(_send, deps, after, step))


def _call_key(operation: Operation, step: Step) -> Hashable:
    """Return the key under which only one call may run at a time.

    It is the Space, but all creations share one key.
    """
    return _CREATION_KEY if operation.verb.spec.creates else (operation.id, step.space)


def _within_budget(hub: Hub, due: Sequence[Step], now: datetime) -> tuple[Sequence[Step], str]:
    """Return the steps that fit the rate limit, and the wait reason of the others."""
    budget = hub.budget()
    if budget is None or now >= budget.resets_at or len(due) <= budget.remaining - RESERVE:
        return due, ""
    limit = max(0, budget.remaining - RESERVE)
    return due[:limit], _rate_limit_message(len(due) - limit, budget)


def _send(deps: Dependencies, operation: Operation, step: Step) -> None:
    """Store the step as sent, make the call, then store the answer.

    A crash in between leaves a sent step, which the next leader follows.
    """
    if core.exhausted_window(deps.hub.budget(), deps.now()):
        return  # it fitted when it was queued; it waits for the next run
    claimed = core.mark_sent(_remember(deps.hub, deps.step_call_slots, operation, step), deps.now())
    if not deps.leadership.batch(lambda tx: rollouts.claim(tx, operation, claimed)):
        return
    with deps.step_call_slots:
        deps.leadership.assert_leading()
        after = _call_hub(deps, operation, claimed)
    # Not fenced, because the Hub's answer is true for any leader.
    deps.store.batch(lambda tx: operations.save_steps(tx, operation.id, [claimed], [after]))
    if core.stops_batch(after):
        _skip_refused(deps, operation.id)
    if operation.verb.spec.creates:
        deps.trigger(Job.ADVANCE)  # the next creation need not wait for the interval


def _skip_refused(deps: Dependencies, id: int) -> None:
    """Skip the queued steps that the Hub would reject too."""
    with deps.leadership.transaction() as tx:
        if running := operations.get(tx, id, state=OperationState.RUNNING):
            after = replace(running, steps=core.skip_refused(running.steps))
            card.update(tx, deps.settings, running, after, deps.now())


def _remember(hub: Hub, slots: Semaphore, operation: Operation, step: Step) -> Step:
    """Return *step* with what its Space has now; without, if the Hub doesn't answer."""
    if not dispatch.has_to_remember(operation, step):
        return step
    try:
        with slots:
            return dispatch.remember(hub, operation, step)
    except HubError as error:
        logger.info("what %s has is unknown: %s", step.space, with_request_id(error))
        return step


def _call_hub(deps: Dependencies, operation: Operation, claimed: Step) -> Step:
    """Return the step after the Hub's answer or an internal error."""
    try:
        with report_unexpected(logger, f"{operation.verb} {claimed.space}", expected=(HubError,)):
            if operation.verb is Verb.VISIT:
                visit(deps.hub, deps.prober, claimed.space)
                return core.mark_accepted(claimed, claimed.stage_before)
            return dispatch.call(deps.hub, deps.settings, operation, claimed)
    except HubError as error:
        logger.info("%s %s: %s", operation.verb, claimed.space, with_request_id(error))
        error = _name_pausable(deps.store, deps.settings, operation, claimed.space, error)
        return core.mark_rejected(claimed, error, deps.now(), operation.verb.spec.max_wait)
    except UnexpectedError as error:
        # The call may have been sent before it failed: the next observation decides.
        outcome_unknown = OutcomeUnknown(
            f"Something went wrong on my side, reference {error.reference}.",
            effect=OUTCOME_UNKNOWN,
        )
        return core.mark_rejected(claimed, outcome_unknown, deps.now())


def _name_pausable(
    store: Store, settings: Settings, operation: Operation, space: str, error: HubError
) -> HubError:
    """Return *error* with the Spaces whose pause would free a used-up quota."""
    if error.cause is not CauseId.QUOTA:
        return error
    with store.transaction() as tx:
        fleet = spaces.fleet(tx)
    others = [id for id in core.pausable(fleet, owner_of(space)) if id not in operation.spaces]
    names = NameIndex.of(fleet, settings.prefix)
    note = pausable_note([names.short_name(id) for id in others])
    return error.replace(next_step=f"{error.next_step} {note}".rstrip())


def with_served_commits(hub: Hub, operation: Operation, fleet: Fleet) -> Fleet:
    """Return *fleet* with the served commits of Spaces that an upload waits for."""
    if not operation.args.get("sha"):
        return fleet
    sent = (fleet.get(step.space) for step in operation.in_state(StepState.SENT))
    updated = [space for space in sent if space and _is_unknown(space)]
    return {**fleet, **{space.id: _fetch_commit(hub, space) for space in updated}}


def _is_unknown(space: Space) -> bool:
    return space.stage == "RUNNING" and space.sha is None and not space.is_static


def _fetch_commit(hub: Hub, space: Space) -> Space:
    try:
        runtime = hub.runtime(space.id)
    except HubError as error:
        logger.info("the commit that %s serves is unknown: %s", space.id, error)
        return space
    return replace(space, stage=runtime.stage, sha=runtime.sha)
