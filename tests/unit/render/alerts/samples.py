"""Helpers of the tests in this folder."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.alerts.grouping import Group, GroupKind
from bot.alerts.incident import Ack, Incident, Mute, Resolution
from bot.alerts.notification_plan import Score
from bot.alerts.problems import ProblemKind
from bot.alerts.reasons import Reason, ReasonCode
from bot.parsing import NameIndex
from bot.render.alerts.context import AlertContext
from bot.stages import Condition


def score(running: int, total: int) -> Score:
    return Score({Condition.RUNNING: running, Condition.ASLEEP: total - running})


AT = datetime(2026, 3, 2, 13, 42, tzinfo=UTC)
LATER = AT + timedelta(minutes=18)
REMINDER = AT + timedelta(hours=4)
VERBS = frozenset(
    ["wake", "restart", "rebuild", "logs", "status", "ack", "release", "mute", "unmute", "why"]
)
CLASS = [f"acme/if-team-{n}" for n in range(1, 61)]
CONTEXT = AlertContext(NameIndex.of(CLASS, "if-"), VERBS)
ERROR = "No matching distribution found for torch==9.9\nsee the build log"


BROKEN = Incident(
    CLASS[0],
    ProblemKind.FAILED,
    "BUILD_ERROR",
    ERROR,
    AT,
    AT,
    Reason(ReasonCode.PROBLEM_CONFIRMED, ProblemKind.FAILED, stage="BUILD_ERROR"),
    id=1,
    fingerprint="no matching distribution found for torch==#.#",
)


def in_stage(incident: Incident, stage: str, **changes: Any) -> Incident:
    """Return *incident* with *changes*, in *stage*, which its reason names, too."""
    problem = changes.get("problem", incident.problem)
    reason = Reason(ReasonCode.PROBLEM_CONFIRMED, problem, stage=stage)
    return replace(incident, stage=stage, **{"reason": reason, **changes})


ASLEEP = in_stage(BROKEN, "SLEEPING", problem=ProblemKind.ASLEEP, error="", fingerprint="")


UNRESPONSIVE = replace(
    ASLEEP,
    problem=ProblemKind.UNRESPONSIVE,
    stage="RUNNING",
    error="502 at /",
    reason=Reason(ReasonCode.NOT_ANSWERING, ProblemKind.UNRESPONSIVE, stage="RUNNING"),
)


RESOLVED: dict[str, Any] = {
    "closed_at": LATER,
    "changed_at": LATER,
    "resolution": Resolution.FIXED,
    "stage": "RUNNING",
}


def copies_of(incident: Incident, number: int) -> list[Incident]:
    return [replace(incident, space=CLASS[n], id=n) for n in range(number)]


ACKED = replace(BROKEN, ack=Ack("UANA", AT, LATER))
ACK_CHECK = Group(3, GroupKind.ACK_CHECK, "UANA", "C0OPS", 3, LATER)
GROUP = Group(1, GroupKind.SAME_PROBLEM, "asleep", "C0OPS", 1, AT, tuple(range(14)))
REMINDER_GROUP = Group(2, GroupKind.REMINDER, "", "C0OPS", 2, REMINDER)
MUTED_CONTEXT = replace(CONTEXT, mutes={CLASS[0]: Mute(CLASS[0], LATER, "UANA", AT, "demo prep")})
