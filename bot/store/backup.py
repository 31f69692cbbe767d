"""Consistent copies of a SQLite database, and their return to an empty place."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import make_url

from bot.store.migrate import HEAD_REVISION

# Files that SQLite keeps beside a database. One that stays behind would change a restored copy:
# https://sqlite.org/howtocorrupt.html#_deleting_a_hot_journal
_COMPANIONS = ("", "-journal", "-wal", "-shm")


class BackupError(Exception):
    """The copy can't be made. The message names the fact and the next step."""


def back_up(url: str, target: Path) -> int:
    """Copy the database at *url* to the new file *target*; return its size in bytes.

    The bot may run meanwhile, because SQLite copies the state of one moment.

    Raises:
        BackupError: The database isn't a SQLite file, or *target* exists or can't be written.

    """
    source = _sqlite_file(url)
    if not source.is_file():
        raise BackupError(f"There's no database {source}. Check DATABASE_URL.")
    if target.exists():
        raise BackupError(f"{target} already exists. Name a new file.")
    return _copy(source, target)


def restore(source: Path, url: str) -> int:
    """Copy the backup *source* to the empty place at *url*; return its size in bytes.

    Raises:
        BackupError: *source* isn't an intact backup of this version, or the place isn't empty.

    """
    target = _sqlite_file(url)
    if not source.is_file():
        raise BackupError(f"There's no file {source}. Check the path.")
    for path in (Path(f"{target}{companion}") for companion in _COMPANIONS):
        if path.exists():
            raise BackupError(f"{path} already exists. Stop the bot and move it away first.")
    _check(source)
    return _copy(source, target)


def _sqlite_file(url: str) -> Path:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        raise BackupError("DATABASE_URL names a PostgreSQL database. Use pg_dump and pg_restore.")
    if not parsed.database or parsed.database == ":memory:":
        raise BackupError(
            "DATABASE_URL names a database in memory, which can't be copied. Name a file."
        )
    return Path(parsed.database)


def _check(source: Path) -> None:
    """Raise BackupError unless *source* is an intact database of this version."""
    try:
        with closing(_open(source)) as database:
            (verdict,) = database.execute("PRAGMA integrity_check(1)").fetchone()
            (revision,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.Error, TypeError) as error:
        raise BackupError(
            f"{source} isn't a backup of Spacebot ({error}). Use another file."
        ) from error
    if verdict != "ok":
        raise BackupError(f"{source} is damaged ({verdict}). Use another backup.")
    if revision != HEAD_REVISION:
        raise BackupError(
            f"{source} belongs to another version (its tables are at {revision}, this version's "
            f"are at {HEAD_REVISION}). Restore it with that version."
        )


def _copy(source: Path, target: Path) -> int:
    try:
        with _partial(target) as part, closing(_open(source)) as database:
            with closing(sqlite3.connect(part)) as copy:
                database.backup(copy)
            size = part.stat().st_size
    except (sqlite3.Error, OSError) as error:
        raise BackupError(
            f"{source} can't be copied to {target} ({error}). Check the disk "
            "and who may write there."
        ) from error
    return size


def _open(path: Path) -> sqlite3.Connection:
    """Return a connection to the existing database *path*.

    Not read-only, because the journal of a killed process must be rolled back first.
    """
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=30)


@contextmanager
def _partial(target: Path) -> Iterator[Path]:
    """Return a private file that becomes *target* if complete, and is removed otherwise.

    It never replaces a file, because linking fails where one exists.
    """
    part = target.with_name(f"{target.name}.part")
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield part
        _sync(part)
        target.hardlink_to(part)
        _sync(target.parent)
    finally:
        part.unlink()


def _sync(path: Path) -> None:
    """Wait until *path*, a file or a folder, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
