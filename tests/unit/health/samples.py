"""Verdicts and records that several tests use."""

from datetime import UTC, datetime, timedelta

from bot.health.record import HealthRecord, record
from bot.health.verdict import ProbeProblem, Verdict

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
READY = Verdict(status=200, seconds=0.2)
BAD_GATEWAY = Verdict(ProbeProblem.STATUS, status=502)


def after(*probes: tuple[float, Verdict], space: str = "acme/team-a") -> HealthRecord:
    """Return the record after *probes*, each at a number of seconds after NOW."""
    found: HealthRecord | None = None
    for seconds, verdict in probes:
        found = record(found, space, verdict, NOW + timedelta(seconds=seconds))
    assert found
    return found
