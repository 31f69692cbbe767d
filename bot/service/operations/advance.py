"""Taking every unfinished operation as far as it will go now."""

import logging
from collections.abc import Hashable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from uuid import uuid4

from bot import operations as core
from bot.errors import HubError, Unanswered, with_request_id
from bot.model import Fleet, RateBudget, owner_of
from bot.operations import Operation, Step, StepState
from bot.service import rate_budget, sanitizing
from bot.service.dependencies import Dependencies, Job
from bot.service.operations import card, dispatch, serving
from bot.store import operations

logger = logging.getLogger(__name__)

# How often the fleet is listed while something is under way.
_LIST_INTERVAL = timedelta(seconds=2)
# … of one page; of more the list takes its time, but never so long that it misses a change.
_PAGE_SPACES, _MAX_LIST_INTERVAL = 500, timedelta(seconds=8)
# The Hub makes one Space of an account at a time, and refuses the others meanwhile.
_CREATION_KEY = "making"
_STARVED_REASON = (
    "For an hour, others used up the Hub's rate limit. Try again when less is going on."
)


def advance(deps: Dependencies) -> None:
    """Look at the fleet, move the operations along, and send what is to be sent."""
    with deps.leader_transaction() as tx:
        running = operations.running(tx)
    if not running:
        return
    if budget := rate_budget.exhausted_window(deps):
        _wait_for_budget(deps, running, budget)
        return
    snapshot = sanitizing.fetch_snapshot(deps, _max_snapshot_age(deps))
    for owner, error in snapshot.errors.items():
        logger.warning("operations on %s wait: %s", owner, error)
    for operation in running:
        if wait_reason := _blocking_reason(operation, snapshot.errors):
            _show_wait(deps, operation, wait_reason, wait_reason)
        else:
            _advance(deps, operation, snapshot.fleet)
    deps.trigger(Job.DELIVER)


def _max_snapshot_age(deps: Dependencies) -> timedelta:
    """Return how old a look may be: looks take the same part of the Hub's window from any fleet."""
    pages = -(-deps.fleet_cache.size // _PAGE_SPACES)
    return min(max(1, pages) * _LIST_INTERVAL, _MAX_LIST_INTERVAL)


def _wait_for_budget(deps: Dependencies, running: Sequence[Operation], budget: RateBudget) -> None:
    """Ask nothing until the window is over, and say so: who looks meanwhile needs the rest."""
    for operation in running:
        count = len(operation.in_state(StepState.WAITING))
        _show_wait(deps, operation, _rate_limit_message(count, budget), _STARVED_REASON)
    deps.trigger(Job.DELIVER)


def _rate_limit_message(waiting: int, budget: RateBudget) -> str:
    prefix = f"{waiting} wait for" if waiting else "I look again after"
    return f"{prefix} the Hub's rate limit, until {budget.resets_at:%H:%M:%S} UTC"


def _blocking_reason(operation: Operation, errors: Mapping[str, HubError]) -> str:
    """Return why *operation* cannot be seen now; nothing when it can.

    A no is as good a reason to wait as silence: a token or an owner may be mended.
    """
    owners = {owner_of(step.space) for step in operation.steps if not step.is_finished}
    return next((str(error) for owner, error in errors.items() if owner in owners), "")


def _show_wait(deps: Dependencies, operation: Operation, wait_reason: str, reason: str) -> None:
    """Say on its card what it waits for; after an hour of that, end it for *reason*."""
    after = core.fail_unreachable(operation, reason, deps.now())
    with deps.leader_transaction() as tx:
        card.update(deps, tx, operation, after, wait_reason)


def _advance(deps: Dependencies, operation: Operation, fleet: Fleet) -> None:
    fleet = serving.with_served_commits(deps, operation, fleet)
    after, due = core.advance(operation, fleet, deps.now())
    affordable, wait_reason = _within_budget(deps, due)
    with deps.leader_transaction() as tx:
        card.update(deps, tx, operation, after, wait_reason)
    for step in affordable:
        deps.step_calls.submit(_call_key(operation, step), partial(_send, deps, operation, step))


def _call_key(operation: Operation, step: Step) -> Hashable:
    """Return what runs once at a time: each Space, but of those to be made only one."""
    return _CREATION_KEY if operation.verb.spec.creates else (operation.id, step.space)


def _within_budget(deps: Dependencies, due: Sequence[Step]) -> tuple[Sequence[Step], str]:
    """Return the steps that the Hub's window still has room for, and what the others wait for."""
    budget, now = deps.hub.budget(), deps.now()
    if (
        budget is None
        or now >= budget.resets_at
        or len(due) <= budget.remaining - rate_budget.RESERVE
    ):
        return due, ""
    limit = max(0, budget.remaining - rate_budget.RESERVE)
    return due[:limit], _rate_limit_message(len(due) - limit, budget)


def _send(deps: Dependencies, operation: Operation, step: Step) -> None:
    """Write the step down as sent, make the call, write down the answer. In that order."""
    if rate_budget.exhausted_window(deps):
        return  # it was affordable when it was queued; it waits for the next round
    claimed = core.mark_sent(step, deps.now())
    if not deps.leader_batch(lambda tx: operations.claim(tx, operation.id, claimed)):
        return
    deps.assert_leader()
    after = _call_hub(deps, operation, claimed)
    # True whoever leads by now, so it is not fenced.
    deps.store.batch(lambda tx: operations.save_steps(tx, operation.id, [claimed], [after]))
    if operation.verb.spec.creates:
        deps.trigger(Job.ADVANCE)  # the next one need not wait for the tick


def _call_hub(deps: Dependencies, operation: Operation, claimed: Step) -> Step:
    """Make the call; return the step as the Hub's answer leaves it, or our own mistake."""
    try:
        return dispatch.call(deps, operation, claimed)
    except HubError as error:
        logger.info("%s %s: %s", operation.verb, claimed.space, with_request_id(error))
        return core.mark_rejected(claimed, error, deps.now(), operation.verb.spec.max_wait)
    except Exception:
        # It may have left before it failed: what the fleet shows next decides.
        reference = uuid4().hex[:8]
        logger.exception("%s %s, reference %s", operation.verb, claimed.space, reference)
        outcome_unknown = Unanswered(
            f"Something went wrong on my side, reference {reference}. It may have been done all "
            "the same: look before you try again."
        )
        return core.mark_rejected(claimed, outcome_unknown, deps.now())
