"""The calls of steps: claimed, sent, and their answers stored."""

import logging
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from threading import Semaphore

from bot import operations as core
from bot.causes import CauseId
from bot.error_boundary import report_unexpected
from bot.errors import (
    OUTCOME_UNKNOWN,
    HubError,
    OutcomeUnknown,
    UnexpectedError,
    with_request_id,
)
from bot.hub_facts import RESERVE, RateBudget
from bot.model import owner_of
from bot.operations import Operation, OperationState, Step, Verb
from bot.parsing import NameIndex
from bot.render.causes import pausable_note
from bot.service.dependencies import Dependencies, Hub, Job
from bot.service.operations import card, dispatch, loans, rollouts
from bot.service.probing import visit
from bot.settings import Settings
from bot.store import Store, Tx, operations, spaces

logger = logging.getLogger(__name__)

# The Hub creates one Space per account at a time and rejects concurrent creations.
_CREATION_KEY = "making"


def submit(deps: Dependencies, operation: Operation, due: Iterable[Step]) -> None:
    """Submit the calls of *due* steps, if this process may make them."""
    needs_value = operation.verb.spec.needs_value
    if needs_value and deps.secret_values.get(operation.id) is None:
        return
    for step in due:
        deps.step_calls.submit(_call_key(operation, step), partial(_send, deps, operation, step))


def rate_limit_message(waiting: int, budget: RateBudget) -> str:
    """Return that *waiting* steps wait for the end of a rate-limit window."""
    what = f"{waiting} waiting" if waiting else "Waiting to check again"
    return f"{what}: Hugging Face is rate-limiting us until {budget.resets_at:%H:%M:%S} UTC."


def _call_key(operation: Operation, step: Step) -> Hashable:
    """Return the key under which only one call may run at a time.

    It is the Space, but all creations share one key.
    """
    return _CREATION_KEY if operation.verb.spec.creates else (operation.id, step.space)


def within_budget(hub: Hub, due: Sequence[Step], now: datetime) -> tuple[Sequence[Step], str]:
    """Return the steps that fit the rate limit, and the wait reason of the others."""
    budget = hub.budget()
    if budget is None or now >= budget.resets_at or len(due) <= budget.remaining - RESERVE:
        return due, ""
    limit = max(0, budget.remaining - RESERVE)
    return due[:limit], rate_limit_message(len(due) - limit, budget)


def _send(deps: Dependencies, operation: Operation, step: Step) -> None:
    """Store the step as sent, make the call, then store the answer.

    A crash in between leaves a sent step, which the next leader follows.
    """
    if core.exhausted_window(deps.hub.budget(), deps.now()):
        return  # it fitted when it was queued; it waits for the next run
    claimed = core.mark_sent(_remember(deps.hub, deps.step_call_slots, operation, step), deps.now())
    # Just the process with the value sends a secret, so that the lease has nothing to protect.
    is_leaders = not operation.verb.spec.needs_value
    batch = deps.leadership.batch if is_leaders else deps.store.batch
    if not batch(lambda tx: rollouts.claim(tx, operation, claimed)):
        return
    with deps.step_call_slots:
        if is_leaders:
            deps.leadership.assert_leading()
        after = _call_hub(deps, operation, claimed)
    # Not fenced, because the Hub's answer is true for any leader.
    deps.store.batch(lambda tx: _save_answer(tx, operation, claimed, after))
    if core.stops_batch(after) and is_leaders:
        _skip_refused(deps, operation.id)
    if operation.verb.spec.creates:
        deps.trigger(Job.ADVANCE)  # the next creation need not wait for the interval


def _save_answer(tx: Tx, operation: Operation, claimed: Step, after: Step) -> None:
    """Store the answer to a call, unless the call was repeated meanwhile."""
    if operations.save_steps(tx, operation.id, [claimed], [after]):
        loans.settle(tx, operation, after)


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
    what, is_secret = f"{operation.verb} {claimed.space}", operation.verb.spec.needs_value
    try:
        with report_unexpected(logger, what, expected=(HubError,), with_traceback=not is_secret):
            if operation.verb is Verb.VISIT:
                visit(deps.hub, deps.prober, claimed.space)
                return core.mark_accepted(claimed, claimed.stage_before)
            return dispatch.call(deps.hub, deps.settings, deps.secret_values, operation, claimed)
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
