"""The data of one known cause: its patterns, who can fix it, and its advice."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from re import Pattern


class CauseId(StrEnum):
    """The name of a known cause, by which code and the database refer to it."""

    MODERATION_LOCK = "moderation_lock"
    QUOTA = "quota"
    PAYMENT_METHOD = "payment_method"
    PLAN_GATE = "plan_gate"
    DISABLED = "disabled"
    TOKEN_CANNOT_ACT = "token_cannot_act"  # noqa: S105 - a cause, not a token
    ZEROGPU_FUNCTION = "zerogpu_function"
    ZEROGPU_PYTORCH = "zerogpu_pytorch"
    SCHEDULING = "scheduling"
    BUILDER = "builder"
    CONTAINER = "container"
    LAUNCH_TIMEOUT = "launch_timeout"
    MEMORY_LIMIT = "memory_limit"
    CUDA_MEMORY = "cuda_memory"
    STORAGE_LIMIT = "storage_limit"
    ACCOUNT_STORAGE = "account_storage"
    MISSING_SECRET = "missing_secret"  # noqa: S105 - a cause, not a secret
    DEPENDENCY_CONFLICT = "dependency_conflict"
    MISSING_FRONT_MATTER = "missing_front_matter"
    CLONING = "cloning"
    PORT_IN_USE = "port_in_use"
    COLLISION = "collision"
    MISSING_MODULE = "missing_module"
    PLATFORM = "platform"
    CONFIGURATION = "configuration"
    CODE = "code"


class ResponsibleParty(StrEnum):
    """Who can remove a cause."""

    TEAM = "team"
    STAFF = "staff"
    BILLING = "billing"
    PLATFORM = "platform"
    MODERATION = "moderation"


class TextSource(StrEnum):
    """Where the words of a cause occur."""

    REFUSAL = "refusal"  # the Hub's answer to a call
    ACT = "act"  # its answer to an act on a Space that the list shows
    ERROR = "error"  # the errorMessage of a Space
    LOG = "log"  # a line of its log, which the errorMessage may quote


@dataclass(frozen=True, slots=True)
class KnownCause:
    """One known cause.

    A pattern matches only text that no Space's name can hold: it has a space, colon or quote.
    """

    id: CauseId
    responsible: ResponsibleParty
    fact: str  # one sentence; `{key}` is the group of the pattern
    advice: str  # what to do about it; "" where the fact says all that is known
    patterns: Mapping[TextSource, Pattern[str]]
    clues: str  # alternatives in lower case; each match of a pattern contains one of them
    command: str = ""  # the command that helps, with `{}` for the Space
    takes_key: bool = False  # the key is the last argument of the command
    is_locked: bool = False  # no restart helps, so none is sent
    stops_batch: bool = False  # the Hub would refuse the rest of a batch the same way
    is_symptom: bool = False  # another cause that was found as well says more

    def __post_init__(self) -> None:
        assert self.patterns, f"{self.id} has no pattern"

    def describe(self, key: str = "") -> str:
        """Return the fact about *key*, then the advice."""
        return " ".join(filter(None, [self.fact.replace("{key}", key), self.advice]))


def words(pattern: str) -> Pattern[str]:
    """Return *pattern* for words in any case."""
    return re.compile(pattern, re.IGNORECASE)


def in_sources(pattern: str, *sources: TextSource) -> dict[TextSource, Pattern[str]]:
    """Return *pattern*, for words in any case, by each of *sources*."""
    return dict.fromkeys(sources, words(pattern))
