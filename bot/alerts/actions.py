"""Requests that change alerts (mute, ack, watch) and queries about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.alerts.incident import Ack, Incident, Mute
from bot.alerts.reasons import Reason
from bot.alerts.routing import Watch
from bot.class_hours import ClassHours
from bot.health.check import StoredCheck
from bot.model import Space
from bot.queries import Query


class AlertAction:
    """A change to alerts, executed in one transaction."""


@dataclass(frozen=True, slots=True)
class MuteSpaces(AlertAction):
    """Mute Spaces until a time."""

    spaces: tuple[str, ...]
    until: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class UnmuteSpaces(AlertAction):
    """End the mutes of Spaces."""

    spaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UndoMute(AlertAction):
    """Take back the mute with this number."""

    number: int
    before: Mapping[str, Mute | None]  # by muted Space, the mute that it replaced

    @property
    def spaces(self) -> tuple[str, ...]:
        """Return the Spaces that it muted."""
        return tuple(self.before)


@dataclass(frozen=True, slots=True)
class AcknowledgeIncidents(AlertAction):
    """Acknowledge the open incidents of Spaces, for *owner* or else for the person who asks."""

    spaces: tuple[str, ...]
    owner: str = ""  # a user's id


@dataclass(frozen=True, slots=True)
class ReleaseIncidents(AlertAction):
    """End the acks of the open incidents of Spaces."""

    spaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddWatch(AlertAction):
    """Add a watch to its channel."""

    watch: Watch


@dataclass(frozen=True, slots=True)
class SetHealthCheck(AlertAction):
    """Set how the apps of some Spaces prove that they are ready."""

    stored: StoredCheck


@dataclass(frozen=True, slots=True)
class RemoveHealthCheck(AlertAction):
    """Remove the health check of exactly *targets*."""

    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RemoveWatch(AlertAction):
    """Remove the watches of *targets* from a channel; None removes all of them."""

    channel: str
    targets: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class SetClassHours(AlertAction):
    """Save class hours, replacing those of the same targets."""

    hours: ClassHours
    spaces: tuple[str, ...]  # that the targets select now
    holidays: tuple[str, ...] = ()  # names in the calendar file
    warning: tuple[str, ...] = ()  # why a person has to confirm that lessons wake them
    dollars_per_hour: float = 0.0  # of the paid hardware that lessons start


@dataclass(frozen=True, slots=True)
class RemoveClassHours(AlertAction):
    """Remove the class hours of *targets*."""

    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Silence:
    """The active mutes and the acks of open incidents, by Space."""

    mutes: Mapping[str, Mute] = field(default_factory=dict)
    acks: Mapping[str, Ack] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordedTransition:
    """A stage change as stored, with the reasons of the decision that followed."""

    before: str | None
    after: str
    at: datetime
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class SpaceHistory:
    """The recent transitions of one Space, and what the bot decided about them."""

    space: str
    now: Space | None
    transitions: Sequence[RecordedTransition] = ()
    incident: Incident | None = None
    mute: Mute | None = None
    receivers: Mapping[str, Sequence[str]] | None = None  # channel → routed problems
    #: Channel → why the last incident's card isn't up to date there; "": it is.
    deliveries: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class SpaceHistoryQuery(Query[SpaceHistory]):
    """Why the last changes of a Space caused a notification, or none."""

    space: str


@dataclass(frozen=True, slots=True)
class WatchesQuery(Query[Sequence[Watch]]):
    """The watches of a channel; None selects all channels."""

    channel: str | None


@dataclass(frozen=True, slots=True)
class SilencedSpacesQuery(Query[Silence]):
    """Which Spaces don't ping, and why."""
