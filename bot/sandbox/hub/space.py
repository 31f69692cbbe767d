"""A simulated Space: its state, its content and its planned stages."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.sandbox.hub.repo import Repo

FREE_SLEEP_SECONDS = 172_800  # the fixed sleep time of free hardware
RUNNING_STAGES = ("RUNNING", "RUNNING_BUILDING", "RUNNING_APP_STARTING")
PENDING_STAGES = ("BUILDING", "APP_STARTING")
ERROR_STAGES = ("BUILD_ERROR", "RUNTIME_ERROR", "CONFIG_ERROR", "NO_APP_FILE")
#: The domain of the apps, unless this server has its own.
APP_DOMAIN = "hf.space"

#: What the app of a running Space answers. All but "up" end with the next start.
AppState = Literal["up", "404", "502", "hang", "slow", "error_page", "login_page", "redirect"]


@dataclass(frozen=True, slots=True)
class PlannedStage:
    """A stage that a Space enters at a time. It is applied on the next read."""

    at: float
    stage: str


@dataclass(frozen=True, slots=True)
class Flaw:
    """A fault in the code: each start ends in this stage until a commit or a heal."""

    stage: str
    error: str


@dataclass(frozen=True, slots=True)
class Secret:
    """A stored secret: a digest to compare, never the value."""

    digest: str
    description: str | None
    updated_at: float


@dataclass(frozen=True, slots=True)
class Variable:
    """A stored variable."""

    value: str
    description: str | None
    updated_at: float


@dataclass(frozen=True, slots=True)
class Env:
    """The names of the secrets, and the variables, that a build has."""

    secrets: frozenset[str]
    variables: Mapping[str, str]

    @property
    def colliding_keys(self) -> frozenset[str]:
        """The names of both a secret and a variable, which keep a Space from starting."""
        return self.secrets & self.variables.keys()


@dataclass(slots=True)
class Space:
    """The whole state of one Space. Only `World` and `lifecycle` change it."""

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
    required_secrets: frozenset[str] = frozenset()  # without one of them the app crashes
    working_values: Mapping[str, str] | None = None  # with any other `values` the app crashes
    flaw: Flaw | None = None
    next_flaw: Flaw | None = None  # becomes the flaw with the next commit
    builds_commits: bool = True  # False: commits are stored but not built
    is_looping: bool = False  # each start ends in another build, until a commit or a heal
    last_visit_at: float = 0.0
    planned_stages: list[PlannedStage] = field(default_factory=list)
    building_commit: str | None = None  # the commit of the current build
    built_commit: str | None = None  # the commit of the last successful build
    serving_commit: str | None = None  # the commit that visitors see
    first_build_env: Env | None = None
    restarts: int = 0
    abuse_rule: str = ""  # of the moderation that locks it
    is_protected: bool = False  # its app is public, its files aren't
    is_dev_mode: bool = False
    requested_replicas: int | str = 1
    volumes: list[dict[str, str]] = field(default_factory=list)
    app: AppState = "up"
    app_domain: str = APP_DOMAIN  # the app's host name is below it
    # Replace keys of the serialized runtime; `...` removes one.
    runtime_overrides: dict[str, Any] = field(default_factory=dict)
    # Replace the generated logs.
    logs: dict[str, list[tuple[float, str]]] = field(default_factory=dict)
    object_id: str = ""  # survives a rename

    def __post_init__(self) -> None:
        seed = f"{self.id} {self.created_at}".encode()
        self.object_id = hashlib.sha1(seed, usedforsecurity=False).hexdigest()[:24]

    @property
    def owner(self) -> str:
        """The user or organization."""
        return self.id.partition("/")[0]

    @property
    def name(self) -> str:
        """The id without the owner."""
        return self.id.partition("/")[2]

    @property
    def modified_at(self) -> float:
        """The time of the last commit, or of the creation."""
        return self.repo.commits[-1].at if self.repo.commits else self.created_at

    @property
    def is_static(self) -> bool:
        """Whether the Space serves files without a container."""
        return self.sdk == "static"

    @property
    def subdomain(self) -> str:
        """The first label of the app's host name."""
        return subdomain(self.id)

    @property
    def domain(self) -> str:
        """The app's host name, with a port if it is on this machine."""
        return f"{self.subdomain}.{self.app_domain}"

    @property
    def values(self) -> Mapping[str, str]:
        """The values of the variables and the digests of the secrets, by key."""
        return {**self.env.variables, **{key: one.digest for key, one in self.secrets.items()}}

    @property
    def env(self) -> Env:
        """The secrets and variables that a build would have now."""
        values = {key: variable.value for key, variable in self.variables.items()}
        return Env(frozenset(self.secrets), values)


def subdomain(id: str) -> str:
    """Return the first label of the app's host name.

    >>> subdomain("black-forest-labs/FLUX.1-dev"), subdomain("user/tmp_test_space")
    ('black-forest-labs-flux-1-dev', 'user-tmp-test-space')
    """
    return id.lower().translate(str.maketrans("/_.", "---"))
