"""Results of commands: what the service executes, shows or queries."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from bot.alerts.actions import AlertAction
from bot.cards import Message
from bot.loans import LoanChange
from bot.operations import Operation
from bot.queries import Query, SpaceAction
from bot.schedules.actions import AddSchedule, ChangeSchedule

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Proposal:
    """An operation that starts only after a person confirms it."""

    operation: Operation
    warning: tuple[str, ...]  # why it needs a confirmation, one sentence or more a line
    dollars_per_hour: float = 0.0  # of the paid hardware that it starts, as far as it is known


@dataclass(frozen=True, slots=True)
class SecretOperation:
    """An operation that sets a secret, with the value, which is in memory only."""

    operation: Operation
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ConfirmationReply:
    """A yes or no to the proposed operation of this id."""

    operation: int
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop the operation of this id: its waiting steps are not sent."""

    operation: int


@dataclass(frozen=True, slots=True)
class Continue:
    """Continue the operation of this id, whose rollout a failure holds."""

    operation: int


@dataclass(frozen=True, slots=True)
class Fetch(Generic[T]):
    """A query that the service must execute before the command can answer.

    The service calls `then`, which is pure, with the result.
    """

    query: Query[T]
    then: Callable[[T], "Answer"]


@dataclass(frozen=True, slots=True)
class Form:
    """A modal to open. Its submission is a request with the text `command` and form values.

    It opens at once, because its trigger expires after three seconds. Slow facts come from
    `refresh`, whose Form replaces this one while it is open.
    """

    view: Mapping[str, Any]  # without private_metadata and callback_id, which the service adds
    command: str
    refresh: Fetch[Any] | None = None
    may_hold_secret: bool = False  # the text as typed may: no button repeats it


@dataclass(frozen=True, slots=True)
class BulkAction:
    """An action that is executed on Spaces at once and concurrently, without steps.

    For actions that must not be stored, such as a secret's value, or that can be repeated
    safely after a crash. `render` returns the card from the errors by Space, "" for success and
    None where there was nothing to do.
    """

    action: SpaceAction
    spaces: tuple[str, ...]
    render: Callable[[Mapping[str, str | None]], Message]


@dataclass(frozen=True, slots=True)
class Upload:
    """Files in Slack to commit to a Space, whose build is then followed."""

    space: str
    files: tuple[str, ...]  # their ids in Slack
    folder: str
    message: str
    unpack: bool = False  # a single zip file is unpacked
    include_secrets: bool = False  # also files that may hold secrets


@dataclass(frozen=True, slots=True)
class File:
    """A message to the person who asked, with a file, such as a whole log."""

    message: Message
    name: str
    content: str


#: What starts, answers or changes an operation.
OperationResult = (
    Operation | SecretOperation | Proposal | ConfirmationReply | Stop | Continue | LoanChange
)
#: What the service can execute or show.
Result = (
    Message
    | OperationResult
    | Form
    | BulkAction
    | Upload
    | File
    | AlertAction
    | AddSchedule
    | ChangeSchedule
)
#: What a command returns: a result, or a query that leads to one.
Answer = Result | Fetch[Any]
