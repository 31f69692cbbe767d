"""Advances every unfinished operation as far as possible now."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot import operations as core
from bot.errors import (
    HubError,
    HubUnavailable,
)
from bot.hub_facts import PAGE_SPACES, RateBudget
from bot.model import Fleet, Space, owner_of
from bot.operations import Operation, StepState
from bot.operations.deadline import is_too_early
from bot.service import sanitizing
from bot.service.dependencies import Dependencies, Hub, Job
from bot.service.fleet_cache import FleetCache
from bot.service.leadership import Leadership
from bot.service.operations import card, rollouts, step_calls
from bot.service.probing import load_proof
from bot.settings import Settings
from bot.store import operations

logger = logging.getLogger(__name__)

# The shortest time between two listings of one page while an operation is running.
_LIST_INTERVAL = timedelta(seconds=2)
# More pages are listed less often, but changes must not be missed.
_MAX_LIST_INTERVAL = timedelta(seconds=8)
_STARVED = HubUnavailable(
    "Other work used up Hugging Face's rate limit for an hour.",
    next_step="Try again later.",
)


def advance(deps: Dependencies) -> None:
    """Observe the fleet, advance the running operations and send their due steps."""
    with deps.leadership.transaction() as tx:
        unfinished = operations.running(tx)
    lost = rollouts.end_without_value(deps, unfinished)
    held = [o for o in unfinished if o.id not in lost and core.is_idle(o)]
    others = (o for o in unfinished if o.id not in lost and o not in held)
    running = [o for o in others if not is_too_early(o, deps.now())]
    if held:
        rollouts.end_overdue(deps, held)
        rollouts.keep_visible(deps, held)
    if not running:
        return
    if budget := core.exhausted_window(deps.hub.budget(), deps.now()):
        _wait_for_budget(deps, running, budget)
        return
    snapshot = sanitizing.fetch_snapshot(
        deps.sanitizer, deps.fleet_cache, max_snapshot_age(deps.fleet_cache)
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


def max_snapshot_age(fleet_cache: FleetCache) -> timedelta:
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
            step_calls.rate_limit_message(count, budget),
            _STARVED,
            now=deps.now(),
        )
    deps.trigger(Job.DELIVER)


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
    affordable, wait_reason = step_calls.within_budget(deps.hub, due, now)
    with deps.leadership.transaction() as tx:
        card.update(tx, deps.settings, operation, after, now, wait_reason=wait_reason)
    step_calls.submit(deps, after, affordable)


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
