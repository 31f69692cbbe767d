"""Operations from their rows: what was stored is read again."""

from dataclasses import replace

import pytest

from bot.operations import Operation, OperationState, Rollout, Step, Verb
from bot.store import Store, operations
from tests.unit.store.samples import NOW

PLAIN = Operation(Verb.RESTART, (Step("a/b"), Step("a/c")), "U1", "C1", NOW, args={"x": "y"})
PLANNED = Rollout((1, 3, 17))
CONTINUED = Rollout((1, 3, 17), NOW, 2, "U2", NOW)


@pytest.mark.parametrize("rollout", [None, PLANNED, CONTINUED])
def test_an_operation_is_read_as_it_was_added(any_store: Store, rollout: Rollout | None) -> None:
    operation = replace(PLAIN, rollout=rollout)
    with any_store.transaction() as tx:
        added = operations.add(tx, operation, state=OperationState.RUNNING)

        assert operations.running(tx) == [replace(operation, id=added.id)]


def test_a_continued_rollout_is_saved_and_outdates_what_was_read_before(any_store: Store) -> None:
    with any_store.transaction() as tx:
        before = operations.add(tx, replace(PLAIN, rollout=PLANNED), state=OperationState.RUNNING)
        assert operations.is_current(tx, before)
        operations.save_rollout(tx, replace(before, rollout=CONTINUED))
        (after,) = operations.running(tx)

        assert after.rollout == CONTINUED
        assert operations.is_current(tx, after)
        assert not operations.is_current(tx, before)
