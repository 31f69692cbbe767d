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

from bot.cards import Message, State
from bot.delivery import posted, posting
from bot.errors import Unanswered
from bot.model import Ask
from bot.operations import (
    Operation,
    Progress,
    SkipReason,
    Step,
    Verb,
    accepted,
    claimed,
    refused,
    stop,
)
from bot.store import Store, Unopened, asks, cards, facts, lease, migrate, operations
from bot.store.schema import metadata

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_the_migrations_make_the_tables_that_the_code_knows(any_store: Store) -> None:
    with any_store.transaction() as tx:
        differences = compare_metadata(MigrationContext.configure(tx), metadata)

    assert differences == []


def test_the_newest_migration_is_the_one_that_is_looked_for() -> None:
    names = sorted(p.name for p in Path(migrate.__file__).parent.glob("migrations/versions/m*.py"))

    assert names[-1] == f"m{migrate.HEAD}.py"


def test_a_second_start_finds_everything_in_place(database_url: str) -> None:
    first, second = Store(database_url), Store(database_url)

    assert (first.migrated, second.migrated) == (True, False)
    first.close()
    second.close()


def open_and_close(url: str) -> None:
    Store(url).close()


def test_processes_that_start_together_migrate_once(database_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    starters = [context.Process(target=open_and_close, args=(database_url,)) for _ in range(3)]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join(60)

    assert [starter.exitcode for starter in starters] == [0, 0, 0]


def test_a_database_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    Store(f"sqlite:///{tmp_path}/bot.db").close()

    assert (tmp_path / "bot.db").stat().st_mode & 0o777 == 0o600


def test_no_update_is_lost_between_threads(any_store: Store) -> None:
    def work() -> None:
        for _ in range(25):
            with any_store.transaction() as tx:
                operations.alone(tx)
                facts.put(tx, "n", (facts.get(tx, "n") or 0) + 1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with any_store.transaction() as tx:
        assert facts.get(tx, "n") == 100


def test_a_transaction_that_fails_leaves_nothing(any_store: Store) -> None:
    def fail() -> None:
        with any_store.transaction() as tx:
            facts.put(tx, "n", 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with any_store.transaction() as tx:
        assert facts.get(tx, "n") is None


def test_a_moment_comes_back_as_it_went_in(any_store: Store) -> None:
    at = NOW + timedelta(microseconds=250_000)
    with any_store.transaction() as tx:
        asks.receive(tx, Ask("wake", "U1", "C1", key="k"), "wake", at)
        (taken,) = asks.orphans(tx, at + timedelta(seconds=1))

    assert taken.received_at == at


def test_a_delivery_is_received_once_and_taken_once(any_store: Store) -> None:
    ask = Ask("wake", "U1", "C1", key="k")
    with any_store.transaction() as tx:
        number = asks.receive(tx, ask, "wake", NOW)
        again = asks.receive(tx, ask, "wake", NOW)
        assert number is not None
        claims = [asks.take(tx, number), asks.take(tx, number)]

    assert (again, claims) == (None, [True, False])


def test_what_was_given_up_can_neither_be_begun_nor_given_up_again(any_store: Store) -> None:
    with any_store.transaction() as tx:
        number = asks.receive(tx, Ask("wake", "U1", "C1", key="k"), "wake", NOW)
        assert number is not None
        begun = asks.begin(tx, "k")
        (orphan,) = asks.orphans(tx, NOW + timedelta(seconds=1))
        given_up = [asks.give_up(tx, number, "interrupted", NOW) for _ in range(2)]
        late = asks.begin(tx, "k")

    assert (begun, orphan.begun, given_up, late) == (True, True, [True, False], False)


def test_what_was_concluded_is_no_orphan(any_store: Store) -> None:
    with any_store.transaction() as tx:
        number = asks.receive(tx, Ask("wake", "U1", "C1", key="k" * 300), "wake", NOW)
        assert number is not None
        asks.conclude(tx, "k" * 300, "acted", "began operation 7", NOW)

        assert asks.orphans(tx, NOW + timedelta(seconds=1)) == []
        assert not asks.give_up(tx, number, "interrupted", NOW)


def test_a_long_delivery_id_is_one_too(any_store: Store) -> None:
    with any_store.transaction() as tx:
        numbers = [
            asks.receive(tx, Ask("wake", "U1", "C1", key="k" * 300 + end), "wake", NOW)
            for end in ("a", "b", "a")
        ]

    assert numbers[0] != numbers[1]
    assert numbers[2] is None


# -- the lease


def test_one_leads_and_the_other_waits(any_store: Store) -> None:
    with any_store.transaction() as tx:
        first, second = lease.acquire(tx, "a"), lease.acquire(tx, "b")

    assert (first, second) == (lease.Lease("a", 1), None)


def test_a_released_lease_is_taken_at_once_with_the_next_epoch(any_store: Store) -> None:
    with any_store.transaction() as tx:
        first = lease.acquire(tx, "a")
        assert first is not None
        lease.release(tx, first)
        second = lease.acquire(tx, "b")

    assert second == lease.Lease("b", 2)


def test_a_lease_that_ran_out_cannot_be_renewed_and_fences(any_store: Store) -> None:
    with any_store.transaction() as tx:
        old = lease.acquire(tx, "a", ttl=-1)
        assert old is not None
        new = lease.acquire(tx, "b")
        assert new is not None

        assert not lease.renew(tx, old)
        with pytest.raises(lease.Deposed):
            lease.check(tx, old)
        assert lease.renew(tx, new)
        lease.check(tx, new)


# -- cards


def test_the_same_message_again_changes_nothing_and_another_one_replaces_it(
    any_store: Store,
) -> None:
    with any_store.transaction() as tx:
        id = cards.want(tx, "incident:1", "C1", Message("broken"), NOW)
        assert cards.want(tx, "incident:1", "C1", Message("broken"), NOW) == id
        (same,) = cards.get(tx, [id])
        cards.want(tx, "incident:1", "C1", Message("mended", ({"type": "divider"},)), NOW)
        (changed,) = cards.get(tx, [id])

    assert (same.version, changed.version) == (1, 2)
    assert changed.message == Message("mended", ({"type": "divider"},))


def test_only_cards_that_differ_are_looked_at(any_store: Store) -> None:
    with any_store.transaction() as tx:
        id = cards.want(tx, "incident:1", "C1", Message("broken"), NOW)
        (new,) = cards.unequal(tx)
        cards.keep(tx, posting(new, NOW))
        (sending,) = cards.unequal(tx)
        cards.keep(tx, posted(sending, "C1", "7.0", NOW))
        equal = cards.unequal(tx)
        cards.change(tx, id, Message("worse"))
        (changed,) = cards.unequal(tx)

    assert (sending.state, equal, changed.ts) == (State.SENDING, [], "7.0")


def test_a_reply_waits_for_its_card_and_goes_where_it_stands(any_store: Store) -> None:
    with any_store.transaction() as tx:
        parent = cards.want(tx, "operation:1", "C1", Message("waking"), NOW, user="U1")
        cards.want(tx, "operation:1:end", "C1", Message("up"), NOW, parent=parent)
        card, early = cards.unequal(tx)
        cards.keep(tx, posted(posting(card, NOW), "DU1", "7.0", NOW))
        (late,) = cards.unequal(tx)

    assert early.waits_for_parent
    assert (late.waits_for_parent, late.channel, late.thread) == (False, "DU1", "7.0")


# -- operations


def test_a_step_is_claimed_once(any_store: Store) -> None:
    operation = Operation(Verb.WAKE, (Step("a/b"),), "U1", "C1", NOW)
    step = claimed(Step("a/b", was="SLEEPING"), NOW)
    with any_store.transaction() as tx:
        kept = operations.add(tx, operation, state="running")
        claims = [operations.claim(tx, kept.id, step), operations.claim(tx, kept.id, step)]
        (read,) = operations.running(tx)

    assert claims == [True, False]
    assert read.steps == (step,)


def test_what_somebody_else_has_changed_meanwhile_is_left_alone(any_store: Store) -> None:
    step = claimed(Step("a/b", was="SLEEPING"), NOW)
    with any_store.transaction() as tx:
        operation = Operation(Verb.WAKE, (step,), "U1", "C1", NOW)
        id = operations.add(tx, operation, state="running").id
        operations.keep(tx, id, [step], [accepted(step, "BUILDING")])
        operations.keep(tx, id, [step], [Step("a/b", Progress.FAILED)])
        (read,) = operations.running(tx)

    assert read.steps == (accepted(step, "BUILDING"),)


def test_a_look_and_an_answer_that_come_together_are_both_kept(any_store: Store) -> None:
    step = claimed(Step("a/b", was="RUNTIME_ERROR"), NOW)
    with any_store.transaction() as tx:
        id = operations.add(tx, Operation(Verb.WAKE, (step,), "U1", "C1", NOW), state="running").id
        operations.keep(tx, id, [step], [replace(step, stage="BUILDING", moved=True)])
        operations.keep(tx, id, [step], [refused(step, Unanswered("no answer"), NOW)])
        (read,) = operations.running(tx)

    assert read.steps == (replace(step, stage="BUILDING", moved=True, note="no answer"),)


def test_what_a_stop_was_first_to_is_not_claimed_any_more(any_store: Store) -> None:
    operation = Operation(Verb.WAKE, (Step("a/b"), Step("a/c")), "U1", "C1", NOW)
    with any_store.transaction() as tx:
        kept = operations.add(tx, operation, state="running")
        operations.claim(tx, kept.id, claimed(kept.steps[0], NOW))
        seen = operations.locked(tx, kept.id)
        assert seen is not None
        after = stop(seen, "U2", NOW)
        operations.stop(tx, after)
        operations.keep(tx, kept.id, seen.steps, after.steps)
        late = operations.claim(tx, kept.id, claimed(kept.steps[1], NOW))
        (read,) = operations.running(tx)

    assert not late
    assert (read.stopped_by, read.stopped_at) == ("U2", NOW)
    assert [step.progress for step in read.steps] == [Progress.SENT, Progress.SKIPPED]
    assert read.steps[1].skip_reason is SkipReason.STOPPED


def test_a_stop_and_a_claim_at_one_moment_take_turns(any_store: Store) -> None:
    """A claim that is not committed yet is waited for, and then it counts as sent."""
    operation = Operation(Verb.WAKE, (Step("a/b"), Step("a/c")), "U1", "C1", NOW)
    with any_store.transaction() as tx:
        id = operations.add(tx, operation, state="running").id
    seen: list[Operation | None] = []

    def read() -> None:
        with any_store.transaction() as tx:
            seen.append(operations.locked(tx, id))

    reader = Thread(target=read)
    with any_store.transaction() as tx:
        assert operations.claim(tx, id, claimed(operation.steps[0], NOW))
        reader.start()
        reader.join(0.3)
        assert reader.is_alive(), "it reads what is about to change"
    reader.join(10)

    (found,) = seen
    assert found is not None
    assert [step.progress for step in found.steps] == [Progress.SENT, Progress.WAITING]


def test_a_proposal_is_begun_once(any_store: Store) -> None:
    operation = Operation(Verb.PAUSE, (Step("a/b"),), "U1", "C1", NOW)
    with any_store.transaction() as tx:
        id = operations.add(tx, operation, state="proposed").id
        turns = [operations.turn(tx, id, "proposed", "running", NOW) for _ in range(2)]

    assert turns == [True, False]


def test_tables_of_a_newer_version_are_left_alone(any_store: Store, database_url: str) -> None:
    with any_store.transaction() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(Unopened, match="its tables are at 9999, mine are at 0001"):
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
def test_why_a_database_does_not_open_is_one_line_without_its_password(
    tmp_path: Path, url: str, why: str
) -> None:
    (tmp_path / "list.txt").write_text("eggs, and no database at all\n" * 50)

    with pytest.raises(Unopened) as caught:
        Store(url.format(tmp_path))

    said = str(caught.value)
    assert why in said
    assert said.endswith("Check DATABASE_URL.")
    assert "\n" not in said
    assert "sesame" not in said
