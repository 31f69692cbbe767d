"""The composition root: creates all parts, connects them, and starts and stops them in order."""

import gc
import logging
import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event
from time import monotonic

from slack_bolt import App
from slack_sdk import WebClient

from bot import clock, commands, diagnostics, heartbeat, listeners, slack
from bot.concurrency import DrainingExecutor, KeyedExecutor
from bot.errors import DatabaseUnavailable
from bot.heartbeat import Heartbeat
from bot.hub import Hub
from bot.jobs import Scheduler
from bot.listeners import BoundedExecutor
from bot.listeners.socket_mode import SocketMode
from bot.probe import Prober
from bot.service import Bot, Dependencies
from bot.service.dependencies import STEP_CALLS, Clock
from bot.service.fleet_cache import FleetCache
from bot.service.leadership import Leadership
from bot.service.poll_schedule import PollSchedule
from bot.service.sanitizing import Sanitizer
from bot.settings import Settings
from bot.slack import Access, Hello, Slack
from bot.slack.rate_limiter import SlackRateLimiter
from bot.store import Store
from bot.web import Probes, Server, make_http_app

logger = logging.getLogger(__name__)

# Threads for answers, and slots for running and queued ones; beyond that a request is rejected.
_ANSWER_THREADS, _ANSWER_SLOTS = 16, 200
# Concurrent lookups at the Hub. Its rate limit is the bound, not the number of threads.
_HUB_THREADS = 24
# Twice the calls, because each step also waits for two commits.
_STEP_THREADS = 2 * STEP_CALLS
# Concurrent probes. A hanging app holds a thread for ten seconds.
_PROBE_THREADS = 24
# Four threads fetch logs, and one thread collects them.
_LOG_THREADS = 5
# Allocations between two runs of the garbage collector; Python's default is 700. A sweep makes many
# objects that live until its end and are in no cycle, so each run finds nothing to free: with 700
# that takes a quarter of the CPU of a large sweep.
_ALLOCATIONS_BETWEEN_COLLECTIONS = 50_000
# Seconds after which an overdue job counts as stuck.
_STUCK_AFTER_SECONDS = 300.0


