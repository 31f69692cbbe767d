"""What is kept comes back whole: a field that the mapping forgets fails here."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta

from bot.alerts.troubles import Sighting
from bot.model import Space
from bot.operations import Operation, Progress, SkipReason, Step, Verb
from bot.store import Store, operations, spaces

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
STEP = Step(
    "a/b",
    Progress.SKIPPED,
    note="why",
    stage="RUNNING",
    was="SLEEPING",
    sent_at=NOW,
    accepted=True,
    moved=True,
    tries=3,
    not_before=NOW + timedelta(seconds=1),
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


def test_every_field_has_a_value_here_that_is_not_its_default() -> None:
    for kept in (STEP, SPACE):
        assert [f.name for f in fields(kept) if getattr(kept, f.name) == f.default] == []


def test_a_step_comes_back_whole_and_so_does_each_change_of_it(any_store: Store) -> None:
    fresh = Step("a/b")
    with any_store.transaction() as tx:
        operation = Operation(Verb.WAKE, (STEP,), "U1", "C1", NOW)
        added = operations.add(tx, operation, state="running").id
        changed = operations.add(
            tx, Operation(Verb.WAKE, (fresh,), "U1", "C1", NOW), state="running"
        ).id
        operations.keep(tx, changed, [fresh], [STEP])
        found = {one.id: one.steps for one in operations.running(tx)}

    assert found == {added: (STEP,), changed: (STEP,)}


def test_a_space_comes_back_whole(any_store: Store) -> None:
    with any_store.transaction() as tx:
        spaces.keep(tx, [Sighting(SPACE, NOW)], ())
        assert spaces.fleet(tx) == {"a/b": SPACE}
