"""When the Hub does not answer, nothing is concluded, and people are told so once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

#: One failed look may be a hiccup. People hear of the second, or of the first after this long.
PATIENCE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Blindness:
    """Owners whose Spaces cannot be seen, since when, and whether people know."""

    since: datetime
    owners: Mapping[str, str]  # owner → why, in words
    looks: int = 1
    told: bool = False
    until: datetime | None = None  # sight is back


def after(before: Blindness | None, blind: Mapping[str, str], now: datetime) -> Blindness | None:
    """Return what is to be remembered once *blind* owners have failed to answer now."""
    if not blind:
        return replace(before, until=now) if before else None
    if before is None:
        return Blindness(now, dict(blind))
    told = before.told or before.looks >= 1 or now - before.since >= PATIENCE
    return replace(before, owners=dict(blind), looks=before.looks + 1, told=told)


def kept(blindness: Blindness) -> dict[str, Any]:
    """Return what is written down of it."""
    return {
        "since": blindness.since.timestamp(),
        "owners": dict(blindness.owners),
        "looks": blindness.looks,
        "told": blindness.told,
    }


def read(kept: Mapping[str, Any] | None) -> Blindness | None:
    """Return what was written down."""
    if kept is None:
        return None
    since = datetime.fromtimestamp(kept["since"], UTC)
    return Blindness(since, kept["owners"], kept["looks"], kept["told"])
