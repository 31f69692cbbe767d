"""What a command may ask to be found, or to be done at once: values for the shell."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class InfoOf:
    """How one Space is, closely: answered with a model.Info."""

    space: str


@dataclass(frozen=True, slots=True)
class TemplateOf:
    """A Space to be copied: answered with a model.Template, None when there is none to be seen."""

    space: str


@dataclass(frozen=True, slots=True)
class LogOf:
    """The end of a Space's log: answered with a tuple of lines, without colours and secrets."""

    space: str
    build: bool
    lines: int  # at most


@dataclass(frozen=True, slots=True)
class SecretsOf:
    """The names of the secrets of Spaces: answered with a mapping of Space to names or HubError."""

    spaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VariablesOf:
    """The variables of Spaces: answered with a mapping of Space to a mapping or HubError."""

    spaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prices:
    """Hardware and what it costs: answered with a tuple of model.Flavour."""


@dataclass(frozen=True, slots=True)
class Audit:
    """Who asked for what, and what became of it: answered with model.Audited."""

    who: str | None = None
    target: str | None = None  # a Space's name, short or full
    hours: float = 24.0  # up to now …
    everything: bool = False  # what was only looked at, too
    limit: int = 5000
    since: datetime | None = None  # … or from a moment …
    until: datetime | None = None  # … to another, which is not now


@dataclass(frozen=True, slots=True)
class Health:
    """How the bot itself is: answered with a tuple of model.Finding."""


#: What may be asked to be found.
Question = InfoOf | TemplateOf | LogOf | SecretsOf | VariablesOf | Prices | Audit | Health


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
class Delete:
    """Delete Spaces, for ever."""


#: What may be asked to be done at once.
Act = SetSecret | DeleteSecret | SetVariable | DeleteVariable | Delete
