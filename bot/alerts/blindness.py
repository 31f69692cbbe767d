"""When the Hub does not answer, nothing is concluded, and people are told so once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

#: One failed look may be a hiccup. People hear of the second, or of the first after this long.
PATIENCE = timedelta(seconds=60)
#: Blind again so soon after sight came back: the same card says so, and nobody is pinged.
REMEMBERED = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Blindness:
    """Owners whose Spaces cannot be seen, since when, and whether people know."""

    since: datetime
    owners: Mapping[str, str]  # owner → why, in words
    looks: int = 1
    told: bool = False
    until: datetime | None = None  # sight is back
    times: int = 1  # it comes and goes …
    first: datetime | None = None  # … since then; None: this is the first time

    @property
    def begun(self) -> datetime:
        """When its card began: blind again is the same card."""
        return self.first or self.since


def after(before: Blindness | None, blind: Mapping[str, str], now: datetime) -> Blindness | None:
    """Return what is to be remembered once *blind* owners have failed to answer now."""
    if before and before.until and now - before.until >= REMEMBERED:
        before = None
    if not blind:
        return _seeing(before, now)
    if before is None:
        return Blindness(now, dict(blind))
    if before.until:
        again = replace(before, since=now, until=None, first=before.begun, times=before.times + 1)
        return replace(again, owners=dict(blind), looks=1)
    told = before.told or before.looks >= 1 or now - before.since >= PATIENCE
    return replace(before, owners=dict(blind), looks=before.looks + 1, told=told)


def _seeing(before: Blindness | None, now: datetime) -> Blindness | None:
    """Sight is back. What nobody was told of is forgotten at once."""
    if before is None or not before.told:
        return None
    return before if before.until else replace(before, until=now)


def kept(blindness: Blindness) -> dict[str, Any]:
    """Return what is written down of it."""
    return {
        "since": blindness.since.timestamp(),
        "owners": dict(blindness.owners),
        "looks": blindness.looks,
        "told": blindness.told,
        "until": blindness.until.timestamp() if blindness.until else None,
        "times": blindness.times,
        "first": blindness.first.timestamp() if blindness.first else None,
    }


def read(kept: Mapping[str, Any] | None) -> Blindness | None:
    """Return what was written down."""
    if kept is None:
        return None
    moments = {name: _moment(kept[name]) for name in ("until", "first")}
    since = datetime.fromtimestamp(kept["since"], UTC)
    owners, looks, told = kept["owners"], kept["looks"], kept["told"]
    return Blindness(since, owners, looks, told, times=kept["times"], **moments)


def _moment(kept: float | None) -> datetime | None:
    return None if kept is None else datetime.fromtimestamp(kept, UTC)
