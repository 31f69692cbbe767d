"""When the Hub does not answer, nothing is concluded, and people are told so once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

#: One failed look may be a hiccup. People hear of the second, or of the first after this long.
ANNOUNCE_AFTER = timedelta(seconds=60)
#: Blind again so soon after sight came back: the same card says so, and nobody is pinged.
REUSE_CARD_WITHIN = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class HubOutage:
    """Owners whose Spaces cannot be seen, since when, and whether people know."""

    since: datetime
    errors: Mapping[str, str]  # owner → why, in words
    failures: int = 1
    announced: bool = False
    ended_at: datetime | None = None  # sight is back
    occurrences: int = 1  # it comes and goes …
    first_at: datetime | None = None  # … since then; None: this is the first time

    @property
    def started_at(self) -> datetime:
        """When its card began: blind again is the same card."""
        return self.first_at or self.since


def update(before: HubOutage | None, errors: Mapping[str, str], now: datetime) -> HubOutage | None:
    """Return what is to be remembered once *errors* owners have failed to answer now."""
    if before and before.ended_at and now - before.ended_at >= REUSE_CARD_WITHIN:
        before = None
    if not errors:
        return _end(before, now)
    if before is None:
        return HubOutage(now, dict(errors))
    if before.ended_at:
        again = replace(
            before,
            since=now,
            ended_at=None,
            first_at=before.started_at,
            occurrences=before.occurrences + 1,
        )
        return replace(again, errors=dict(errors), failures=1)
    announced = before.announced or before.failures >= 1 or now - before.since >= ANNOUNCE_AFTER
    return replace(before, errors=dict(errors), failures=before.failures + 1, announced=announced)


def _end(before: HubOutage | None, now: datetime) -> HubOutage | None:
    """Sight is back. What nobody was told of is forgotten at once."""
    if before is None or not before.announced:
        return None
    return before if before.ended_at else replace(before, ended_at=now)


def to_json(outage: HubOutage) -> dict[str, Any]:
    """Return what is written down of it."""
    return {
        "since": outage.since.timestamp(),
        "owners": dict(outage.errors),
        "looks": outage.failures,
        "told": outage.announced,
        "until": outage.ended_at.timestamp() if outage.ended_at else None,
        "times": outage.occurrences,
        "first": outage.first_at.timestamp() if outage.first_at else None,
    }


def from_json(stored: Mapping[str, Any] | None) -> HubOutage | None:
    """Return what was written down."""
    if stored is None:
        return None
    timestamps = {name: _timestamp(stored[name]) for name in ("until", "first")}
    since = datetime.fromtimestamp(stored["since"], UTC)
    errors, failures, announced = stored["owners"], stored["looks"], stored["told"]
    return HubOutage(since, errors, failures, announced, occurrences=stored["times"], **timestamps)


def _timestamp(kept: float | None) -> datetime | None:
    return None if kept is None else datetime.fromtimestamp(kept, UTC)
