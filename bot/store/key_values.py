"""Single facts that outlive a restart, by name."""

from typing import Any

from sqlalchemy import delete, select

from bot.store.engine import Tx
from bot.store.schema import key_value as table


def get(tx: Tx, name: str) -> Any:
    """Return the fact called *name*, or None."""
    return tx.execute(select(table.c.value).where(table.c.name == name)).scalar()


def put(tx: Tx, name: str, value: Any) -> None:
    """Remember *value*, or forget the fact when it is None."""
    tx.execute(delete(table).where(table.c.name == name))
    if value is not None:
        tx.execute(table.insert().values(name=name, value=value))
