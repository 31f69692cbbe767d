"""Queries and direct actions that commands return and the service executes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from bot.audit import AuditResult
from bot.errors import HubError
from bot.health.check import StoredCheck
from bot.health.verdict import Verdict
from bot.hub_facts import Flavor, SpaceDetails, Template
from bot.model import CheckResult, Space

T_co = TypeVar("T_co", covariant=True)


class Query(Generic[T_co]):
    """A query that the service answers with a `T_co`."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class SpaceDetailsQuery(Query[SpaceDetails]):
    """Details of one Space."""

    space: str


@dataclass(frozen=True, slots=True)
class TemplateQuery(Query[Template | None]):
    """A Space to copy, and the plan of the copies' owner. None if it isn't visible."""

    space: str
    owner: str


@dataclass(frozen=True, slots=True)
class PlanQuery(Query[str]):
    """The plan of an owner: "free", "pro", "team" or "enterprise"; "" if it is unknown."""

    owner: str


@dataclass(frozen=True, slots=True)
class HostsQuery(Query[Mapping[str, str]]):
    """The live addresses of Spaces, by Space, where the Hub returns them in time."""

    spaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LogQuery(Query[tuple[str, ...]]):
    """The last lines of a Space's log, without colors and secrets."""

    space: str
    build: bool
    lines: int  # at most


@dataclass(frozen=True, slots=True)
class SecretsQuery(Query[Mapping[str, Sequence[str] | HubError]]):
    """The names of the secrets of Spaces, by Space, or why they cannot be read."""

    spaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VariablesQuery(Query[Mapping[str, Mapping[str, str] | HubError]]):
    """The variables of Spaces, by Space, or why they cannot be read."""

    spaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PricesQuery(Query[Sequence[Flavor]]):
    """The available hardware with its prices."""


@dataclass(frozen=True, slots=True)
class AuditQuery(Query[AuditResult]):
    """Audit entries of a period: the last *hours*, or from *since* until *until*."""

    who: str | None = None
    target: str | None = None  # a Space's name, short or full
    hours: float = 24.0
    include_reads: bool = False  # also requests that changed nothing
    limit: int = 5000
    since: datetime | None = None
    until: datetime | None = None  # None: now
    with_names: bool = False  # also the names of the people


@dataclass(frozen=True, slots=True)
class SharedFileQuery(Query[tuple[str, bytes]]):
    """The name and content of a file that a person shared in Slack."""

    file: str  # its id in Slack
    max_bytes: int


@dataclass(frozen=True, slots=True)
class HealthQuery(Query[Sequence[CheckResult]]):
    """The checks of the bot's own health."""


@dataclass(frozen=True, slots=True)
class ProbeQuery(Query[Mapping[str, Verdict]]):
    """The verdicts about the apps of running Spaces, probed now; those that answer in time."""

    spaces: tuple[Space, ...]


@dataclass(frozen=True, slots=True)
class HealthChecksQuery(Query[Sequence[StoredCheck]]):
    """The health checks that people set, oldest first."""


@dataclass(frozen=True, slots=True)
class SetSecret:
    """Set a secret of Spaces."""

    key: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DeleteSecret:
    """Delete a secret of Spaces."""

    key: str


@dataclass(frozen=True, slots=True)
class DeleteSpace:
    """Delete Spaces, which can't be undone."""


#: The actions that are executed at once, without an operation.
SpaceAction = SetSecret | DeleteSecret | DeleteSpace
