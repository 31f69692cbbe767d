"""Lenient parsers of the Hub's answers about accounts, plans and hardware."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.hub.space_parsers import as_text
from bot.hub_facts import Account, Flavor

logger = logging.getLogger(__name__)

_UNITS_PER_HOUR = {"second": 3600, "minute": 60, "hour": 1}
_WRITE_PERMISSIONS = ("repo.write", "write")


def parse_account(data: Mapping[str, Any]) -> Account:
    """Return the account in an answer of `whoami-v2`."""
    auth = data.get("auth") or {}
    token = auth.get("accessToken") or {}
    return Account(
        name=str(data["name"]),
        orgs=tuple(str(org["name"]) for org in data.get("orgs") or ()),
        token_kind=str(auth.get("type") or ""),
        token_role=str(token.get("role") or ""),
        writes_to=tuple(_writable_names(token.get("fineGrained") or {})),
    )


def _writable_names(grants: Mapping[str, Any]) -> Iterator[str]:
    for scope in grants.get("scoped") or ():
        if any(permission in _WRITE_PERMISSIONS for permission in scope.get("permissions") or ()):
            yield str((scope.get("entity") or {}).get("name") or "")


def parse_plan(overview: Mapping[str, Any]) -> str:
    """Return the plan in the overview of an organization or of a user."""
    plan = as_text(overview.get("plan"))
    if plan is None:
        return "pro" if overview.get("isPro") is True else "free"
    return plan.casefold()


def parse_flavors(table: Iterable[Any]) -> tuple[Flavor, ...]:
    """Return the flavors in the hardware table.

    An entry that can't be read is left out, because its price isn't known.
    """
    return tuple(_parse_readable(table))


def _parse_readable(table: Iterable[Any]) -> Iterator[Flavor]:
    for entry in table:
        try:
            yield parse_flavor(entry)
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
            logger.warning("skipped an entry of the hardware table that can't be read")


def parse_flavor(entry: Mapping[str, Any]) -> Flavor:
    """Return the flavor in one entry of the hardware table."""
    accelerator = entry.get("accelerator") or {}
    per_hour = _UNITS_PER_HOUR[entry["unitLabel"]]
    return Flavor(
        name=str(entry["name"]),
        title=str(entry.get("prettyName") or entry["name"]),
        cpu=str(entry.get("cpu") or ""),
        ram=str(entry.get("ram") or ""),
        accelerator=_describe_accelerator(accelerator),
        dollars_per_hour=int(entry["unitCostMicroUSD"]) * per_hour / 1_000_000,
    )


def _describe_accelerator(block: Mapping[str, Any]) -> str:
    fields = (block.get("quantity"), block.get("model"), block.get("vram"))
    return " ".join(str(field) for field in fields if field)
