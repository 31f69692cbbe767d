"""Reasons as JSON, with only the data that they have."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.alerts.problems import ProblemKind
from bot.alerts.reasons import Reason, ReasonCode


def to_json(reason: Reason) -> dict[str, Any]:
    """Return *reason* as a JSON object."""
    values = {
        "code": reason.code,
        "problem": reason.problem,
        "previous": reason.previous,
        "stage": reason.stage,
        "space": reason.space,
        "channel": reason.channel,
        "count": reason.count,
        "until": reason.until.timestamp() if reason.until else None,
    }
    return {name: value for name, value in values.items() if value}


def from_json(stored: Mapping[str, Any]) -> Reason:
    """Return the reason that `to_json` stored."""
    problem, previous, until = (stored.get(name) for name in ("problem", "previous", "until"))
    return Reason(
        code=ReasonCode(stored["code"]),
        problem=ProblemKind(problem) if problem else None,
        previous=ProblemKind(previous) if previous else None,
        stage=stored.get("stage", ""),
        space=stored.get("space", ""),
        channel=stored.get("channel", ""),
        count=stored.get("count", 0),
        until=datetime.fromtimestamp(until, UTC) if until else None,
    )
