"""Operations: claims, stops and concurrent changes of steps."""

import threading
from dataclasses import fields, replace
from datetime import timedelta
from threading import Thread

from sqlalchemy import Engine

from bot.causes import CauseId
from bot.errors import OutcomeUnknown
from bot.operations import (
    Operation,
    OperationState,
    SkipReason,
    Step,
    StepState,
    Verb,
    mark_accepted,
    mark_rejected,
    mark_sent,
    stop,
)
from bot.store import Store, Tx, operations
from tests.unit.store.samples import NOW, SPACE, wait_for_lock_waiters


def test_a_step_is_claimed_once(any_store: Store) -> None:
    operation = Operation(Verb.WAKE, (Step("a/b"),), "U1", "C1", NOW)
    step = mark_sent(Step("a/b", stage_before="SLEEPING"), NOW)
    with any_store.transaction() as tx:
        operation_row = operations.add(tx, operation, state=OperationState.RUNNING)
        claims = [
            operations.claim(tx, operation_row.id, step),
            operations.claim(tx, operation_row.id, step),
        ]
        (read,) = operations.running(tx)

    assert claims == [True, False]
    assert read.steps == (step,)


def test_concurrently_changed_step_is_not_overwritten(any_store: Store) -> None:
    step = mark_sent(Step("a/b", stage_before="SLEEPING"), NOW)
    with any_store.transaction() as tx:
        operation = Operation(Verb.WAKE, (step,), "U1", "C1", NOW)
        id = operations.add(tx, operation, state=OperationState.RUNNING).id
        operations.save_steps(tx, id, [step], [mark_accepted(step, "BUILDING")])
        operations.save_steps(tx, id, [step], [Step("a/b", StepState.FAILED)])
        (read,) = operations.running(tx)

    assert read.steps == (mark_accepted(step, "BUILDING"),)


def test_a_rename_is_followed_in_what_has_finished(any_store: Store) -> None:
    """A running operation is followed by id, and one that had both names keeps both."""
    ids = {}
    with any_store.transaction() as tx:
        for name, state, spaces in (
            ("finished", OperationState.FINISHED, ("a/b", "a/c")),
            ("running", OperationState.RUNNING, ("a/b",)),
            ("both", OperationState.FINISHED, ("a/b", "a/z")),
        ):
            one = Operation(Verb.WAKE, tuple(map(Step, spaces)), "U1", "C1", NOW)
            ids[name] = operations.add(tx, one, state=state).id
        operations.rename(tx, "a/b", "a/z")
        found = {one.id: one.spaces for one in operations.get_all(tx, ids.values())}

    assert found == {
        ids["finished"]: ("a/z", "a/c"),
        ids["running"]: ("a/b",),
        ids["both"]: ("a/b", "a/z"),
    }


def test_concurrent_sweep_and_response_both_update_a_step(any_store: Store) -> None:
    step = mark_sent(Step("a/b", stage_before="RUNTIME_ERROR"), NOW)
    with any_store.transaction() as tx:
        waking = Operation(Verb.WAKE, (step,), "U1", "C1", NOW)
        id = operations.add(tx, waking, state=OperationState.RUNNING).id
        operations.save_steps(tx, id, [step], [replace(step, stage="BUILDING", stage_changed=True)])
        operations.save_steps(
            tx, id, [step], [mark_rejected(step, OutcomeUnknown("no answer"), NOW)]
        )
        (read,) = operations.running(tx)

    after = replace(step, stage="BUILDING", stage_changed=True)
    assert read.steps == (replace(after, message="no answer", may_have_been_done=True),)


def test_stopped_operation_claims_no_further_step(any_store: Store) -> None:
    operation = Operation(Verb.WAKE, (Step("a/b"), Step("a/c")), "U1", "C1", NOW)
    with any_store.transaction() as tx:
        added = operations.add(tx, operation, state=OperationState.RUNNING)
        operations.claim(tx, added.id, mark_sent(added.steps[0], NOW))
        locked = operations.get_locked(tx, added.id)
        assert locked is not None
        after = stop(locked, "U2", NOW)
        operations.save_end(tx, after)
        operations.save_steps(tx, added.id, locked.steps, after.steps)
        late = operations.claim(tx, added.id, mark_sent(added.steps[1], NOW))
        (read,) = operations.running(tx)

    assert not late
    assert (read.stopped_by, read.stopped_at) == ("U2", NOW)
    assert [step.state for step in read.steps] == [StepState.SENT, StepState.SKIPPED]
    assert read.steps[1].skip_reason is SkipReason.STOPPED


