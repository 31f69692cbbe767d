"""Starts an operation, at once or after its confirmation."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot import operations as core
from bot.audit import AskState, OperationLink, Outcome
from bot.cards.keys import CardKey
from bot.errors import UsageError
from bot.model import Ask, Source
from bot.operations import Operation, OperationState, SkipReason, busy, skip
from bot.parsing import NameIndex
from bot.render import operation_replies as render
from bot.render import undo as undo_replies
from bot.results import Proposal
from bot.service import request_state
from bot.service.dependencies import Dependencies, Job, Trigger
from bot.service.operations import card
from bot.service.reply_channel import reply, reply_best_effort
from bot.settings import Settings
from bot.store import Store, Tx, asks, cards, operations

# The fleet may have changed too much after this time to trust the confirmation.
_PROPOSAL_TTL = timedelta(minutes=10)


def begin(deps: Dependencies, ask: Ask, operation: Operation, value: str | None = None) -> Outcome:
    """Store *operation* with its card and start it; return the outcome of the request.

    A concurrent equal request, even on another replica, joins the operation that runs. A secret's
    *value* stays in the memory of this process.
    """
    now = deps.now()
    with deps.store.transaction() as tx:
        operations.lock_operations(tx)
        equivalent = core.find_equivalent(operation, operations.running(tx))
        if equivalent is None:
            placed = card.place(tx, ask, skip_busy(tx, operation, now))
            started = _start(tx, deps.settings, ask, placed, now)
            outcome = request_state.mark_done(tx, ask, _started(started), now)
    if equivalent:
        message = render.already_running(equivalent, deps.now())
        reply(deps.slack, ask, message)
        return Outcome(AskState.ANSWERED, message.text)
    if value is not None:
        deps.secret_values.put(started.id, value)
    _trigger_jobs(deps.trigger)
    return outcome


def _start(tx: Tx, settings: Settings, ask: Ask, operation: Operation, now: datetime) -> Operation:
    """Store *operation* as running, with its card; return it with its id."""
    request_state.mark_started(tx, ask)
    end_replaced(tx, settings, operation, now)
    new = core.renew_value(operation, now) if operation.verb.spec.needs_value else operation
    started = operations.add(tx, new, state=OperationState.RUNNING)
    card.show(tx, settings, started, now)
    asks.link_operation(tx, ask.idempotency_key, started.id, OperationLink.STARTED)
    return started


def end_replaced(tx: Tx, settings: Settings, new: Operation, now: datetime) -> None:
    """Stop the held rollouts that would overwrite what *new* sets with an earlier value."""
    for running in operations.running(tx):
        if core.is_held(running) and core.replaces(new, running):
            _end_held(tx, settings, running.id, new.requested_by, now)


def follow_existing(
    deps: Dependencies, ask: Ask, operation: Operation, card_key: CardKey
) -> Outcome:
    """Store an operation that follows work already sent, on the card of *card_key*."""
    with deps.store.transaction() as tx:
        operations.lock_operations(tx)
        started = operations.add(tx, operation, state=OperationState.RUNNING)
        asks.link_operation(tx, ask.idempotency_key, started.id, OperationLink.STARTED)
        outcome = request_state.mark_done(tx, ask, _started(started), deps.now())
        cards.rename(tx, card_key, CardKey.operation(started.id))
        card.show(tx, deps.settings, started, deps.now())
    _trigger_jobs(deps.trigger)
    return outcome


def propose(deps: Dependencies, ask: Ask, proposal: Proposal) -> Outcome:
    """Store a proposal and ask for its confirmation; return the outcome of the request."""
    with deps.store.transaction() as tx:
        placed = card.place(tx, ask, proposal.operation)
        stored = operations.add(tx, placed, state=OperationState.PROPOSED)
        asks.link_operation(tx, ask.idempotency_key, stored.id, OperationLink.PROPOSED)
    names = NameIndex.of(stored.spaces, deps.settings.prefix)
    reply(deps.slack, ask, render.confirmation(stored, proposal.warning, stored.id, names))
    return Outcome(AskState.ASKED, f"asked about operation {stored.id}")


def get_proposal(store: Store, number: int, now: datetime) -> Operation:
    """Return the proposal with this number.

    Raises:
        UsageError: It was answered already or is too old.
    """
    with store.transaction() as tx:
        found = operations.get(tx, number, state=OperationState.PROPOSED)
        state = operations.state(tx, number)
    if found is None:
        raise UsageError(render.already_answered(state))
    expires_at = found.requested_at + _PROPOSAL_TTL
    # Until a deadline it stays valid, because each step looks at the fleet at its own time.
    if now > max(expires_at, found.deadline or expires_at):
        raise UsageError("That question is over 10 minutes old. Send the command again.")
    return found


def confirm(deps: Dependencies, ask: Ask, operation: Operation) -> Outcome:
    """Start a confirmed operation once, however often the button is clicked."""
    asked_at = operation.requested_at
    operation = replace(operation, requested_by=ask.user, requested_at=deps.now())
    with deps.store.transaction() as tx:
        operations.lock_operations(tx)
        request_state.mark_started(tx, ask)
        _end_undone(tx, deps.settings, operation, asked_at, deps.now())
        _transition(tx, operation, OperationState.RUNNING, deps.now())
        operations.set_requester(tx, operation)
        updated = skip_busy(tx, operation, deps.now())
        operations.save_steps(tx, operation.id, operation.steps, updated.steps)
        card.show(tx, deps.settings, updated, deps.now())
        outcome = request_state.mark_done(tx, ask, _started(updated), deps.now())
    _trigger_jobs(deps.trigger)
    names = NameIndex.of(updated.spaces, deps.settings.prefix)
    is_button = ask.source is Source.BUTTON
    reply_best_effort(deps, ask, render.started(updated, names), replace=is_button)
    return outcome


def _end_undone(
    tx: Tx, settings: Settings, undo: Operation, asked_at: datetime, now: datetime
) -> None:
    """Stop the held rollout that *undo* puts back, so that no person continues it.

    Raises:
        UsageError: One has continued it since the undo was *asked_at*, and it changed more.
    """
    if core.UNDONE not in undo.args:
        return
    number = int(undo.args[core.UNDONE])
    operations.get_locked(tx, number)
    (undone,) = operations.get_all(tx, [number])
    if core.has_gone_on(undone, asked_at):
        raise UsageError(undo_replies.gone_on(number), f"undo {number}")
    _end_held(tx, settings, number, undo.requested_by, now, undone_by=undo.id)


def _end_held(
    tx: Tx, settings: Settings, id: int, user: str, now: datetime, *, undone_by: int | None = None
) -> None:
    """Stop operation *id*, which is held or has ended."""
    held = operations.get_locked(tx, id)
    if held is None or held.stopped_at:
        return
    stopped = core.stop(held, user, now, undone_by=undone_by)
    card.update(tx, settings, held, stopped, now)
    operations.save_end(tx, stopped)


def cancel(deps: Dependencies, ask: Ask, operation: Operation) -> Outcome:
    """Drop a proposal; return the outcome of the request."""
    with deps.store.transaction() as tx:
        request_state.mark_started(tx, ask)
        _transition(tx, operation, OperationState.DROPPED, deps.now())
    reply_best_effort(deps, ask, render.cancelled(), replace=ask.source is Source.BUTTON)
    return Outcome(AskState.ANSWERED, f"cancelled operation {operation.id}")


def _transition(
    tx: Tx, proposed_operation: Operation, state: OperationState, now: datetime
) -> None:
    """Change the state of a proposal.

    Raises:
        UsageError: Another click has answered it.
    """
    if not operations.transition(tx, proposed_operation.id, OperationState.PROPOSED, state, now):
        raise UsageError(render.already_answered(operations.state(tx, proposed_operation.id)))


def skip_busy(tx: Tx, operation: Operation, now: datetime) -> Operation:
    """Return *operation* with steps skipped whose Spaces became busy since it was planned.

    A step with a time of its own decides at that time.
    """
    others = (other for other in operations.running(tx) if other.id != operation.id)
    busy_spaces = busy(others, now)
    return replace(
        operation,
        steps=tuple(
            skip(step, SkipReason.BUSY, busy_spaces[step.space])
            if step.space in busy_spaces and not step.is_finished and not step.not_before
            else step
            for step in operation.steps
        ),
    )


def _trigger_jobs(trigger: Trigger) -> None:
    trigger(Job.ADVANCE)
    trigger(Job.DELIVER)


def _started(operation: Operation) -> Outcome:
    return Outcome(AskState.ACTED, f"started operation {operation.id}")