class Application:
    """The running bot: all parts made from the settings, started and stopped in order."""

    def __init__(
        self, settings: Settings, host: str = "127.0.0.1", now: Clock = clock.system_time
    ) -> None:
        self._now = now
        self._store = Store(settings.database_url)
        self._leadership = Leadership(self._store, monotonic)
        self._scheduler = Scheduler()
        self._hub_pool = DrainingExecutor(_HUB_THREADS, "hub")
        self._step_pool = DrainingExecutor(_STEP_THREADS, "step")
        self._log_pool = DrainingExecutor(_LOG_THREADS, "log")
        self._probe_pool = DrainingExecutor(_PROBE_THREADS, "probe")
        self._answer_pool = ThreadPoolExecutor(_ANSWER_THREADS, "answer")
        self._slack = _make_slack(settings)
        self._hub = _make_hub(settings, now)
        self.bot = Bot(self._make_dependencies(settings))
        bolt = self._make_bolt(settings)
        self._socket_mode = _make_socket_mode(settings, bolt)
        self._server = self._make_server(settings, bolt, host)
        self._heartbeat = Heartbeat(settings.heartbeat_url)

    def start(self) -> None:
        """Start the HTTP server, the jobs and Socket Mode, and try to take the lease."""
        _tune_garbage_collector()
        self._server.start()  # first, so that nothing has started if its port is taken
        self._leadership.tick()
        self._scheduler.schedule(self.bot, self._leadership.tick, self._heartbeat.beat)
        if seconds := heartbeat.watchdog_seconds():
            self._scheduler.every(seconds, self._report_alive, "watchdog")
        self._scheduler.start()
        if self._socket_mode:
            self._socket_mode.start()
        logger.info("ready on port %s", self._server.port)
        heartbeat.notify_systemd("READY=1")

    def stop(self) -> None:
        """Stop the intake, finish running work, store its results and release the lease."""
        heartbeat.notify_systemd("STOPPING=1")
        if self._socket_mode:
            self._socket_mode.stop()
        self._server.stop()
        for pool in (self._log_pool, self._probe_pool, self._hub_pool, self._step_pool):
            pool.shutdown(wait=False, cancel_futures=True)
        self._answer_pool.shutdown(wait=True, cancel_futures=True)
        self._scheduler.stop()
        for pool in (self._hub_pool, self._step_pool, self._probe_pool):
            pool.shutdown(wait=True)
        self._leadership.release()
        self._store.close()

    def _make_dependencies(self, settings: Settings) -> Dependencies:
        return Dependencies(
            hub=self._hub,
            slack=self._slack,
            store=self._store,
            commands=commands.load(),
            settings=settings,
            now=self._now,
            hub_pool=self._hub_pool,
            step_calls=KeyedExecutor(self._step_pool),
            schedule_runs=KeyedExecutor(self._answer_pool),
            prober=Prober(settings.hf_token.get_secret_value(), settings.hf_endpoint),
            probe_pool=self._probe_pool,
            probe_calls=KeyedExecutor(self._probe_pool),
            log_calls=KeyedExecutor(self._log_pool),
            rate_limiter=SlackRateLimiter(),
            fleet_cache=FleetCache(self._hub, settings.owners, self._now),
            sanitizer=Sanitizer(settings),
            trigger=self._scheduler.trigger,
            leadership=self._leadership,
            poll_schedule=PollSchedule(settings.poll_seconds),
            setup_checks=diagnostics.SetupChecks(
                settings,
                _make_client(settings),
                self._hub,
                ping=partial(diagnostics.measure, self._ping_database),
                hello=self._hello,
            ),
        )

    def _make_bolt(self, settings: Settings) -> App:
        secret = settings.slack_signing_secret
        bolt = listeners.make_bolt_app(
            _make_client(settings),
            self._slack.identity,
            secret.get_secret_value() if secret else "",
        )
        listeners.register_listeners(
            bolt, self.bot, self._slack, BoundedExecutor(self._answer_pool, _ANSWER_SLOTS)
        )
        return bolt

    def _make_server(self, settings: Settings, bolt: App, host: str) -> Server:
        probes = Probes(
            alive={"rounds": self._check_jobs},
            ready={
                "database": self._check_database,
                "slack": self._check_slack,
                "slack token": Access(_make_client(settings)).problem,
            },
            role=lambda: "leader" if self._leadership.current_lease() else "standby",
        )
        if self._socket_mode or settings.slack_signing_secret is None:
            return Server(make_http_app(probes), host, settings.port)
        secret = settings.slack_signing_secret.get_secret_value()
        return Server(make_http_app(probes, bolt, secret), host, settings.port)

    def _check_jobs(self) -> str:
        late = self._scheduler.overdue(_STUCK_AFTER_SECONDS)
        return f"{', '.join(late)} does not come to an end" if late else ""

    def _report_alive(self) -> None:
        """Tell systemd that the jobs run; it restarts a process that doesn't say so."""
        if not self._check_jobs():
            heartbeat.notify_systemd("WATCHDOG=1")

    def _check_database(self) -> str:
        try:
            self._ping_database()
        except DatabaseUnavailable:
            return "does not answer"
        return ""

    def _ping_database(self) -> None:
        with self._store.transaction():
            pass

    def _check_slack(self) -> str:
        return self._socket_mode.problem() if self._socket_mode else ""

    def _hello(self) -> Hello:
        assert self._socket_mode, "doctor asks only in Socket Mode"
        return self._socket_mode.hello()


def run(settings: Settings, host: str, stop: Event) -> None:
    """Run the bot until *stop* is set."""
    application = Application(settings, host, clock.make_clock(os.environ))
    application.start()
    stop.wait()
    logger.info("stopping")
    application.stop()


def _make_client(settings: Settings) -> WebClient:
    return slack.make_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)


def _tune_garbage_collector() -> None:
    """Run the garbage collector rarely, and exclude the objects of the whole process.

    Modules and classes are most of the objects of a small bot: https://docs.python.org/3/library/gc.html
    It doesn't run before, because that takes a tenth of the start to free 0.2 MiB.
    """
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS_BETWEEN_COLLECTIONS)


def _make_slack(settings: Settings) -> Slack:
    return Slack(_make_client(settings))


def _make_hub(settings: Settings, now: Clock) -> Hub:
    token = settings.hf_token.get_secret_value()
    return Hub(token, endpoint=settings.hf_endpoint, now=now)


def _make_socket_mode(settings: Settings, bolt: App) -> SocketMode | None:
    if settings.slack_app_token is None:
        return None
    return SocketMode(bolt, settings.slack_app_token.get_secret_value())
