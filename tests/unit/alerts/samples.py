"""Helpers of the tests in this folder."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.alerts.incident import Incident
from bot.alerts.problems import MISSING_STAGE, ProblemKind

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
AGO = {minutes: NOW - timedelta(minutes=minutes) for minutes in (1, 5, 9, 11, 24, 26, 31, 130)}


def incident(what: ProblemKind = ProblemKind.FAILED, **values: object) -> Incident:
    stages = {"asleep": "SLEEPING", "stuck": "BUILDING", "missing": MISSING_STAGE}
    stage = stages.get(what, "RUNTIME_ERROR")
    known = Incident("acme/a", what, stage, "", AGO[5], AGO[5], id=1)
    return replace(known, **values)  # type: ignore[arg-type]
