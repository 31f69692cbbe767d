"""The record of a Space's probes: its last verdict and the state of its app."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.health.verdict import Verdict

#: An app counts as down if it fails at least twice, over this time …
DOWN_AFTER = timedelta(seconds=45)
#: … and without a longer pause between two of the probes.
MAX_PAUSE = timedelta(seconds=90)
#: A verdict is shown for this long after its probe.
FRESH_FOR = timedelta(minutes=10)
_FAILURES, _SUCCESSES = 2, 2  # in a row, until it counts as down and as up again


@dataclass(frozen=True, slots=True)
class HealthRecord:
    """What the probes of one Space found. `at` is the time of the last one."""

    space: str
    at: datetime
    verdict: Verdict
    failing_since: datetime | None = None  # the first of the failures in a row
    failures: int = 0  # in a row
    successes: int = 0  # in a row
    is_down: bool = False  # from enough failures to enough successes

    @property
    def is_decided(self) -> bool:
        """Whether the last verdict agrees with what the app counts as."""
        return self.is_down is not self.verdict.is_ready


def fresh_verdicts(records: Mapping[str, HealthRecord], now: datetime) -> dict[str, Verdict]:
    """Return the verdicts of recent probes by Space; an old one says little about now."""
    return {id: one.verdict for id, one in records.items() if now - one.at <= FRESH_FOR}


def record(before: HealthRecord | None, space: str, verdict: Verdict, at: datetime) -> HealthRecord:
    """Return the record of *space* after a probe at *at*."""
    was_down = before is not None and before.is_down
    if verdict.is_ready:
        successes = before.successes + 1 if before else 1
        is_down = was_down and successes < _SUCCESSES
        return HealthRecord(space, at, verdict, successes=successes, is_down=is_down)
    continues = before if before and before.failures and at - before.at <= MAX_PAUSE else None
    failures = continues.failures + 1 if continues else 1
    since = (continues.failing_since if continues else None) or at
    is_down = was_down or (failures >= _FAILURES and at - since >= DOWN_AFTER)
    return HealthRecord(space, at, verdict, since, failures, is_down=is_down)
