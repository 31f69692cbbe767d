"""The simulated Hub's interface for tests and the control drawer.

world = World(clock=lambda: now)
world.add(Space("ifcore-org/team-a", stage="SLEEPING"))
world.break_("ifcore-org/team-a")
world.snapshot()
"""

from typing import TypedDict

from bot.sandbox.hub import lifecycle
from bot.sandbox.hub.fleet import Fleet
from bot.sandbox.hub.repo import Change
from bot.sandbox.hub.space import (
    RUNNING_STAGES,
    AppState,
    Env,
    Flaw,
    PlannedStage,
    Secret,
    Space,
    Variable,
)

CRASH_MESSAGE = (
    "Exit code: 1. Reason: Traceback (most recent call last):\n"
    '  File "/home/user/app/main.py", line 23, in <module>\n'
    "    model = load_model(os.environ['MODEL_REPO_ID'])\n"
    '  File "/home/user/app/model.py", line 41, in load_model\n'
    "    return torch.load(weights, map_location=device)\n"
    "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB"
)
BUILD_ERROR_MESSAGE = (
    "Job failed with exit code: 1. Reason: error building image: "
    "ERROR: No matching distribution found for torch==9.9"
)


class SpaceRow(TypedDict):
    """A Space in the control drawer."""

    id: str
    short: str
    stage: str
    error: str
    app: str


