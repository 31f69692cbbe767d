"""Helpers of the tests in this folder."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine

from bot.store import Store


@pytest.fixture
def postgres_store(empty_postgres: str) -> Iterator[Store]:
    store = Store(empty_postgres)
    yield store
    store.close()


@pytest.fixture
def other_engine(postgres_store: Store, postgres: str) -> Iterator[Engine]:
    """The same database, opened by another process."""
    other_engine = create_engine(postgres)
    yield other_engine
    other_engine.dispose()
