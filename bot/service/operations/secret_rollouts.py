"""Rollouts of secrets, in the process that has the value: signs of life, and calls.

The leader observes, proves and ends them like all operations. It may be another process than the
one that took the form, and the value never leaves that one.
"""

from collections.abc import Sequence
from datetime import datetime

from bot import operations as core
from bot.operations import Operation, OperationState
from bot.service import sanitizing
from bot.service.dependencies import Dependencies
from bot.service.operations import step_calls
from bot.service.operations.advance import max_snapshot_age
from bot.service.secret_values import SecretValues
from bot.store import Store, operations


def keep_values(values: SecretValues, store: Store, now: datetime) -> Sequence[Operation]:
    """Record that this process has its *values*, and drop needless ones; return the others' work.

    A job of its own calls this too, because a listing of the fleet may take longer than
    `VALUE_TTL`.
    """
    own = values.operations()
    needing = _renew(store, sorted(own), now) if own else []
    values.drop(own - {operation.id for operation in needing})
    return needing


def send_values(deps: Dependencies) -> None:
    """Send the due calls that need a value of this process, unless it leads."""
    needing = keep_values(deps.secret_values, deps.store, deps.now())
    if deps.leadership.current_lease() is None:
        _send_due(deps, [operation for operation in needing if not core.is_held(operation)])


def _renew(store: Store, ids: Sequence[int], now: datetime) -> list[Operation]:
    """Return those of *ids* that still need their value, with a sign of life."""
    with store.transaction() as tx:
        known = [operations.get(tx, id, state=OperationState.RUNNING) for id in ids]
        needing = [one for one in known if one and core.still_needs_value(one)]
        for operation in needing:
            if core.needs_renewal(operation, now):
                operations.save_value_time(tx, core.renew_value(operation, now))
    return needing


def _send_due(deps: Dependencies, needing: Sequence[Operation]) -> None:
    """Send the due steps of *needing*, by the states that the leader stored."""
    now = deps.now()
    if not needing or core.exhausted_window(deps.hub.budget(), now):
        return
    max_age = max_snapshot_age(deps.fleet_cache)
    fleet = sanitizing.fetch_snapshot(deps.sanitizer, deps.fleet_cache, max_age).fleet
    for operation in needing:
        _, due = core.advance(operation, fleet, {}, now)
        affordable, _ = step_calls.within_budget(deps.hub, due, now)
        step_calls.submit(deps, operation, affordable)