def test_concurrent_stop_and_claim_are_serialized(any_store: Store) -> None:
    """A claim that is not committed yet is waited for, and then it counts as sent."""
    operation = Operation(Verb.WAKE, (Step("a/b"), Step("a/c")), "U1", "C1", NOW)
    with any_store.transaction() as tx:
        id = operations.add(tx, operation, state=OperationState.RUNNING).id
    results: list[Operation | None] = []

    def read() -> None:
        with any_store.transaction() as tx:
            results.append(operations.get_locked(tx, id))

    reader = Thread(target=read)
    with any_store.transaction() as tx:
        assert operations.claim(tx, id, mark_sent(operation.steps[0], NOW))
        reader.start()
        reader.join(0.3)
        assert reader.is_alive(), "it reads what is about to change"
    reader.join(10)

    (locked,) = results
    assert locked is not None
    assert [step.state for step in locked.steps] == [StepState.SENT, StepState.WAITING]


def test_proposal_is_started_once(any_store: Store) -> None:
    operation = Operation(Verb.PAUSE, (Step("a/b"),), "U1", "C1", NOW)
    with any_store.transaction() as tx:
        id = operations.add(tx, operation, state=OperationState.PROPOSED).id
        change = (OperationState.PROPOSED, OperationState.RUNNING)
        transitions = [operations.transition(tx, id, *change, NOW) for _ in range(2)]

    assert transitions == [True, False]


def test_concurrent_step_updates_in_any_order_do_not_deadlock(
    postgres_store: Store, other_engine: Engine
) -> None:
    """Each knows two steps, and writes them in an order of its own."""
    first, second = (mark_sent(Step(f"acme/team-{x}", stage_before="SLEEPING"), NOW) for x in "ab")
    with postgres_store.transaction() as tx:
        wake = Operation(Verb.WAKE, (first, second), "UTA", "C1", NOW)
        number = operations.add(tx, wake, state=OperationState.RUNNING).id

    def save_accepted(tx: Tx, step: Step) -> None:
        operations.save_steps(tx, number, [step], [mark_accepted(step, "BUILDING")])

    def save_in_reverse() -> None:
        with postgres_store.transaction() as tx:
            save_accepted(tx, second)
            save_accepted(tx, first)

    other = threading.Thread(target=save_in_reverse)
    with postgres_store.transaction() as tx:
        save_accepted(tx, first)
        other.start()
        wait_for_lock_waiters(other_engine)
        save_accepted(tx, second)
    other.join(10)

    with postgres_store.transaction() as tx:
        (stored,) = operations.running(tx)
    assert [step.accepted for step in stored.in_state(StepState.SENT)] == [True, True]


STEP = Step(
    "a/b",
    StepState.SKIPPED,
    message="why",
    stage="RUNNING",
    stage_before="SLEEPING",
    sent_at=NOW,
    accepted=True,
    stage_changed=True,
    attempts=3,
    retry_at=NOW + timedelta(seconds=1),
    not_before=NOW + timedelta(seconds=9),
    missing_since=NOW + timedelta(seconds=2),
    limited_since=NOW + timedelta(seconds=3),
    skip_reason=SkipReason.STOPPED,
    busy_with=Verb.PAUSE,
    unserved_since=NOW + timedelta(seconds=4),
    may_have_been_done=True,
    running_since=NOW + timedelta(seconds=5),
    was_unready=True,
    is_unready=True,
    is_forbidden=True,
    cause=CauseId.PLAN_GATE,
    args={"flavor": "cpu-basic"},
    before={"flavor": "t4-small"},
    wakes_copy=True,
    failed_stage="RUNTIME_ERROR",
)


def test_samples_have_no_default_values() -> None:
    for sample in (STEP, SPACE):
        assert [f.name for f in fields(sample) if getattr(sample, f.name) == f.default] == []


def test_step_and_its_changes_round_trip(any_store: Store) -> None:
    fresh = Step("a/b")
    with any_store.transaction() as tx:
        operation = Operation(Verb.WAKE, (STEP,), "U1", "C1", NOW)
        added = operations.add(tx, operation, state=OperationState.RUNNING).id
        changed = operations.add(
            tx, Operation(Verb.WAKE, (fresh,), "U1", "C1", NOW), state=OperationState.RUNNING
        ).id
        operations.save_steps(tx, changed, [fresh], [STEP])
        steps_by_operation = {one.id: one.steps for one in operations.running(tx)}

    assert steps_by_operation == {added: (STEP,), changed: (STEP,)}
