"""Single JSON values by name, such as the start of a Hub outage."""

from typing import Any

from sqlalchemy import bindparam, delete, select

from bot.store.engine import Tx
from bot.store.schema import key_value as table

# Built once, because a sweep reads twenty values and building a query takes longer than running it.
_SELECT = select(table.c.value).where(table.c.name == bindparam("key"))
_DELETE = delete(table).where(table.c.name == bindparam("key"))
_INSERT = table.insert()


def get(tx: Tx, name: str) -> Any:
    """Return the value of *name*, or None."""
    return tx.execute(_SELECT, {"key": name}).scalar()


def put(tx: Tx, name: str, value: Any) -> None:
    """Set the value of *name*; None deletes it."""
    tx.execute(_DELETE, {"key": name})
    if value is not None:
        tx.execute(_INSERT, {"name": name, "value": value})
