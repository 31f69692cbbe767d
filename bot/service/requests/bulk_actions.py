"""Runs bulk actions that are done once the Hub accepts them, concurrently on many Spaces.

An action may contain a secret's value. It is sent to the Hub and never stored, logged or shown, so
an action can't be repeated after a crash.
"""

import logging
from collections.abc import Collection, Container, Mapping
from concurrent.futures import CancelledError, Executor, Future
from datetime import datetime
from functools import partial
from typing import assert_never

from bot.audit import AskState, Outcome, state_of_act
from bot.cards.keys import CardKey, CardKind
from bot.error_boundary import report_unexpected
from bot.errors import (
    BotError,
    HubError,
    NotFound,
    OutcomeUnknown,
    UnexpectedError,
    UsageError,
    for_listed_space,
    with_request_id,
)
from bot.model import Ask, KeyKind
from bot.operations import Operation, Step, Verb, competing, exhausted_window
from bot.parsing import NameIndex
from bot.queries import DeleteSecret, DeleteSpace, SetSecret, SpaceAction
from bot.render.audit import bulk_action_result
from bot.render.bulk_results import missing_key
from bot.results import BulkAction
from bot.service import request_state
from bot.service.dependencies import Clock, Dependencies, Hub, Job
from bot.service.operations import begin
from bot.service.operations.variables import check_free
from bot.service.secret_values import redact_value
from bot.settings import Settings
from bot.store import Tx, cards, operations, spaces

logger = logging.getLogger(__name__)

_STOPPED_MESSAGE = "I was restarted before this ran. Try again."


class _KeyMissing(NotFound):
    """The Space doesn't have the key to delete."""


def run_bulk_action(deps: Dependencies, ask: Ask, bulk: BulkAction) -> Outcome:
    """Run *bulk* on its Spaces and queue the reply; return the outcome.

    Raises:
        UsageError: No Space has the key to delete.
    """
    with deps.store.transaction() as tx:
        request_state.mark_started(tx, ask)
        refused = _prepare(tx, deps.settings, ask, bulk, deps.now())
    outcomes = {**_run_all(deps, bulk, refused.keys()), **refused}
    _require_key(deps.settings.prefix, bulk, outcomes)
    message = bulk.render(outcomes)
    outcome = Outcome(
        _state(outcomes.values()),
        bulk_action_result(message.text, _without_needless(outcomes)),
    )
    with deps.store.transaction() as tx:
        cards.upsert(
            tx,
            CardKey.unique(CardKind.BULK_ACTION),
            ask.channel,
            message,
            deps.now(),
            user=ask.user,
            thread=ask.thread,
        )
        request_state.mark_done(tx, ask, outcome, deps.now())
    deps.trigger(Job.DELIVER)
    return outcome


def _prepare(
    tx: Tx, settings: Settings, ask: Ask, bulk: BulkAction, now: datetime
) -> dict[str, str]:
    """Store what *bulk* replaces; return why it can't be done now, by Space.

    An operation on the same secret would overwrite it later: a held one ends, and another one goes
    first.
    """
    match bulk.action:
        case DeleteSpace():
            spaces.mark_delete_requested(tx, bulk.spaces, now)
            return {}
        case SetSecret(key):
            verb = Verb.SET_SECRET
        case DeleteSecret(key):
            verb = Verb.DELETE_SECRET
    operations.lock_operations(tx)
    steps = tuple(map(Step, bulk.spaces))
    new = Operation(verb, steps, ask.user, ask.channel, now, args={"key": key})
    begin.end_replaced(tx, settings, new, now)
    taken = competing(new, operations.running(tx))
    return {space: _taken_message(taken[space]) for space in bulk.spaces if space in taken}


def _taken_message(operation: int) -> str:
    return (
        f"Operation {operation} is changing this secret, so nothing was sent. Try again after it, "
        f"or stop it: `stop {operation}`."
    )


def _require_key(prefix: str, bulk: BulkAction, outcomes: Mapping[str, str | None]) -> None:
    """Raise UsageError if no Space has the secret to delete, because that is a typo."""
    action = bulk.action
    if isinstance(action, DeleteSecret) and not _without_needless(outcomes):
        names = NameIndex.of(outcomes, prefix)
        short_names = [names.short_name(space) for space in outcomes]
        raise UsageError(missing_key(KeyKind.SECRET, action.key, short_names))


