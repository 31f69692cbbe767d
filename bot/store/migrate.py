"""Migrations of the database, run by the first replica that starts."""

import logging
from importlib import resources

from sqlalchemy import Connection, inspect, text

from bot.store.engine import AdvisoryLock, DatabaseOpenError, Tx, disable_timeouts, lock

logger = logging.getLogger(__name__)

#: The newest migration. A test compares it with the folder.
HEAD_REVISION = "0001_initial"
#: Versions that existed before the first release. Their tables differ and are not migrated.
_UNRELEASED_REVISIONS = frozenset({"0001"})


def migrate(tx: Tx) -> None:
    """Run the missing migrations.

    Replicas that start together wait for each other.
    """
    disable_timeouts(tx)  # importing Alembic alone takes a slow machine seconds
    lock(tx, AdvisoryLock.MIGRATION)
    if _current_revision(tx) != HEAD_REVISION:
        _upgrade(tx)
        logger.info("the tables are at %s", HEAD_REVISION)


def _current_revision(tx: Tx) -> str | None:
    if not inspect(tx).has_table("alembic_version"):
        return None
    return tx.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(tx: Connection) -> None:
    """Run the missing migrations.

    Raises:
        DatabaseOpenError: The tables belong to an unreleased or another version.

    """
    # Imported here, because it takes a second and 11 MB and is rarely needed.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    if (version := _current_revision(tx)) in _UNRELEASED_REVISIONS:
        raise DatabaseOpenError(
            f"belongs to an unreleased version of Spacebot (its tables are at {version}). Nothing "
            "was changed. Delete it, or name another database in DATABASE_URL, and start again."
        )
    config = Config()
    config.set_main_option("script_location", str(resources.files("bot.store") / "migrations"))
    config.attributes["connection"] = tx
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise DatabaseOpenError(
            "was made by another version of Spacebot (its tables are at "
            f"{_current_revision(tx)}, mine are "
            f"at {HEAD_REVISION}). Nothing was changed. Run that version, or a newer one, or "
            "name another "
            "database in DATABASE_URL."
        ) from error
