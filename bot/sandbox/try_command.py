"""`spacebot try`: runs the unchanged bot in its own process against the sandbox."""

import contextlib
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from bot import signals
from bot.sandbox.clock import SandboxClock
from bot.sandbox.hub.seed import classroom
from bot.sandbox.server import Sandbox
from bot.sandbox.slack.directory import LEAD
from bot.sandbox.slack.installation import Subcommand

_WELCOME_TEXT = """
  Spacebot is running against a sandbox: no account, nothing leaves this machine.

      {url}

  Open it, and type /space status. Stop with Ctrl-C.
"""


_DATABASE, _CLOCK_FILE = "spacebot.db", "clock"


class SupervisedBot:
    """The bot as a child process, restarted after a signal kills it.

    Its input is a pipe from this process, so that it stops when this one is killed.
    """

    def __init__(
        self, environ: Mapping[str, str], log: Path, on_failure: Callable[[str], None]
    ) -> None:
        self._environ, self._log, self._on_failure = dict(environ), log, on_failure
        self._stopping = threading.Event()
        self._process = self._start()
        self._supervisor = threading.Thread(target=self._supervise, name="keeper", daemon=True)
        self._supervisor.start()

    def kill(self) -> None:
        """Send SIGKILL to the process."""
        self._process.kill()

    def stop(self) -> None:
        """Send SIGTERM to the process and wait for its end, up to 12 seconds."""
        self._stopping.set()
        self._process.terminate()
        self._supervisor.join(timeout=12)

    def _start(self) -> "subprocess.Popen[bytes]":
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "bot", "run", "--stop-at-eof"],
                env=self._environ,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=self._log.parent,
                start_new_session=True,  # so that Ctrl-C reaches only this process, which stops it
            )

    def _supervise(self) -> None:
        while not self._stopping.is_set() and self._process.wait() < 0:
            if not self._stopping.is_set():
                self._process = self._start()
        if not self._stopping.is_set():  # it exited by itself, so a restart would not help
            self._on_failure(self._log.read_text(errors="replace")[-2000:])


def run(
    port: int,
    spaces: int,
    manifest: Mapping[str, Any],
    load_subcommands: Callable[[], Iterable[tuple[str, str, str]]],
) -> None:
    """Serve the sandbox and run the bot against it until a signal or the bot's failure.

    *load_subcommands* returns what the page completes, each with name, usage and help.
    """
    stop = threading.Event()
    signals.set_on_signal(stop)
    with (
        tempfile.TemporaryDirectory(prefix="spacebot-") as folder,
        _open_sandbox(Path(folder), port, spaces, manifest) as sandbox,
    ):

        def report_failure(reason: str) -> None:
            print(f"The bot ended by itself. It said:\n{reason}", file=sys.stderr)  # noqa: T201
            stop.set()

        # So that Dana, the course lead, gets the admin notices.
        environment = {**environ(sandbox, Path(folder)), "SPACEBOT_ADMINS": LEAD.id}
        bot = SupervisedBot(environment, Path(folder) / "bot.log", report_failure)
        sandbox.on_kill_bot = bot.kill
        # While the bot starts, because loading its commands takes a tenth of that time.
        sandbox.complete(Subcommand(*subcommand) for subcommand in load_subcommands())
        while not sandbox.slack.bot_is_listening and not stop.wait(0.1):
            pass  # the address is printed once commands work
        if not stop.is_set():
            print(_WELCOME_TEXT.format(url=sandbox.url), flush=True)  # noqa: T201 - what `try` is for
        stop.wait()
        bot.stop()


def _open_sandbox(folder: Path, port: int, spaces: int, manifest: Mapping[str, Any]) -> Sandbox:
    """Return a sandbox whose clock the drawer moves, also for the bot."""
    clock = SandboxClock(folder / _CLOCK_FILE)
    world = classroom(spaces=spaces, with_events=True, clock=clock)
    sandbox = Sandbox(world, port=port, clock=clock, manifest=manifest)
    sandbox.find_next_schedule = partial(next_schedule, folder)
    return sandbox


def next_schedule(folder: Path) -> float | None:
    """Return the time of the next schedule in the bot's database, in epoch seconds."""
    database = sqlite3.connect(f"file:{folder / _DATABASE}?mode=ro", uri=True, timeout=5)
    with contextlib.closing(database):
        query = "SELECT min(next_at) FROM schedule WHERE state = 'on'"
        (at,) = database.execute(query).fetchone()
    return None if at is None else float(at)


def environ(sandbox: Sandbox, folder: Path) -> dict[str, str]:
    """Return the bot's environment: the sandbox's, without settings of a real workspace."""
    inherited = {name: value for name, value in os.environ.items() if not _is_overridden(name)}
    root = str(Path(__file__).parents[2])
    return {
        **inherited,
        **sandbox.environ(),
        "PYTHONPATH": os.pathsep.join(filter(None, [root, inherited.get("PYTHONPATH", "")])),
        "SPACEBOT_POLL_SECONDS": "3",
        "SPACEBOT_PORT": "0",
        "DATABASE_URL": f"sqlite:///{folder / _DATABASE}",
        "SANDBOX_CLOCK_FILE": str(folder / _CLOCK_FILE),
    }


def _is_overridden(name: str) -> bool:
    return name.startswith(("SPACEBOT_", "SLACK_", "HF_", "DATABASE_URL")) or (
        name.lower() in ("http_proxy", "https_proxy", "all_proxy")  # no traffic leaves this machine
    )