def _without_needless(outcomes: Mapping[str, str | None]) -> dict[str, str]:
    return {space: error for space, error in outcomes.items() if error is not None}


def _state(errors: Collection[str | None]) -> AskState:
    failed = sum(map(bool, errors))
    done = sum(error == "" for error in errors)
    return state_of_act(done=done, failed=failed)


def _run_all(
    deps: Dependencies, bulk: BulkAction, left_out: Collection[str]
) -> dict[str, str | None]:
    """Return the error of the action by Space; "" for success, None if needless."""
    run = partial(_run_one, deps.hub, deps.now, bulk.action)
    ids = (space for space in bulk.spaces if space not in left_out)
    futures = {space: _submit(deps.hub_pool, partial(run, space)) for space in ids}
    return {
        space: _STOPPED_MESSAGE if future is None else _result(future)
        for space, future in futures.items()
    }


def _submit(hub_pool: Executor, call: partial[str | None]) -> "Future[str | None] | None":
    try:
        return hub_pool.submit(call)
    except CancelledError:  # the pool has shut down
        return None


def _result(future: "Future[str | None]") -> str | None:
    try:
        return future.result()
    except CancelledError:
        return _STOPPED_MESSAGE


def _run_one(hub: Hub, clock: Clock, action: SpaceAction, space: str) -> str | None:
    if budget := exhausted_window(hub.budget(), clock()):
        return (
            f"Hugging Face is rate-limiting us until {budget.resets_at:%H:%M:%S} UTC. Nothing "
            "changed; try again then."
        )
    what = f"{type(action).__name__} on {space}"
    try:
        # A traceback may contain the secret's value.
        with report_unexpected(logger, what, with_traceback=False):
            _perform_or_verify(hub, action, space)
    except UnexpectedError as error:
        return (
            "Something went wrong on my side, and I don't know if it was done. Check, then try "
            f"again. Reference: {error.reference}"
        )
    except _KeyMissing:
        return None
    except BotError as refusal:
        shown = for_listed_space(refusal)
        text = _redact_value(str(shown), action)
        log_text = _redact_value(with_request_id(refusal), action)
        logger.info("%s: %s", what, log_text)
        return text
    return ""


def _perform_or_verify(hub: Hub, action: SpaceAction, space: str) -> None:
    """Run *action*; if its answer is lost, check the outcome in the Hub's list.

    Raises:
        BotError: It failed, or its outcome is unknown.
    """
    try:
        _perform(hub, action, space)
    except OutcomeUnknown as error:
        if not _is_done(hub, action, space):
            raise
        log_text = _redact_value(with_request_id(error), action)
        logger.info(
            "%s on %s: done, although it reported: %s", type(action).__name__, space, log_text
        )


def _is_done(hub: Hub, action: SpaceAction, space: str) -> bool:
    """Return whether the Hub shows the effect of *action* after its answer was lost."""
    try:
        return _is_confirmed(hub, action, space)
    except NotFound:
        return isinstance(action, DeleteSpace)
    except HubError:
        return False


def _is_confirmed(hub: Hub, action: SpaceAction, space: str) -> bool:
    match action:
        case SetSecret():
            return False  # the Hub never shows a secret's value
        case DeleteSecret():
            return action.key not in hub.secrets(space)
        case DeleteSpace():
            hub.runtime(space)  # raises NotFound if the deletion was done
            return False


def _perform(hub: Hub, action: SpaceAction, space: str) -> None:
    match action:
        case SetSecret():
            check_free(action.key, "variable", hub.variables, space)
            hub.set_secret(space, action.key, action.value)
        case DeleteSecret():
            _check_exists(action.key, hub.secrets(space))
            hub.delete_secret(space, action.key)
        case DeleteSpace():
            hub.delete(space)
        case _:
            assert_never(action)


def _check_exists(key: str, known: Container[str]) -> None:
    """Raise _KeyMissing if *key* doesn't exist, because the Hub accepts its deletion anyway."""
    if key not in known:
        raise _KeyMissing(key)


def _redact_value(text: str, action: SpaceAction) -> str:
    """Return *text* without the secret's value of *action*, if it has one."""
    return redact_value(text, action.value) if isinstance(action, SetSecret) else text
