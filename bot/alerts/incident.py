"""Incidents, with their diagnosis, ack, mute and notifications, and one change of an incident."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.alerts.problems import ProblemKind
from bot.alerts.reasons import Reason, ReasonCode
from bot.causes import CauseId
from bot.error_summary import fingerprint
from bot.model import Space
from bot.stages import Condition, condition


class Resolution(StrEnum):
    """How an incident ended."""

    FIXED = "fixed"
    AWAKE = "awake"
    BACK = "back"  # it was missing
    SETTLED = "settled"  # it was flapping
    PAUSED = "paused"
    ASLEEP = "asleep"
    BEING_DELETED = "being_deleted"
    DELETED = "deleted"
    GONE_FOR_GOOD = "gone_for_good"  # missing for a day, or its name was taken
    NOT_OURS = "not_ours"  # its owner isn't configured any more
    ROUTE_REMOVED = "route_removed"  # the same problem without a route
    UNROUTED_PROBLEM = "unrouted_problem"  # another problem, without a route
    CLASS_OVER = "class_over"  # still asleep, outside its class hours

    @property
    def is_recovery(self) -> bool:
        """Whether the Space is well again, and not only without an alert."""
        return self in (Resolution.FIXED, Resolution.AWAKE, Resolution.BACK, Resolution.SETTLED)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The relevant log lines, and the probable cause with the line that matched."""

    lines: tuple[str, ...] = ()
    cause: CauseId | None = None
    matched_line: str = ""
    shared: tuple[str, ...] = ()  # names that both a secret and a variable have
    key: str = ""  # the missing secret
    pushed_by: str = ""  # the author of the last commit, for a failed build
    pushed_at: datetime | None = None  # when it was made


@dataclass(frozen=True, slots=True)
class Ack:
    """A person's acknowledgment. It is checked later and expires without an answer."""

    by: str
    at: datetime
    checked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """One Space in one problem. `stage` is the current stage, which may already be better."""

    space: str
    problem: ProblemKind
    stage: str
    error: str
    opened_at: datetime
    changed_at: datetime
    reason: Reason | None = None  # of the last update
    id: int = 0
    closed_at: datetime | None = None
    resolution: Resolution | None = None  # how it ended; None: it is open
    flapping_since: datetime | None = None  # None: not flapping
    is_up: bool = False  # while flapping: running at the moment
    gap_since: datetime | None = None  # no sweep from then until it was resolved
    fingerprint: str = ""  # of its error; "" if too generic
    ack: Ack | None = None
    diagnosis: Diagnosis | None = None  # None: the log isn't read yet

    @property
    def is_open(self) -> bool:
        """Whether the incident isn't closed."""
        return self.closed_at is None

    @property
    def is_recovering(self) -> bool:
        """Whether the Space is starting, which doesn't resolve the incident.

        A Space that is stuck while starting recovers only with another start.
        """
        rising = condition(self.stage) is Condition.STARTING
        is_new = self.reason is not None and self.reason.code is ReasonCode.RECOVERING
        return self.is_open and rising and (is_new or self.problem is not ProblemKind.STUCK)

    @property
    def is_error_current(self) -> bool:
        """Whether the latest observation showed its error.

        A flapping Space may be up or starting instead.
        """
        return not (self.flapping_since and (self.is_up or self.is_recovering))

    @property
    def duration(self) -> timedelta:
        """Time from opening to closing, or to the last change of an open incident."""
        return (self.closed_at or self.changed_at) - self.opened_at


@dataclass(frozen=True, slots=True)
class Notification:
    """The card that informs a channel about an incident, and its reminders."""

    card: int
    notified_at: datetime
    reminders: int = 0
    reminded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mute:
    """A mute of one Space. Its cards keep updating without pings."""

    space: str
    until: datetime
    by: str
    at: datetime
    reason: str = ""
    announcement: str = ""  # identifies the message that names it, maybe with other mutes
    operation_id: int | None = None  # the number by which an undo takes it back


class IncidentEvent(StrEnum):
    """What happened to an incident. Only some events ping; all of them edit the card."""

    OPENED = "opened"
    ESCALATED = "escalated"
    IMPROVED = "improved"  # still open; an unposted escalation reply is untrue
    UPDATED = "updated"
    RESOLVED = "resolved"  # announced by a reply
    CLOSED_SILENTLY = "closed_silently"  # only the card shows it


@dataclass(frozen=True, slots=True)
class IncidentUpdate:
    """An incident after an event, and the reason."""

    event: IncidentEvent
    incident: Incident
    reason: Reason
    flips: bool = False  # it changed between running and a problem


def new_incident(
    space: Space, problem: ProblemKind, reason: Reason, now: datetime, error: str = ""
) -> Incident:
    """Return an unsaved incident."""
    return Incident(
        space=space.id,
        problem=problem,
        stage=space.stage,
        error=error,
        opened_at=now,
        changed_at=now,
        reason=reason,
        fingerprint=fingerprint(error),
    )


def update(
    incident: Incident, reason: Reason, event: IncidentEvent = IncidentEvent.UPDATED
) -> IncidentUpdate:
    """Return the update of *incident*, with *reason* on both."""
    return IncidentUpdate(event, replace(incident, reason=reason), reason)


def close(
    incident: Incident,
    now: datetime,
    resolution: Resolution,
    reason: Reason,
    event: IncidentEvent = IncidentEvent.RESOLVED,
) -> IncidentUpdate:
    """Return the update that closes *incident* and ends its flapping."""
    over = replace(incident, closed_at=now, changed_at=now, resolution=resolution, reason=reason)
    return IncidentUpdate(event, replace(over, flapping_since=None), reason)
