"""The other answers of the Hub, into values: who we are, what hardware costs, what is set."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.model import Account, Flavour

logger = logging.getLogger(__name__)

_UNITS_PER_HOUR = {"second": 3600, "minute": 60, "hour": 1}
_WRITE = ("repo.write", "write")


def account(answer: Mapping[str, Any]) -> Account:
    """Read `whoami-v2`."""
    auth = answer.get("auth") or {}
    token = auth.get("accessToken") or {}
    return Account(
        name=str(answer["name"]),
        orgs=tuple(str(org["name"]) for org in answer.get("orgs") or ()),
        token_kind=str(auth.get("type") or ""),
        token_role=str(token.get("role") or ""),
        writes_to=tuple(_writable(token.get("fineGrained") or {})),
    )


def _writable(grants: Mapping[str, Any]) -> Iterator[str]:
    for scope in grants.get("scoped") or ():
        if any(permission in _WRITE for permission in scope.get("permissions") or ()):
            yield str((scope.get("entity") or {}).get("name") or "")


def flavours(table: Iterable[Any]) -> tuple[Flavour, ...]:
    """Read the hardware table. A line that cannot be read is left out: its price is not known."""
    return tuple(_readable(table))


def _readable(table: Iterable[Any]) -> Iterator[Flavour]:
    for entry in table:
        try:
            yield flavour(entry)
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
            logger.warning("a line of the hardware table cannot be read")


def flavour(entry: Mapping[str, Any]) -> Flavour:
    """Read one line of the hardware table."""
    accelerator = entry.get("accelerator") or {}
    per_hour = _UNITS_PER_HOUR[entry["unitLabel"]]
    return Flavour(
        name=str(entry["name"]),
        title=str(entry.get("prettyName") or entry["name"]),
        cpu=str(entry.get("cpu") or ""),
        ram=str(entry.get("ram") or ""),
        accelerator=_accelerator(accelerator),
        dollars_per_hour=int(entry["unitCostMicroUSD"]) * per_hour / 1_000_000,
    )


def _accelerator(block: Mapping[str, Any]) -> str:
    words = (block.get("quantity"), block.get("model"), block.get("vram"))
    return " ".join(str(word) for word in words if word)


def secrets(answer: Mapping[str, Any]) -> tuple[str, ...]:
    """Read the names of secrets; an error in the place of their map is none of them."""
    if not all(isinstance(entry, dict) for entry in answer.values()):
        raise TypeError("a secret without its entry")
    return tuple(sorted(answer))


def variables(answer: Mapping[str, Any]) -> dict[str, str]:
    """Read variables with their values."""
    return {key: str(entry["value"]) for key, entry in answer.items()}


def commit_id(answer: Mapping[str, Any]) -> str | None:
    """Read the newest commit of a Space's files; an empty repository has none."""
    sha = answer.get("sha")
    if not sha and "id" not in answer:
        raise LookupError("this is no Space")
    return str(sha) if sha else None


def warnings(answer: Mapping[str, Any]) -> tuple[str, ...]:
    """Read what the Hub warns of in a README."""
    return tuple(str(warning["message"]) for warning in answer.get("warnings") or ())
