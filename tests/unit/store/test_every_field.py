"""What is kept comes back whole: a field that the mapping forgets fails here."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta

from bot.alerts.problems import TrackedSpace
from bot.model import Space
from bot.operations import Operation, SkipReason, Step, StepState, Verb
from bot.store import Store, operations, spaces

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
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
    missing_since=NOW + timedelta(seconds=2),
    limited_since=NOW + timedelta(seconds=3),
    skip_reason=SkipReason.STOPPED,
    unserved_since=NOW + timedelta(seconds=4),
)
SPACE = Space(
    "a/b",
    "RUNNING",
    hardware="t4-small",
    sdk="docker",
    host="https://a-b.hf.space",
    error="boom",
    private=True,
    sha="1" * 40,
    head="2" * 40,
    sleep_after=3600,
)


def test_samples_have_no_default_values() -> None:
    for sample in (STEP, SPACE):
        assert [f.name for f in fields(sample) if getattr(sample, f.name) == f.default] == []


def test_step_and_its_changes_round_trip(any_store: Store) -> None:
    fresh = Step("a/b")
    with any_store.transaction() as tx:
        operation = Operation(Verb.WAKE, (STEP,), "U1", "C1", NOW)
        added = operations.add(tx, operation, state="running").id
        changed = operations.add(
            tx, Operation(Verb.WAKE, (fresh,), "U1", "C1", NOW), state="running"
        ).id
        operations.save_steps(tx, changed, [fresh], [STEP])
        steps_by_operation = {one.id: one.steps for one in operations.running(tx)}

    assert steps_by_operation == {added: (STEP,), changed: (STEP,)}


def test_space_round_trips(any_store: Store) -> None:
    with any_store.transaction() as tx:
        spaces.save(tx, [TrackedSpace(SPACE, NOW)], ())
        assert spaces.fleet(tx) == {"a/b": SPACE}
