"""The shared nouns: frozen values that every other module may import."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum

from bot.stages import Condition, condition


@dataclass(frozen=True, slots=True)
class Space:
    """One Space as the Hub last returned it. `stage` is the Hub's own word."""

    id: str
    stage: str
    hardware: str | None = None  # current hardware, or requested if it doesn't run: "cpu-basic"
    sdk: str | None = None
    host: str | None = None  # https://…; None: the Hub didn't return it
    error: str = ""  # the Hub's errorMessage, unchanged
    private: bool = False
    sha: str | None = None  # the running commit; None: the Hub didn't return it
    head: str | None = None  # the newest commit of its files
    sleep_after: int | None = None  # seconds without visitors; None: never

    @property
    def condition(self) -> Condition:
        """The condition of its stage; failed if the Hub paused it for a reason."""
        return Condition.FAILED if self.is_paused_by_hub else condition(self.stage)

    @property
    def is_paused_by_hub(self) -> bool:
        """Whether the Hub paused it, for a reason that `error` quotes."""
        return self.stage == "PAUSED" and bool(self.error)

    @property
    def is_static(self) -> bool:
        """Whether it serves static files and has no hardware."""
        return self.sdk == "static"

    @property
    def is_paid(self) -> bool:
        """Whether its hardware costs money while it runs."""
        return self.hardware is not None and not is_free(self.hardware) and not self.is_static


def is_free(hardware: str) -> bool:
    """Return whether *hardware* costs nothing: cpu-basic and ZeroGPU, which plans include.

    >>> is_free("zero-a10g"), is_free("t4-small")
    (True, False)
    """
    return hardware == "cpu-basic" or hardware.startswith("zero-")


def with_runtime(listed: Space, runtime: Space) -> Space:
    """Return *listed* with the fields that a call for its runtime returns."""
    return replace(
        listed,
        stage=runtime.stage,
        error=runtime.error,
        hardware=runtime.hardware or listed.hardware,
        sha=runtime.sha,
        sleep_after=runtime.sleep_after,
    )


#: The Spaces of the configured owners, by id.
Fleet = Mapping[str, Space]


def find_template(fleet: Fleet, template: str | None) -> str | None:
    """Return the id of *template* in *fleet* in any case; None if it isn't there."""
    wanted = (template or "").casefold()
    return next((id for id in fleet if id.casefold() == wanted), None)


def without_template(fleet: Fleet, template: str | None) -> Fleet:
    """Return the Spaces that counts and bulk words mean: all of *fleet* but the template.

    The template is watched like any Space, but it isn't a team's.
    """
    found = find_template(fleet, template)
    return {id: space for id, space in fleet.items() if id != found} if found else fleet


def owner_of(id: str) -> str:
    """Return the owner of the Space, or other repo, with this id."""
    return id.partition("/")[0]


def repo_of(id: str) -> str:
    """Return the id without its owner; a name without an owner as it is."""
    return id.rpartition("/")[2]


class Role(IntEnum):
    """The permissions of a person. Each role includes the ones below it."""

    VIEWER = 0
    OPERATOR = 1
    ADMIN = 2

    @property
    def title(self) -> str:
        """The role with its article: "an admin"."""
        return ("a viewer", "an operator", "an admin")[self]

    @property
    def restriction(self) -> str:
        """Return who may run a command of this role: "Admins only"."""
        return ("", "Operators only", "Admins only")[self]


@dataclass(frozen=True, slots=True)
class Permission:
    """A person's role and, if reduced (guest, Slack unreachable), the reason to show."""

    role: Role
    restriction: str = ""  # a sentence for the person
    is_uncertain: bool = False  # it may be reduced only because Slack doesn't answer
    # Slack ids of the people and groups with more permissions, for a refusal.
    operators: tuple[str, ...] = field(default=(), compare=False)
    admins: tuple[str, ...] = field(default=(), compare=False)

    def contacts(self, required: Role) -> tuple[str, ...]:
        """Return the ids of those with the *required* role, the nearest ones first."""
        return (*self.operators, *self.admins) if required is Role.OPERATOR else self.admins


class Source(StrEnum):
    """How a request arrived."""

    COMMAND = "command"
    MENTION = "mention"
    DIRECT = "direct"
    BUTTON = "button"
    MODAL = "modal"
    SCHEDULE = "schedule"
    SHORTCUT = "shortcut"


class KeyKind(StrEnum):
    """What a key of a Space names."""

    SECRET = "secret"  # noqa: S105 - a kind, not a secret
    VARIABLE = "variable"


class InertReason(StrEnum):
    """Why a message that names a command does not act."""

    CODE_BLOCK = "code_block"  # the command is in a code block or quotation, such as a transcript
    CODE_SPAN = "code_span"  # the command begins in backticks: it may read, but not act
    EDITED = "edited"  # an edited message would run its command a second time


@dataclass(frozen=True, slots=True)
class Ask:
    """A request: what a person, a button or a schedule asked for, in words."""

    text: str
    user: str
    channel: str
    source: Source = Source.COMMAND
    idempotency_key: str = ""  # the same for each delivery of the same event
    thread: str | None = None  # ts of the thread that it was sent in
    trigger_id: str | None = field(default=None, repr=False)  # opens a modal, for 3 s
    response_url: str | None = field(default=None, repr=False)  # for 30 min and 5 uses
    # Values of a form by field. May contain a secret: never stored, never shown.
    form_values: Mapping[str, str] = field(default_factory=dict, repr=False)
    files: tuple[str, ...] = ()  # ids of the attached files in Slack
    inert: InertReason | None = None  # why it does not act
    slash: str = ""  # the slash command that was typed: "/space"
    message: str | None = None  # ts of the message whose button was tapped
    schedule: int | None = None  # the schedule that asks; None: a person does


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the workspace, as Slack describes them."""

    id: str
    is_admin: bool = False  # owner or admin of the workspace
    is_guest: bool = False  # from outside, restricted to some channels, or gone
    has_left: bool = False  # the account was deactivated
    name: str = ""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of one check of the bot's own health."""

    name: str
    problem: str = ""  # what is wrong and the solution; "" if nothing is
    detail: str = ""
    unknown: bool = False  # the check could not be completed
    channel: str = ""  # the id or the name of the channel that has the problem

    @property
    def ok(self) -> bool:
        """Whether no problem was found."""
        return not self.problem

    @property
    def line(self) -> str:
        """The result as one line of text."""
        mark = "BAD" if self.problem else "?  " if self.unknown else "ok "
        return f"{mark} {self.name}: {self.problem or self.detail}"


@dataclass(frozen=True, slots=True)
class SlackFile:
    """A file in Slack, from its metadata. `url` requires the bot's token."""

    id: str
    name: str
    size: int  # bytes
    url: str = field(repr=False)
    kind: str = ""  # "text/html"
    unavailable_reason: str = ""  # Slack's word for why it has no content: "external", "tombstone"
