"""One simulated Space: what it is, what it holds and what is going to happen to it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.hub.repo import Repo

FREE_SLEEP_SECONDS = 172_800  # the fixed sleep time of free hardware
RUNNING_STAGES = ("RUNNING", "RUNNING_BUILDING", "RUNNING_APP_STARTING")
PENDING_STAGES = ("BUILDING", "APP_STARTING")
ERROR_STAGES = ("BUILD_ERROR", "RUNTIME_ERROR", "CONFIG_ERROR", "NO_APP_FILE")


@dataclass(frozen=True, slots=True)
class PlannedStage:
    """A stage that is due at a time. Turns are applied when somebody looks."""

    at: float
    stage: str


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with the code: every start ends in this stage until a commit or a heal."""

    stage: str
    error: str


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret after it was set: its value is gone, only a digest can be compared."""

    digest: str
    description: str | None
    updated_at: float


@dataclass(frozen=True, slots=True)
class Variable:
    value: str
    description: str | None
    updated_at: float


@dataclass(frozen=True, slots=True)
class Env:
    """Which secrets and variables a build could see."""

    secrets: frozenset[str]
    variables: Mapping[str, str]

    @property
    def colliding_keys(self) -> frozenset[str]:
        """The names that are both a secret and a variable: with one, nothing starts."""
        return self.secrets & self.variables.keys()


@dataclass(slots=True)
class Space:
    """Everything the Hub knows about one Space. Only `World` and `life` change it."""

    id: str
    sdk: str = "docker"
    private: bool = False
    stage: str = "RUNNING"
    error: str = ""
    hardware: str = "cpu-basic"
    sleep_after: int | None = FREE_SLEEP_SECONDS
    created_at: float = 0.0
    repo: Repo = field(default_factory=Repo)
    secrets: dict[str, Secret] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)
    required_secrets: frozenset[str] = (
        frozenset()
    )  # secrets without which the app crashes at its start
    flaw: Flaw | None = None
    next_flaw: Flaw | None = None  # becomes the flaw with the next commit
    builds_commits: bool = True  # False: a commit is kept, and no build of it begins
    last_visit_at: float = 0.0  # when somebody last visited the app
    planned_stages: list[PlannedStage] = field(default_factory=list)
    building_commit: str | None = None  # the commit of the build that is going on
    built_commit: str | None = None  # the commit of the last build that succeeded
    serving_commit: str | None = None  # the commit that answers visitors
    first_build_env: Env | None = None
    restarts: int = 0
    visits: int = 0
    runtime_overrides: dict[str, Any] = field(
        default_factory=dict
    )  # laid over the runtime; `...` drops a key
    logs: dict[str, list[tuple[float, str]]] = field(
        default_factory=dict
    )  # instead of made-up ones

    object_id: str = ""  # survives a rename

    def __post_init__(self) -> None:
        seed = f"{self.id} {self.created_at}".encode()
        self.object_id = hashlib.sha1(seed, usedforsecurity=False).hexdigest()[:24]

    @property
    def owner(self) -> str:
        return self.id.partition("/")[0]

    @property
    def name(self) -> str:
        return self.id.partition("/")[2]

    @property
    def modified_at(self) -> float:
        return self.repo.commits[-1].at if self.repo.commits else self.created_at

    @property
    def is_static(self) -> bool:
        return self.sdk == "static"

    @property
    def subdomain(self) -> str:
        return subdomain(self.id)

    @property
    def env(self) -> Env:
        values = {key: variable.value for key, variable in self.variables.items()}
        return Env(frozenset(self.secrets), values)


def subdomain(id: str) -> str:
    """
    Return the first label of the address of the app of *id*.

    >>> subdomain("black-forest-labs/FLUX.1-dev"), subdomain("user/tmp_test_space")
    ('black-forest-labs-flux-1-dev', 'user-tmp-test-space')
    """
    return id.lower().translate(str.maketrans("/_.", "---"))
