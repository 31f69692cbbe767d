"""The reasons of alert decisions: codes with data, and their JSON. `bot.render` has the words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from bot.alerts.problems import ProblemKind


class ReasonCode(StrEnum):
    """Why an incident changed, or why a notification was sent or not."""

    # An incident was opened.
    PROBLEM = "problem"
    PROBLEM_CONFIRMED = "problem_confirmed"  # by a second call
    MISSING = "missing"
    NOT_ANSWERING = "not_answering"  # its app, twice
    FLAPPING_STARTED = "flapping_started"
    # It is still open.
    STILL_A_PROBLEM = "still_a_problem"
    ESCALATED = "escalated"
    RECOVERING = "recovering"
    FLAPPING = "flapping"
    SETTLED_IN_PROBLEM = "settled_in_problem"
    MISSING_AGAIN = "missing_again"
    RENAMED = "renamed"
    ACK_EXPIRED = "ack_expired"
    ACK_RELEASED = "ack_released"
    # It was closed.
    RECOVERED = "recovered"
    ANSWERS_AGAIN = "answers_again"  # its app, twice
    RECOVERED_IN_GAP = "recovered_in_gap"
    SETTLED = "settled"
    NOT_ON_HUB = "not_on_hub"
    MISSING_FOR_A_DAY = "missing_for_a_day"
    OWNER_NOT_CONFIGURED = "owner_not_configured"
    NAME_TAKEN = "name_taken"
    ROUTE_REMOVED = "route_removed"
    NO_ROUTE = "no_route"
    CLASS_OVER = "class_over"
    # A change without an incident.
    FIRST_SEEN = "first_seen"
    UNROUTED_PROBLEM = "unrouted_problem"
    NO_CLASS = "no_class"  # asleep outside its class hours
    STARTING = "starting"
    NO_PROBLEM = "no_problem"
    EMPTY = "empty"
    DELETION_EXPECTED = "deletion_expected"
    # A channel was notified, or not.
    MUTED = "muted"
    OWN_CARD = "own_card"
    INITIAL_SCAN = "initial_scan"
    JOINED_SAME_CAUSE = "joined_same_cause"
    JOINED_SAME_PROBLEM = "joined_same_problem"
    SAME_CAUSE = "same_cause"
    SAME_LOG = "same_log"
    SAME_PROBLEM = "same_problem"
    WATCH_RENAMED = "watch_renamed"


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason and the data that its sentence mentions."""

    code: ReasonCode
    problem: ProblemKind | None = None
    previous: ProblemKind | None = None  # the problem before
    stage: str = ""
    space: str = ""  # another Space
    channel: str = ""  # the notified channel
    count: int = 0  # changes, or Spaces
    until: datetime | None = None  # the end of a mute


def opening_code(problem: ProblemKind, *, is_confirmed: bool) -> ReasonCode:
    """Return the reason code for opening an incident: seen once, confirmed, or probed."""
    if problem is ProblemKind.UNRESPONSIVE:
        return ReasonCode.NOT_ANSWERING
    return ReasonCode.PROBLEM_CONFIRMED if is_confirmed else ReasonCode.PROBLEM


def recovery_code(problem: ProblemKind, *, is_fixed: bool) -> ReasonCode:
    """Return why an incident is resolved: by another stage, or by answers of the app."""
    answers = problem is ProblemKind.UNRESPONSIVE and is_fixed
    return ReasonCode.ANSWERS_AGAIN if answers else ReasonCode.RECOVERED


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
