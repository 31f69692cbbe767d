"""Migrations: the tables, the revision and concurrent starts."""

import logging
import multiprocessing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from bot.store import DatabaseOpenError, Store, migrate
from bot.store.schema import metadata


def test_migrations_create_the_tables_of_the_schema(any_store: Store) -> None:
    with any_store.transaction() as tx:
        differences = compare_metadata(MigrationContext.configure(tx), metadata)

    assert differences == []


def test_head_revision_is_the_newest_migration() -> None:
    names = sorted(p.name for p in Path(migrate.__file__).parent.glob("migrations/versions/m*.py"))

    assert names[-1] == f"m{migrate.HEAD_REVISION}.py"


def test_second_start_migrates_nothing(
    new_database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "bot.store.migrate"):
        first, second = Store(new_database_url), Store(new_database_url)

    assert caplog.messages == [f"the tables are at {migrate.HEAD_REVISION}"]
    first.close()
    second.close()


def test_concurrent_starts_migrate_once(new_database_url: str) -> None:
    """The processes are forks of one that has imported the store, so they start together."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["bot.store", "alembic.command"])
    starters = [context.Process(target=Store, args=(new_database_url,)) for _ in range(3)]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join(60)

    assert [starter.exitcode for starter in starters] == [0, 0, 0]


def test_database_of_a_newer_version_is_not_changed(any_store: Store, database_url: str) -> None:
    with any_store.transaction() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DatabaseOpenError, match="its tables are at 9999, mine are at 0001"):
        Store(database_url)

    with any_store.transaction() as tx:
        assert tx.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
