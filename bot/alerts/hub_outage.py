"""Hub outages: when they start, are announced and end."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

#: An outage within this time of the last one reuses its card and sends no notification.
REUSE_CARD_WITHIN = timedelta(minutes=30)
# The fields that are a time or None.
_TIMES = ("ended_at", "first_at", "limited_until")


@dataclass(frozen=True, slots=True)
class HubOutage:
    """Owners whose Spaces can't be listed, since when, and whether it was announced."""

    since: datetime
    errors: Mapping[str, str]  # owner → error message
    announced: bool = False
    ended_at: datetime | None = None  # the Hub answers again
    occurrences: int = 1  # outages on the same card …
    first_at: datetime | None = None  # … and the start of the first; None: this is the first
    limited_until: datetime | None = None  # the Hub answers, but limits our calls

    @property
    def started_at(self) -> datetime:
        """The start of the first outage on its card."""
        return self.first_at or self.since


def update(
    before: HubOutage | None,
    errors: Mapping[str, str],
    now: datetime,
    limited_until: datetime | None = None,
) -> HubOutage | None:
    """Return the outage after a sweep with *errors* by owner; None if there is none.

    *limited_until* is the end of the rate limit that alone caused the errors.
    The second failed sweep in a row announces it, because a single failure is often a hiccup.
    """
    if before and before.ended_at and now - before.ended_at >= REUSE_CARD_WITHIN:
        before = None
    if not errors:
        return _end(before, now)
    if before is None:
        return HubOutage(now, dict(errors), limited_until=limited_until)
    if before.ended_at:
        again = replace(
            before,
            since=now,
            ended_at=None,
            first_at=before.started_at,
            occurrences=before.occurrences + 1,
        )
        return replace(again, errors=dict(errors), limited_until=limited_until)
    return replace(before, errors=dict(errors), announced=True, limited_until=limited_until)


def _end(before: HubOutage | None, now: datetime) -> HubOutage | None:
    """Return the ended outage; None if it wasn't announced."""
    if before is None or not before.announced:
        return None
    return before if before.ended_at else replace(before, ended_at=now)


def to_json(outage: HubOutage) -> dict[str, Any]:
    """Return *outage* as stored."""
    return {
        "since": outage.since.timestamp(),
        "errors": dict(outage.errors),
        "announced": outage.announced,
        "ended_at": outage.ended_at.timestamp() if outage.ended_at else None,
        "occurrences": outage.occurrences,
        "first_at": outage.first_at.timestamp() if outage.first_at else None,
        "limited_until": outage.limited_until.timestamp() if outage.limited_until else None,
    }


def from_json(stored: Mapping[str, Any] | None) -> HubOutage | None:
    """Return the stored outage; times are UTC."""
    if stored is None:
        return None
    times = {name: _to_datetime(stored.get(name)) for name in _TIMES}
    since = datetime.fromtimestamp(stored["since"], UTC)
    return HubOutage(**{**stored, **times, "since": since})


def _to_datetime(timestamp: float | None) -> datetime | None:
    return None if timestamp is None else datetime.fromtimestamp(timestamp, UTC)
