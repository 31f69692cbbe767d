"""The PostgreSQL of the tests."""

import pytest
from sqlalchemy import create_engine


def test_another_run_of_pytest_does_not_crash_postgres(
    postgres: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Each run closes the folder of all runs to other users, such as that of PostgreSQL."""
    for folder in tmp_path_factory.getbasetemp().parents:
        if folder.name.startswith("pytest-"):
            folder.chmod(0o700)
    engine = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CHECKPOINT")
    engine.dispose()
