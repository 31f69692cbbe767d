"""A sandbox and its bots: tests start, kill, stop and wait for them."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy import NullPool, create_engine

from bot.manifest import manifest
from bot.sandbox import try_command
from bot.sandbox.hub.control import World
from bot.sandbox.hub.latency import StageDurations
from bot.sandbox.hub.seed import classroom
from bot.sandbox.server import Sandbox
from bot.sandbox.slack.directory import OPS
from bot.sandbox.slack.model import Message
from bot.sandbox.slack.workspace import Found
from bot.store import Store
from tests.e2e.process import WAIT_SECONDS, Process

#: Every transition takes a moment, and a build longer than the poll interval of two seconds.
FAST_DURATIONS = StageDurations(lag=0.1, build=3.0, start=0.5, spread=0.0)
_SECONDS_BETWEEN_SWEEPS = "0.5"


@dataclass
class Environment:
    """A sandbox, a folder for the database, and the started bots."""

    sandbox: Sandbox
    world: World
    folder: Path
    environ: dict[str, str]
    bots: list[Process] = field(default_factory=list)

    def start(self, **environ: str) -> Process:
        """Start a bot and wait until it receives commands. An empty variable isn't set."""
        before = len(self.sandbox.slack.sockets.open_sockets)
        bot = self.run("run", "--stop-at-eof", **environ)
        if environ.get("SLACK_APP_TOKEN") == "":
            bot.wait_for_line("ready on port")
        else:
            self.wait_until(lambda: len(self.sandbox.slack.sockets.open_sockets) > before)
        return bot

    def run(self, *words: str, **environ: str) -> Process:
        """Start any command of the command line."""
        bot = Process({**self.environ, **environ}, self.folder, *words)
        self.bots.append(bot)
        return bot

    def kill(self, bot: Process) -> None:
        """Kill *bot*, and wait until Slack has noticed."""
        before = len(self.sandbox.slack.sockets.open_sockets)
        bot.kill()
        self.wait_until(lambda: len(self.sandbox.slack.sockets.open_sockets) < before)

    def wait_until(self, predicate: Callable[[], Found], timeout: float = WAIT_SECONDS) -> Found:
        """Wait for something in Slack."""
        try:
            return self.sandbox.workspace.wait_for(predicate, timeout)
        except TimeoutError as error:
            error.add_note(self.describe())
            raise

    def wait_for_sweeps(self, times: int = 2) -> None:
        """Wait until the Hub was listed *times* more times."""
        before = sum(call.name == "list" for call in list(self.world.calls))
        assert self.world.wait_for("list", times=before + times, timeout=WAIT_SECONDS), (
            self.describe()
        )

    def execute_sql(self, statement: str) -> None:
        """Change the database directly, where a test can't wait for the clock."""
        with create_engine(self.environ["DATABASE_URL"], poolclass=NullPool).begin() as tx:
            tx.exec_driver_sql(statement)

    def query_sql(self, query: str) -> list[tuple[object, ...]]:
        with create_engine(self.environ["DATABASE_URL"], poolclass=NullPool).begin() as tx:
            return [tuple(row) for row in tx.exec_driver_sql(query)]

    def expire_lease(self) -> None:
        """Expire the lease of a killed bot now."""
        self.execute_sql("UPDATE lease SET expires = 0")

    def bot_messages(self, pattern: str, channel: str = OPS.id) -> list[Message]:
        """Return the public messages of the bot outside threads that match *pattern*."""
        found = self.sandbox.workspace.messages(channel)
        return [m for m in found if m.is_bot and re.search(pattern, m.text)]

    def ephemeral_messages(self, person: str, channel: str = OPS.id) -> list[Message]:
        """Return the ephemeral messages of this person."""
        visible = self.sandbox.workspace.messages(channel, person)
        return [m for m in visible if m.ephemeral_for == person]

    def wait_for_initial_scan(self) -> None:
        """Wait until the bot has posted the initial scan."""
        self.wait_until(lambda: self.bot_messages("^Watching"))

    def describe(self) -> str:
        """Return the state that helps to explain a failure."""
        messages = [
            f"{m.ts} {m.ephemeral_for or 'everybody'}: {m.text}"
            for m in self.sandbox.workspace.message_store.all_messages(OPS.id)
        ]
        logs = [f"--- bot {bot.pid}\n{bot.output[-3000:]}" for bot in self.bots]
        return "\n".join(["--- channel", *messages[-30:], *logs])


@contextmanager
def open_environment(
    folder: Path, world: World | None = None, **environ: str
) -> Iterator[Environment]:
    """Start an environment; stop all its processes at the end."""
    world = world or classroom(durations=FAST_DURATIONS)
    world.faults.rate_limit.quota = 1_000_000  # lower limits are tested elsewhere
    with Sandbox(world, manifest=manifest(), clock=world.clock) as sandbox:
        sandbox.find_next_schedule = partial(try_command.next_schedule, folder)
        common = try_command.environ(sandbox, folder)
        poll_settings = {"SPACEBOT_POLL_SECONDS": _SECONDS_BETWEEN_SWEEPS}
        env = Environment(sandbox, world, folder, {**common, **poll_settings, **environ})
        Store(env.environ["DATABASE_URL"]).close()  # saves a second of every start
        try:
            yield env
        finally:
            for bot in env.bots:
                bot.discard()
