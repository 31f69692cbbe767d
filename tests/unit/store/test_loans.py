"""Loans in the database: one for each Space."""

from dataclasses import replace
from datetime import timedelta

from bot.loans import Loan
from bot.store import Store, loans
from tests.unit.store.samples import NOW

LOAN = Loan(
    *("acme/a", "t4-small", "cpu-basic", 3600, NOW, NOW + timedelta(hours=1), "U1", "C1", 0.4),
    thread="1.0",
)


def test_a_loan_is_read_as_it_was_saved_and_replaces_the_one_before(any_store: Store) -> None:
    with any_store.transaction() as tx:
        loans.save(tx, [replace(LOAN, flavor="a10g-small"), replace(LOAN, space="acme/b")])
        loans.save(tx, [LOAN])
        assert loans.by_space(tx) == {"acme/a": LOAN, "acme/b": replace(LOAN, space="acme/b")}
        loans.remove(tx, ["acme/b"])
        loans.rename(tx, "acme/a", "acme/z")
        assert list(loans.by_space(tx)) == ["acme/z"]


def test_a_loan_is_read_with_the_one_that_it_replaced(any_store: Store) -> None:
    second = replace(LOAN, flavor="a10g-small", replaced=replace(LOAN, noticed_at=NOW))
    with any_store.transaction() as tx:
        loans.save(tx, [second])
        assert loans.get(tx, "acme/a") == second
        loans.rename(tx, "acme/a", "acme/z")
        assert loans.lock_all(tx)["acme/z"].replaced == replace(
            LOAN, space="acme/z", noticed_at=NOW
        )


def test_what_is_due_is_found_without_reading_all(store: Store) -> None:
    before, notice = LOAN.ends_at - timedelta(seconds=1), LOAN.ends_at
    with store.transaction() as tx:
        loans.save(tx, [LOAN])
        assert not loans.has_due(tx, before, before)
        assert loans.has_due(tx, before, notice)
        loans.save(tx, [replace(LOAN, noticed_at=NOW)])
        assert not loans.has_due(tx, before, notice)
        assert loans.has_due(tx, LOAN.ends_at, LOAN.ends_at)
