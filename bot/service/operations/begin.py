"""Beginning an operation: at once, or after a question was answered with yes."""

from dataclasses import replace
from datetime import timedelta

from bot import operations as core
from bot.command import Proposal
from bot.errors import Misunderstood
from bot.model import Ask, Source
from bot.operations import Operation, SkipReason, busy, skip
from bot.render import operation_replies as render
from bot.service import request_state
from bot.service.dependencies import Dependencies, Job
from bot.service.operations import card
from bot.service.reply_channel import reply, reply_best_effort
from bot.store import Tx, cards, operations

# What was true when the question was asked may not be true for long.
_PROPOSAL_TTL = timedelta(minutes=10)
# How the audit calls an operation; what has become of it is looked up by its number.
_STARTED_PREFIX, _PROPOSED_PREFIX = "began operation ", "asked about operation "


def begin(deps: Dependencies, ask: Ask, operation: Operation) -> str:
    """Write *operation* down with its card, and set it going.

    Asked twice at one moment, even of two replicas, it begins once: the other one joins it.
    """
    with deps.transaction() as tx:
        operations.lock_operations(tx)
        equivalent = core.find_equivalent(operation, operations.running(tx))
        line = "" if equivalent else _start(deps, tx, ask, operation)
    if equivalent:
        message = render.already_running(equivalent, deps.now())
        reply(deps, ask, message)
        return message.text
    _trigger_jobs(deps)
    return line


def _start(deps: Dependencies, tx: Tx, ask: Ask, operation: Operation) -> str:
    request_state.mark_started(tx, ask)
    started = operations.add(tx, _skip_busy(tx, operation), state="running")
    card.show(deps, tx, started)
    return request_state.mark_done(deps, tx, ask, _started_result(started))


def follow_existing(deps: Dependencies, ask: Ask, operation: Operation, card_key: str) -> str:
    """Follow what is under way already, on the card of *card_key* that told its beginning."""
    with deps.transaction() as tx:
        operations.lock_operations(tx)
        started = operations.add(tx, operation, state="running")
        line = request_state.mark_done(deps, tx, ask, _started_result(started))
        cards.rename(tx, card_key, f"operation:{started.id}")
        card.show(deps, tx, started)
    _trigger_jobs(deps)
    return line


def propose(deps: Dependencies, ask: Ask, proposal: Proposal) -> str:
    """Write a proposal down and ask about it."""
    with deps.transaction() as tx:
        stored = operations.add(tx, proposal.operation, state="proposed")
    reply(deps, ask, render.confirmation(stored, proposal.reason, stored.id))
    return f"{_PROPOSED_PREFIX}{stored.id}"


def get_proposal(deps: Dependencies, number: int) -> Operation:
    """Return the proposal of that number, if it still waits for an answer."""
    with deps.transaction() as tx:
        found = operations.get(tx, number, state="proposed")
        state = operations.state(tx, number)
    if found is None:
        raise Misunderstood(render.already_answered(state))
    if deps.now() - found.requested_at > _PROPOSAL_TTL:
        raise Misunderstood("That question is too old; much may have changed. Ask anew.")
    return found


def confirm(deps: Dependencies, ask: Ask, operation: Operation) -> str:
    """Begin a proposal, once, however often it is tapped."""
    operation = replace(operation, requested_by=ask.user, requested_at=deps.now())
    with deps.transaction() as tx:
        operations.lock_operations(tx)
        request_state.mark_started(tx, ask)
        _transition(deps, tx, operation, "running")
        operations.set_requester(tx, operation)
        updated = _skip_busy(tx, operation)
        operations.save_steps(tx, operation.id, operation.steps, updated.steps)
        card.show(deps, tx, updated)
        line = request_state.mark_done(deps, tx, ask, _started_result(updated))
    _trigger_jobs(deps)
    reply_best_effort(deps, ask, render.started(updated), replace=ask.source is Source.BUTTON)
    return line


def cancel(deps: Dependencies, ask: Ask, operation: Operation) -> str:
    """Drop a proposal."""
    with deps.transaction() as tx:
        request_state.mark_started(tx, ask)
        _transition(deps, tx, operation, "dropped")
    reply_best_effort(deps, ask, render.cancelled(), replace=ask.source is Source.BUTTON)
    return f"left operation {operation.id} undone"


def _transition(deps: Dependencies, tx: Tx, proposed_operation: Operation, state: str) -> None:
    """Answer a question once: whoever taps at the same moment hears that it was answered."""
    if not operations.transition(tx, proposed_operation.id, "proposed", state, deps.now()):
        raise Misunderstood(render.already_answered(operations.state(tx, proposed_operation.id)))


def _skip_busy(tx: Tx, operation: Operation) -> Operation:
    """Skip what another operation has begun to do since this one was planned."""
    busy_spaces = busy(other for other in operations.running(tx) if other.id != operation.id)
    return replace(
        operation,
        steps=tuple(
            skip(step, busy_spaces[step.space], SkipReason.BUSY)
            if step.space in busy_spaces and not step.is_finished
            else step
            for step in operation.steps
        ),
    )


def _trigger_jobs(deps: Dependencies) -> None:
    deps.trigger(Job.ADVANCE)
    deps.trigger(Job.DELIVER)


def _started_result(operation: Operation) -> str:
    return f"{_STARTED_PREFIX}{operation.id}"


def operation_number(result: str) -> int | None:
    """Return which operation an ask began or asked about, by the line that it ended with."""
    digits = result.removeprefix(_STARTED_PREFIX).removeprefix(_PROPOSED_PREFIX)
    return int(digits) if digits != result and digits.isdecimal() else None
