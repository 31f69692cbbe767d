"""The stop of an operation's unsent steps, and their continuation after a failure held them.

The stop is committed with the operation's row locked. A step claimed before it is followed to its
end, and no claim succeeds after it, whichever replica leads.
"""

from bot import operations as core
from bot.audit import AskState, Outcome
from bot.command import Context, check_permission
from bot.errors import UsageError
from bot.operations import Operation
from bot.render import operation_replies as render
from bot.render import rollouts
from bot.results import Continue, Stop
from bot.service import request_state
from bot.service.dependencies import Dependencies, Job
from bot.service.operations import begin, card
from bot.service.reply_channel import reply_best_effort
from bot.store import Tx, operations


def stop(deps: Dependencies, context: Context, result: Stop) -> Outcome:
    """Stop an operation for a person with its permission; return the outcome."""
    ask = context.ask
    with deps.store.transaction() as tx:
        running = _lock_running(tx, context, result.operation)
        request_state.mark_started(tx, ask)
        stopped = core.stop(running, ask.user, deps.now())
        card.update(tx, deps.settings, running, stopped, deps.now())
        operations.save_end(tx, stopped)
        outcome = Outcome(AskState.ACTED, render.stop_audit_line(stopped))
        request_state.mark_done(tx, ask, outcome, deps.now())
    deps.trigger(Job.ADVANCE)
    deps.trigger(Job.DELIVER)
    reply_best_effort(deps, ask, render.stop_reply(stopped))
    return outcome


def resume(deps: Dependencies, context: Context, result: Continue) -> Outcome:
    """Continue a held rollout for a person with its permission; return the outcome."""
    ask, now = context.ask, deps.now()
    with deps.store.transaction() as tx:
        operations.lock_operations(tx)
        held = _lock_running(tx, context, result.operation)
        if not core.is_held(held):
            raise UsageError(rollouts.not_held(held))
        request_state.mark_started(tx, ask)
        # Meanwhile another operation may have begun to work on the same Spaces.
        resumed = begin.skip_busy(tx, core.resume(held, ask.user, now), now)
        card.update(tx, deps.settings, held, resumed, now)
        outcome = Outcome(AskState.ACTED, rollouts.continue_audit_line(resumed))
        request_state.mark_done(tx, ask, outcome, now)
    deps.trigger(Job.ADVANCE)
    deps.trigger(Job.DELIVER)
    reply_best_effort(deps, ask, rollouts.continue_reply(resumed))
    return outcome


def _lock_running(tx: Tx, context: Context, number: int) -> Operation:
    """Return the operation with this number, locked.

    Raises:
        UsageError: It isn't running or nothing is left to stop.
        PermissionDenied: The person may not run its command.
    """
    found = operations.get_locked(tx, number)
    if found is None:
        raise UsageError(render.not_running(number, operations.state(tx, number)))
    check_permission(context.commands[found.verb.command], context.permission)
    if found.stopped_at:
        raise UsageError(render.already_stopped(found))
    if not core.can_be_stopped(found):
        raise UsageError(render.nothing_to_stop(found))
    return found
