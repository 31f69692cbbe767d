"""Rollouts, applied: steps claimed within their wave, and held rollouts shown or ended."""

from collections.abc import Iterable

from bot import operations as core
from bot.operations import Operation, Step
from bot.service.dependencies import Dependencies, Job
from bot.service.operations import card, loans
from bot.store import Tx, operations


def claim(tx: Tx, operation: Operation, step: Step) -> bool:
    """Save *step* as sent; return False if it may not be sent, or is already.

    In a wave that takes only some Spaces the stored steps decide, because a former leader may
    have sent others.
    """
    if core.is_limited(operation):
        stored = operations.get_locked(tx, operation.id)
        if stored is None or not core.sendable(stored, [step]):
            return False
    if not operations.claim(tx, operation.id, step):
        return False
    loans.start(tx, operation, step)
    return True


def end_overdue(deps: Dependencies, idle: Iterable[Operation]) -> None:
    """End those of the *idle* rollouts that no person continued in time."""
    now = deps.now()
    for operation in idle:
        after = core.hold(operation, now)
        if after.is_finished:
            with deps.leadership.transaction() as tx:
                card.update(tx, deps.settings, operation, after, now)
            deps.trigger(Job.DELIVER)


def keep_visible(deps: Dependencies, idle: Iterable[Operation]) -> None:
    """Show the *idle* rollouts again that people don't see, because only a person continues them.

    Whether a card was deleted is checked every few minutes.
    """
    now = deps.now()
    with deps.leadership.transaction() as tx:
        hidden = [operation for operation in idle if card.is_hidden(tx, operation, now)]
        for operation in hidden:
            if operations.is_current(tx, operation):
                card.check(tx, deps.settings, operation, now)
    if hidden:
        deps.trigger(Job.DELIVER)


def end_without_value(deps: Dependencies, unfinished: Iterable[Operation]) -> set[int]:
    """End the operations whose secret's value no process has any more; return their ids."""
    now, own = deps.now(), deps.secret_values.operations()
    lost = {o.id for o in unfinished if o.id not in own and core.has_lost_value(o, now)}
    for id in lost:
        with deps.leadership.transaction() as tx:
            found = operations.get_locked(tx, id)
            if found and core.has_lost_value(found, now):
                card.update(tx, deps.settings, found, core.end_without_value(found), now)
    if lost:
        deps.trigger(Job.DELIVER)
    return lost
