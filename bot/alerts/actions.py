"""What people may wish of the alerts: fewer pings, somebody's hand on it, other ears, a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.alerts.incident import Ack, Incident
from bot.alerts.mute import Mute
from bot.alerts.watches import Watch
from bot.model import Space
from bot.queries import Query


class AlertAction:
    """Something to be written down at once."""


@dataclass(frozen=True, slots=True)
class MuteSpaces(AlertAction):
    """Keep Spaces from pinging for a while."""

    spaces: tuple[str, ...]
    until: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class UnmuteSpaces(AlertAction):
    """Let Spaces ping again."""

    spaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AcknowledgeIncidents(AlertAction):
    """Say that somebody is on it."""

    spaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddWatch(AlertAction):
    """Let a channel hear of targets."""

    watch: Watch


@dataclass(frozen=True, slots=True)
class RemoveWatch(AlertAction):
    """Let a channel hear no more of these targets; None: of any that it asked for."""

    channel: str
    targets: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Silence:
    """Which Spaces are muted, and of which open incidents somebody takes care."""

    mutes: Mapping[str, Mute] = field(default_factory=dict)
    acks: Mapping[str, Ack] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordedTransition:
    """A change as it was written down."""

    before: str | None
    after: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class SpaceHistory:
    """All that was decided about one Space lately."""

    space: str
    now: Space | None
    transitions: Sequence[RecordedTransition] = ()
    incident: Incident | None = None
    mute: Mute | None = None
    receivers: Mapping[str, Sequence[str]] | None = None  # channel → the troubles that it hears of
    #: Channel → why the card of the last incident isn't shown there as it should be; "": it is.
    deliveries: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class SpaceHistoryQuery(Query[SpaceHistory]):
    """Why a Space's last changes were told, or not."""

    space: str


@dataclass(frozen=True, slots=True)
class WatchesQuery(Query[Sequence[Watch]]):
    """The watches of a channel; None: those of every channel."""

    channel: str | None


@dataclass(frozen=True, slots=True)
class SilencedSpacesQuery(Query[Silence]):
    """Which Spaces do not ping, and why."""
