"""Column types, index arguments, names and metadata, apart from the schema for its parts."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Dialect, Float, MetaData, String, TypeDecorator

from bot.cards.keys import CardKey

# The names of indexes and constraints.
_NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
#: All tables.
metadata = MetaData(naming_convention=_NAMING_CONVENTION)


class UtcTimestamp(TypeDecorator[datetime]):
    """A UTC datetime, stored as epoch seconds on every engine."""

    impl = Float(53)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> float | None:  # noqa: ARG002 - SQLAlchemy's signature
        return value.timestamp() if value else None

    def process_result_value(self, value: float | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else datetime.fromtimestamp(value, UTC)


class CardKeyText(TypeDecorator[CardKey]):
    """A card's key, stored as its text. The longest contains the idempotency key of a request."""

    impl = String(240)
    cache_ok = True

    def process_bind_param(self, value: CardKey | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        return str(value) if value else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> CardKey | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else CardKey.parse(value)


def where(condition: ColumnElement[bool]) -> dict[str, Any]:
    """Return the arguments of an index that contains only the rows with *condition*."""
    return {"sqlite_where": condition, "postgresql_where": condition}
