"""What the database promises, on SQLite and on PostgreSQL alike."""

import multiprocessing
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from bot.cards import DeliveryState, Message
from bot.delivery import mark_posted, mark_sending
from bot.errors import Unanswered
from bot.model import Ask
from bot.operations import (
    Operation,
    SkipReason,
    Step,
    StepState,
    Verb,
    mark_accepted,
    mark_rejected,
    mark_sent,
    stop,
)
from bot.store import DatabaseOpenError, Store, asks, cards, key_values, lease, migrate, operations
from bot.store.schema import metadata

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_migrations_create_the_tables_of_the_schema(any_store: Store) -> None:
    with any_store.transaction() as tx:
        differences = compare_metadata(MigrationContext.configure(tx), metadata)

    assert differences == []


def test_head_revision_is_the_newest_migration() -> None:
    names = sorted(p.name for p in Path(migrate.__file__).parent.glob("migrations/versions/m*.py"))

    assert names[-1] == f"m{migrate.HEAD_REVISION}.py"


def test_second_start_migrates_nothing(database_url: str) -> None:
    first, second = Store(database_url), Store(database_url)

    assert (first.migrated, second.migrated) == (True, False)
    first.close()
    second.close()


def open_and_close(url: str) -> None:
    Store(url).close()


def test_concurrent_starts_migrate_once(database_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    starters = [context.Process(target=open_and_close, args=(database_url,)) for _ in range(3)]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join(60)

    assert [starter.exitcode for starter in starters] == [0, 0, 0]


def test_database_file_is_readable_only_by_its_owner(tmp_path: Path) -> None:
    Store(f"sqlite:///{tmp_path}/bot.db").close()

    assert (tmp_path / "bot.db").stat().st_mode & 0o777 == 0o600


def test_no_update_is_lost_between_threads(any_store: Store) -> None:
    def work() -> None:
        for _ in range(25):
            with any_store.transaction() as tx:
                operations.lock_operations(tx)
                key_values.put(tx, "n", (key_values.get(tx, "n") or 0) + 1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with any_store.transaction() as tx:
        assert key_values.get(tx, "n") == 100


def test_failed_transaction_is_rolled_back(any_store: Store) -> None:
    def fail() -> None:
        with any_store.transaction() as tx:
            key_values.put(tx, "n", 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with any_store.transaction() as tx:
        assert key_values.get(tx, "n") is None


def test_timestamp_round_trips(any_store: Store) -> None:
    at = NOW + timedelta(microseconds=250_000)
    with any_store.transaction() as tx:
        asks.receive(tx, Ask("wake", "U1", "C1", idempotency_key="k"), "wake", at)
        (pending,) = asks.orphans(tx, at + timedelta(seconds=1))

    assert pending.received_at == at


def test_ask_is_received_once_and_claimed_once(any_store: Store) -> None:
    ask = Ask("wake", "U1", "C1", idempotency_key="k")
    with any_store.transaction() as tx:
        number = asks.receive(tx, ask, "wake", NOW)
        second = asks.receive(tx, ask, "wake", NOW)
        assert number is not None
        claims = [asks.claim(tx, number), asks.claim(tx, number)]

    assert (second, claims) == (None, [True, False])


def test_abandoned_ask_is_neither_started_nor_abandoned_again(any_store: Store) -> None:
    with any_store.transaction() as tx:
        number = asks.receive(tx, Ask("wake", "U1", "C1", idempotency_key="k"), "wake", NOW)
        assert number is not None
        is_started = asks.mark_started(tx, "k")
        (orphan,) = asks.orphans(tx, NOW + timedelta(seconds=1))
        abandoned = [asks.abandon(tx, number, "interrupted", NOW) for _ in range(2)]
        late = asks.mark_started(tx, "k")

    assert (is_started, orphan.is_started, abandoned, late) == (True, True, [True, False], False)


def test_concluded_ask_is_not_orphaned(any_store: Store) -> None:
    with any_store.transaction() as tx:
        number = asks.receive(tx, Ask("wake", "U1", "C1", idempotency_key="k" * 300), "wake", NOW)
        assert number is not None
        asks.conclude(tx, "k" * 300, "acted", "began operation 7", NOW)

        assert asks.orphans(tx, NOW + timedelta(seconds=1)) == []
        assert not asks.abandon(tx, number, "interrupted", NOW)


def test_long_idempotency_keys_stay_distinct(any_store: Store) -> None:
    with any_store.transaction() as tx:
        numbers = [
            asks.receive(tx, Ask("wake", "U1", "C1", idempotency_key="k" * 300 + end), "wake", NOW)
            for end in ("a", "b", "a")
        ]

    assert numbers[0] != numbers[1]
    assert numbers[2] is None


# -- the lease


def test_lease_has_one_holder(any_store: Store) -> None:
    with any_store.transaction() as tx:
        first, second = lease.acquire(tx, "a"), lease.acquire(tx, "b")

    assert (first, second) == (lease.Lease("a", 1), None)


def test_released_lease_is_acquired_with_the_next_epoch(any_store: Store) -> None:
    with any_store.transaction() as tx:
        first = lease.acquire(tx, "a")
        assert first is not None
        lease.release(tx, first)
        second = lease.acquire(tx, "b")

    assert second == lease.Lease("b", 2)


def test_expired_lease_cannot_be_renewed_and_is_fenced(any_store: Store) -> None:
    with any_store.transaction() as tx:
        old = lease.acquire(tx, "a", ttl=-1)
        assert old is not None
        new = lease.acquire(tx, "b")
        assert new is not None

        assert not lease.renew(tx, old)
        with pytest.raises(lease.LeaseLost):
            lease.check(tx, old)
        assert lease.renew(tx, new)
        lease.check(tx, new)


# -- cards


def test_same_message_changes_nothing_and_another_replaces_it(
    any_store: Store,
) -> None:
    with any_store.transaction() as tx:
        id = cards.upsert(tx, "incident:1", "C1", Message("broken"), NOW)
        assert cards.upsert(tx, "incident:1", "C1", Message("broken"), NOW) == id
        (same,) = cards.get(tx, [id])
        cards.upsert(tx, "incident:1", "C1", Message("mended", ({"type": "divider"},)), NOW)
        (changed,) = cards.get(tx, [id])

    assert (same.version, changed.version) == (1, 2)
    assert changed.message == Message("mended", ({"type": "divider"},))


def test_only_outdated_cards_are_pending(any_store: Store) -> None:
    with any_store.transaction() as tx:
        id = cards.upsert(tx, "incident:1", "C1", Message("broken"), NOW)
        (new,) = cards.pending(tx)
        cards.save_delivery(tx, mark_sending(new, NOW))
        (sending,) = cards.pending(tx)
        cards.save_delivery(tx, mark_posted(sending, "C1", "7.0", NOW))
        equal = cards.pending(tx)
        cards.set_content(tx, id, Message("worse"))
        (changed,) = cards.pending(tx)

    assert (sending.state, equal, changed.ts) == (DeliveryState.SENDING, [], "7.0")


def test_reply_awaits_its_parent_and_is_posted_below_it(any_store: Store) -> None:
    with any_store.transaction() as tx:
        parent = cards.upsert(tx, "operation:1", "C1", Message("waking"), NOW, user="U1")
        cards.upsert(tx, "operation:1:end", "C1", Message("up"), NOW, parent=parent)
        card, early = cards.pending(tx)
        cards.save_delivery(tx, mark_posted(mark_sending(card, NOW), "DU1", "7.0", NOW))
        (late,) = cards.pending(tx)

    assert early.awaits_parent
    assert (late.awaits_parent, late.channel, late.thread) == (False, "DU1", "7.0")


# -- operations


def test_a_step_is_claimed_once(any_store: Store) -> None:
    operation = Operation(Verb.WAKE, (Step("a/b"),), "U1", "C1", NOW)
    step = mark_sent(Step("a/b", stage_before="SLEEPING"), NOW)
    with any_store.transaction() as tx:
        operation_row = operations.add(tx, operation, state="running")
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
        id = operations.add(tx, operation, state="running").id
        operations.save_steps(tx, id, [step], [mark_accepted(step, "BUILDING")])
        operations.save_steps(tx, id, [step], [Step("a/b", StepState.FAILED)])
        (read,) = operations.running(tx)

    assert read.steps == (mark_accepted(step, "BUILDING"),)


def test_concurrent_sweep_and_response_both_update_a_step(any_store: Store) -> None:
    step = mark_sent(Step("a/b", stage_before="RUNTIME_ERROR"), NOW)
    with any_store.transaction() as tx:
        id = operations.add(tx, Operation(Verb.WAKE, (step,), "U1", "C1", NOW), state="running").id
        operations.save_steps(tx, id, [step], [replace(step, stage="BUILDING", stage_changed=True)])
        operations.save_steps(tx, id, [step], [mark_rejected(step, Unanswered("no answer"), NOW)])
        (read,) = operations.running(tx)

    assert read.steps == (replace(step, stage="BUILDING", stage_changed=True, message="no answer"),)


def test_stopped_operation_claims_no_further_step(any_store: Store) -> None:
    operation = Operation(Verb.WAKE, (Step("a/b"), Step("a/c")), "U1", "C1", NOW)
    with any_store.transaction() as tx:
        added = operations.add(tx, operation, state="running")
        operations.claim(tx, added.id, mark_sent(added.steps[0], NOW))
        locked = operations.get_locked(tx, added.id)
        assert locked is not None
        after = stop(locked, "U2", NOW)
        operations.stop(tx, after)
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
        id = operations.add(tx, operation, state="running").id
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
        id = operations.add(tx, operation, state="proposed").id
        transitions = [operations.transition(tx, id, "proposed", "running", NOW) for _ in range(2)]

    assert transitions == [True, False]


def test_database_of_a_newer_version_is_not_changed(any_store: Store, database_url: str) -> None:
    with any_store.transaction() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DatabaseOpenError, match="its tables are at 9999, mine are at 0001"):
        Store(database_url)

    with any_store.transaction() as tx:
        assert tx.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        pytest.param("sqlite:///{}/nowhere/bot.db", "unable to open database file", id="no folder"),
        pytest.param("sqlite:///{}/list.txt", "file is not a database", id="another file"),
        pytest.param(
            "postgresql+psycopg://bot:sesame@127.0.0.1:9/sesame", "refused", id="no server"
        ),
    ],
)
def test_open_error_is_one_line_without_the_password(tmp_path: Path, url: str, why: str) -> None:
    (tmp_path / "list.txt").write_text("eggs, and no database at all\n" * 50)

    with pytest.raises(DatabaseOpenError) as caught:
        Store(url.format(tmp_path))

    message = str(caught.value)
    assert why in message
    assert message.endswith("Check DATABASE_URL.")
    assert "\n" not in message
    assert "sesame" not in message
