"""Backups: consistent copies of a database that may be in use."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.store import Store, key_values
from bot.store.backup import BackupError, back_up, restore


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/bot.db"
    store = Store(url)
    with store.transaction() as tx:
        key_values.put(tx, "mark", "kept")
    store.close()
    return url


def value_in(url: str) -> object:
    store = Store(url)
    with store.transaction() as tx:
        value = key_values.get(tx, "mark")
    store.close()
    return value


def test_a_restored_backup_has_the_same_content(tmp_path: Path, url: str) -> None:
    size = back_up(url, tmp_path / "copy.db")
    place = f"sqlite:///{tmp_path}/new.db"

    assert restore(tmp_path / "copy.db", place) == size > 0
    assert value_in(place) == "kept"


def test_a_backup_is_private(tmp_path: Path, url: str) -> None:
    back_up(url, tmp_path / "copy.db")

    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600


def test_a_backup_of_a_running_bot_leaves_out_what_is_not_committed(
    tmp_path: Path, url: str
) -> None:
    with closing(sqlite3.connect(tmp_path / "bot.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE key_value SET value = '\"half\"'")

        back_up(url, tmp_path / "copy.db")

    restore(tmp_path / "copy.db", f"sqlite:///{tmp_path}/new.db")
    assert value_in(f"sqlite:///{tmp_path}/new.db") == "kept"


def test_an_existing_file_is_never_replaced(tmp_path: Path, url: str) -> None:
    (tmp_path / "copy.db").write_text("mine")

    with pytest.raises(BackupError, match=r"already exists\. Name a new file"):
        back_up(url, tmp_path / "copy.db")

    assert (tmp_path / "copy.db").read_text() == "mine"


@pytest.mark.parametrize("companion", ["", "-wal", "-journal", "-shm"])
def test_a_place_in_use_is_never_restored_over(tmp_path: Path, url: str, companion: str) -> None:
    back_up(url, tmp_path / "copy.db")
    (tmp_path / f"new.db{companion}").write_text("")

    with pytest.raises(BackupError, match="Stop the bot and move it away first"):
        restore(tmp_path / "copy.db", f"sqlite:///{tmp_path}/new.db")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "belongs to another version"),
        ("DROP TABLE alembic_version", "isn't a backup of Spacebot"),
        ("DELETE FROM alembic_version", "isn't a backup of Spacebot"),
    ],
)
def test_what_is_no_backup_of_this_version_is_not_restored(
    tmp_path: Path, url: str, change: str, problem: str
) -> None:
    back_up(url, tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy, copy:
        copy.execute(change)

    with pytest.raises(BackupError, match=problem):
        restore(tmp_path / "copy.db", f"sqlite:///{tmp_path}/new.db")

    assert not (tmp_path / "new.db").exists()


def test_a_damaged_backup_is_not_restored(tmp_path: Path, url: str) -> None:
    back_up(url, tmp_path / "copy.db")
    content = bytearray((tmp_path / "copy.db").read_bytes())
    content[4096 * 3 : 4096 * 5] = b"\xff" * 8192
    (tmp_path / "copy.db").write_bytes(content)

    with pytest.raises(BackupError, match=r"is damaged|isn't a backup"):
        restore(tmp_path / "copy.db", f"sqlite:///{tmp_path}/new.db")


def test_a_copy_that_fails_leaves_no_file(tmp_path: Path, url: str) -> None:
    (tmp_path / "bot.db").write_bytes(b"not a database" * 100)

    with pytest.raises(BackupError, match="can't be copied"):
        back_up(url, tmp_path / "copy.db")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["bot.db"]


@pytest.mark.parametrize(
    ("url", "advice"),
    [
        ("postgresql+psycopg://user:password@host/name", "Use pg_dump and pg_restore"),
        ("sqlite://", "in memory"),
        ("sqlite:////nowhere/bot.db", "Check DATABASE_URL"),
    ],
)
def test_a_database_that_is_no_file_is_refused(tmp_path: Path, url: str, advice: str) -> None:
    with pytest.raises(BackupError, match=advice):
        back_up(url, tmp_path / "copy.db")
