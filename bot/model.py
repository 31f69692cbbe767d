"""The nouns: plain frozen values that every other module may import."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum


class Condition(StrEnum):
    """What a stage means to the people who run the class. Listed worst first."""

    FAILED = "broken"
    UNKNOWN = "unknown"
    DELETING = "leaving"
    ASLEEP = "asleep"
    PAUSED = "paused"
    STARTING = "coming up"
    RUNNING = "up"


_CONDITIONS = {
    "RUNNING": Condition.RUNNING,
    "RUNNING_BUILDING": Condition.RUNNING,
    "RUNNING_APP_STARTING": Condition.RUNNING,
    "BUILDING": Condition.STARTING,
    "APP_STARTING": Condition.STARTING,
    "SLEEPING": Condition.ASLEEP,
    "STOPPED": Condition.ASLEEP,
    "PAUSED": Condition.PAUSED,
    "BUILD_ERROR": Condition.FAILED,
    "RUNTIME_ERROR": Condition.FAILED,
    "CONFIG_ERROR": Condition.FAILED,
    "NO_APP_FILE": Condition.FAILED,
    "DELETING": Condition.DELETING,
}


def condition(stage: str) -> Condition:
    """
    Return what *stage* means. The Hub adds stages without telling us: an unknown one
    is neither an error nor fine.

    >>> condition("SLEEPING"), condition("DREAMING")
    (<Condition.ASLEEP: 'asleep'>, <Condition.UNKNOWN: 'unknown'>)
    """
    return _CONDITIONS.get(stage, Condition.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Space:
    """One Space as the Hub last showed it. `stage` is the Hub's own word."""

    id: str
    stage: str
    hardware: str | None = None  # what it runs on, or would run on: "cpu-basic"
    sdk: str | None = None
    host: str | None = None  # https://…, only when the Hub said it
    error: str = ""  # the Hub's errorMessage, as it came
    private: bool = False
    sha: str | None = None  # the commit that serves, only when the Hub said so
    head: str | None = None  # the newest commit of its files
    sleep_after: int | None = None  # seconds without visitors; None: never

    @property
    def condition(self) -> Condition:
        return condition(self.stage)

    @property
    def is_static(self) -> bool:
        return self.sdk == "static"

    @property
    def is_paid(self) -> bool:
        return self.hardware not in (None, "cpu-basic") and not self.is_static


#: What the Hub last told us, by Space id.
Fleet = Mapping[str, Space]


def owner_of(id: str) -> str:
    """Return the account that a Space or another repo lives in."""
    return id.partition("/")[0]


class Role(IntEnum):
    """What somebody may do. Each role may do what the ones below it may."""

    VIEWER = 0
    OPERATOR = 1
    ADMIN = 2

    @property
    def title(self) -> str:
        return ("a viewer", "an operator", "an admin")[self]


@dataclass(frozen=True, slots=True)
class Permission:
    """What somebody may do and, where the settings alone are not why, why it is no more."""

    role: Role
    restriction: str = ""  # in words for the person


class Source(StrEnum):
    """The way in that an Ask took."""

    COMMAND = "command"
    MENTION = "mention"
    DIRECT = "direct message"
    BUTTON = "button"
    MODAL = "modal"
    SCHEDULE = "schedule"
    SHORTCUT = "shortcut"


class InertReason(StrEnum):
    """Why the words of a message do not act, although they name a command."""

    CODE_BLOCK = "code block"  # they stand in code blocks and quotations: a pasted transcript
    CODE_SPAN = "code span"  # the command begins in back-ticks: it may look, and not act
    EDITED = "edited"  # an edit would run a command a second time


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody wants, in words, wherever they said it."""

    text: str
    user: str
    channel: str
    source: Source = Source.COMMAND
    idempotency_key: str = ""  # what is asked once, however often it is delivered: one Ask
    thread: str | None = None  # ts of the thread it was said in
    trigger_id: str | None = field(default=None, repr=False)  # opens a modal, for 3 s
    response_url: str | None = field(default=None, repr=False)  # response_url, 30 min, 5 uses
    # What was entered in a form, by field. May hold a secret: never kept, never shown.
    form_values: Mapping[str, str] = field(default_factory=dict, repr=False)
    files: tuple[str, ...] = ()  # ids of files in Slack that came with it
    inert: InertReason | None = None  # why its words do not act
    slash: str = ""  # the slash command that was typed, as Slack calls it: "/space"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the workspace, as Slack knows them."""

    id: str
    name: str = ""
    is_admin: bool = False  # owner or admin of the workspace
    is_guest: bool = False  # from outside, or restricted to some channels


@dataclass(frozen=True, slots=True)
class RateBudget:
    """What the Hub lets us still ask for in this window, from its RateLimit header."""

    remaining: int
    resets_at: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the Hub takes our token for, and what the token may do."""

    name: str
    orgs: tuple[str, ...] = ()
    token_kind: str = ""  # "access_token" is what we need; one from a login may not restart
    token_role: str = ""  # "read", "write" or "fineGrained"
    writes_to: tuple[str, ...] = ()  # owners and repos that a fine-grained token may write to


@dataclass(frozen=True, slots=True)
class Flavor:
    """Hardware that a Space can run on, and what it costs while it runs."""

    name: str  # "t4-small"
    title: str  # "Nvidia T4 - small"
    cpu: str = ""  # "4 vCPU"
    ram: str = ""  # "15 GB"
    accelerator: str = ""  # "1 T4 16 GB"
    dollars_per_hour: float = 0.0


@dataclass(frozen=True, slots=True)
class Commit:
    """A change of a Space's files that the Hub has taken."""

    url: str
    oid: str  # 40 hexadecimal digits


@dataclass(frozen=True, slots=True)
class SpaceDetails:
    """One Space, closely: what the Hub says of it, and what has to be looked up beside that."""

    space: Space
    stage_since: datetime | None = None  # when this stage was first seen; None: we do not know
    dollars_per_hour: float | None = None  # what its hardware costs, if anything and if known


@dataclass(frozen=True, slots=True)
class Template:
    """A Space to be copied, and what the Hub copies of it beside the files."""

    space: Space
    variables: Mapping[str, str] | None = None  # None: the Hub does not say


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the audit: who asked for what, from where, and what became of it."""

    at: datetime
    user: str
    text: str  # as it was kept: what may be a secret is not in it
    source: str
    channel: str
    # received, taken, begun, answered (nothing was done), asked (back), acted, partly, refused,
    # failed; of an operation that is not over: under way
    state: str
    result: str = ""
    duration: timedelta | None = None  # until it was over; None: it is not


@dataclass(frozen=True, slots=True)
class AuditResult:
    """What the audit has on a question, newest first."""

    entries: tuple[AuditEntry, ...]
    is_truncated: bool = False  # there is more, and older, than was read


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One thing about the bot's own health that was looked at."""

    name: str
    problem: str = ""  # and the way out; nothing when all is well
    detail: str = ""
    unknown: bool = False  # it could not be told whether all is well

    @property
    def ok(self) -> bool:
        return not self.problem

    @property
    def line(self) -> str:
        mark = "BAD" if self.problem else "?  " if self.unknown else "ok "
        return f"{mark} {self.name}: {self.problem or self.detail}"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in Slack, as Slack announces it. `url` is of use to our token alone."""

    id: str
    name: str
    size: int  # bytes
    url: str = field(repr=False)
    kind: str = ""  # "text/html"
    absent: str = ""  # why Slack holds nothing of it, in its own word: "external", "tombstone"
