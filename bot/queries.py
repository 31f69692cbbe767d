"""What a command may ask to be found, or to be done at once: values for the shell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from bot.errors import HubError
from bot.model import AuditResult, CheckResult, Flavor, SpaceDetails, Template

T_co = TypeVar("T_co", covariant=True)


class Query(Generic[T_co]):
    """A question that the service answers with a `T_co`."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class SpaceDetailsQuery(Query[SpaceDetails]):
    """Details of one Space."""

    space: str


@dataclass(frozen=True, slots=True)
class TemplateQuery(Query[Template | None]):
    """A Space to be copied; None if it is not visible."""

    space: str


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
    """Hardware and what it costs."""


@dataclass(frozen=True, slots=True)
class AuditQuery(Query[AuditResult]):
    """Who asked for what, and what became of it."""

    who: str | None = None
    target: str | None = None  # a Space's name, short or full
    hours: float = 24.0  # up to now …
    include_reads: bool = False  # what was only looked at, too
    limit: int = 5000
    since: datetime | None = None  # … or from a moment …
    until: datetime | None = None  # … to another, which is not now


@dataclass(frozen=True, slots=True)
class HealthQuery(Query[Sequence[CheckResult]]):
    """The health of the bot itself."""


@dataclass(frozen=True, slots=True)
class SetSecret:
    """Give Spaces a secret."""

    key: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DeleteSecret:
    """Take a secret from Spaces."""

    key: str


@dataclass(frozen=True, slots=True)
class SetVariable:
    """Give Spaces a public variable."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class DeleteVariable:
    """Take a variable from Spaces."""

    key: str


@dataclass(frozen=True, slots=True)
class DeleteSpace:
    """Delete Spaces, for ever."""


#: What may be asked to be done at once.
SpaceAction = SetSecret | DeleteSecret | SetVariable | DeleteVariable | DeleteSpace