class World(Fleet):
    """The fleet, with methods that inspect and change Spaces.

    An unknown id raises HubHttpError with status 404.
    """

    # Used by tests

    @property
    def restarts(self) -> dict[str, int]:
        """The number of restart calls for each Space."""
        with self.locked():
            return {space.id: space.restarts for space in self.spaces()}

    def stage(self, id: str) -> str:
        """Return the stage of a Space."""
        with self.open(id) as space:
            return space.stage

    def files(self, id: str) -> dict[str, bytes]:
        """Return the contents of a Space's files, by path."""
        with self.open(id) as space:
            return dict(space.repo.files)

    def first_build_env(self, id: str) -> Env | None:
        """Return the secrets and variables that a Space's first build had."""
        with self.open(id) as space:
            return space.first_build_env

    def secret_digest(self, id: str, key: str) -> str | None:
        """Return the SHA-256 of a secret's value, or None. The value itself is never stored."""
        with self.open(id) as space:
            secret = space.secrets.get(key)
            return secret.digest if secret else None

    def snapshot(self) -> list[SpaceRow]:
        """Return all Spaces for the drawer."""
        with self.locked():
            return [self._row(space) for space in self.spaces()]

    # Used by the control drawer

    def break_(self, id: str, error: str = CRASH_MESSAGE, *, for_good: bool = False) -> None:
        """Crash the app. A restart repairs it, unless *for_good*."""
        with self.open(id) as space:
            lifecycle.set_stage(space, "RUNTIME_ERROR", error)
            space.flaw = Flaw("RUNTIME_ERROR", error) if for_good else None

    def build_error(self, id: str, error: str = BUILD_ERROR_MESSAGE) -> None:
        """Make the build fail, now and after each restart, until a commit or `heal`."""
        with self.open(id) as space:
            lifecycle.set_stage(space, "BUILD_ERROR", error)
            space.flaw, space.built_commit = Flaw("BUILD_ERROR", error), None

    def collide(self, id: str, key: str = "API_KEY") -> None:
        """Add a secret and a variable with the same name, which keeps the Space from starting."""
        with self.open(id) as space:
            space.secrets[key] = Secret("", None, self.now())
            space.variables[key] = Variable("", None, self.now())
            lifecycle.restart_if_running(space, self.now(), self.sampler)

    def collide_first(self) -> None:
        """Call `collide` on the first running Space, if there is one."""
        for space in self.spaces(
            predicate=lambda s: s.stage in RUNNING_STAGES and not s.is_static, limit=1
        ):
            self.collide(space.id)

    def hide_first(self) -> None:
        """List the first Space as null, or list it again."""
        first = {space.id for space in self.spaces(limit=1)}
        self.faults.unreadable ^= first

    def set_app(self, id: str, state: AppState) -> None:
        """Let a Space run with an app that answers in this way, until it starts again."""
        with self.open(id) as space:
            lifecycle.set_stage(space, "RUNNING")
            space.app, space.last_visit_at = state, self.now()

    def answer_502(self, id: str) -> None:
        """Let a Space run with an app that answers 502."""
        self.set_app(id, "502")

    def failing_apps(self) -> set[str]:
        """Return the Spaces whose app doesn't answer as it should."""
        return {space.id for space in self.spaces(predicate=lambda s: s.app != "up")}

    def let_apps_answer(self) -> None:
        """Let all apps answer as they should."""
        with self.locked():
            for space in self.spaces():
                space.app = "up"

    def let_apps_start(self) -> None:
        """Let all apps start without secrets and with any variables."""
        with self.locked():
            for space in self.spaces():
                space.required_secrets, space.working_values = frozenset(), None

    def kill_first_domain(self, id: str) -> None:
        """Report a second domain before the app's own, which no app answers, as after a rename."""
        with self.open(id) as space:
            dead = f"{space.subdomain}-old.{space.app_domain}"
            names = (dead, space.domain)
            space.runtime_overrides["domains"] = [{"domain": n, "stage": "READY"} for n in names]

    def revive_first_domains(self) -> bool:
        """Report only the apps' own domains; return whether that changed one."""
        with self.locked():
            removed = [space.runtime_overrides.pop("domains", None) for space in self.spaces()]
        return any(removed)

    def lift_faults(self) -> None:
        """Remove all faults of the Hub and of the apps; the Hub's state stays."""
        self.faults.lift_all()
        self.let_apps_answer()
        self.let_apps_start()
        self.sampler.build_factor = 1.0
        self.revive_first_domains()

    def sleep(self, id: str) -> None:
        """Put a Space to sleep."""
        self.put(id, "SLEEPING")

    def pause(self, id: str) -> None:
        """Pause a Space."""
        self.put(id, "PAUSED")

    def heal(self, id: str) -> None:
        """Remove every flaw of the Space and run it."""
        with self.open(id) as space:
            space.flaw, space.required_secrets, space.builds_commits = None, frozenset(), True
            space.working_values = None
            space.is_looping, space.abuse_rule = False, ""
            space.last_visit_at = self.now()
            lifecycle.set_stage(space, "RUNNING")

    def put(self, id: str, stage: str, error: str = "") -> None:
        """Set a Space's stage, which may be one that the bot doesn't know."""
        with self.open(id) as space:
            space.last_visit_at = self.now()
            lifecycle.set_stage(space, stage, error)

    def ignore_commits(self, id: str) -> None:
        """Store commits without building them until `heal`, as the Hub sometimes does."""
        with self.open(id) as space:
            space.builds_commits = False

    def push(self, id: str, author: str = "student-1") -> None:
        """Commit a change of the README as a student does, without the bot."""
        with self.open(id) as space:
            text = space.repo.files["README.md"] + f"Changed by {author}.\n".encode()
            change = Change("Update the README", writes=(("README.md", text),), author=author)
            lifecycle.commit(space, change, self.now(), self.sampler)

    def loop_start(self, id: str) -> None:
        """Let the Space build and start again and again, until a commit or a heal."""
        with self.open(id) as space:
            space.is_looping = True
            lifecycle.set_stage(space, "APP_STARTING")
            space.planned_stages = [
                PlannedStage(self.now() + lifecycle.LOOP_SECONDS, "RUNNING"),
            ]

    def fail_next_commit(
        self, id: str, stage: str = "BUILD_ERROR", error: str = BUILD_ERROR_MESSAGE
    ) -> None:
        """Make the next commit contain a flaw."""
        with self.open(id) as space:
            space.next_flaw = Flaw(stage, error)

    def _row(self, space: Space) -> SpaceRow:
        short = space.name.removeprefix(self.prefix)
        return {
            "id": space.id,
            "short": short,
            "stage": space.stage,
            "error": space.error,
            "app": space.app,
        }
