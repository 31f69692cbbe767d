"""The other answers of the Hub, into values: who we are, and what hardware costs."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.model import Account, Flavour

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
