"""The one place that knows every other: what is plugged into what, and in which order it stops."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from threading import Event
from time import monotonic

from slack_bolt import App
from slack_sdk import WebClient

from bot import commands, doctor, listeners, slack
from bot.alerts.channels import AlertChannel
from bot.errors import DatabaseUnavailable
from bot.hub import Hub
from bot.jobs import Clock
from bot.listeners import Pool
from bot.service import Bot, alert_channel
from bot.service.leading import Leadership
from bot.service.lookout import Lookout
from bot.service.pace import Pace
from bot.service.sends import Sends
from bot.service.workers import Workers
from bot.settings import Settings
from bot.slack import Access, Hello, Slack
from bot.socket_mode import SocketMode
from bot.store import Store
from bot.web import Probes, Server, site

logger = logging.getLogger(__name__)

# Answers under way and waiting; beyond that people hear that the bot is busy.
_WORKERS, _SEATS = 16, 200
# The Hub is asked by so many at once: its window of calls is the limit, not our threads.
_CALLERS = 24
# Logs of what broke are read four at a time, by one who collects them.
_STREAMS = 5
# A verb that should have come to its end so many seconds ago hangs.
_HANGS = 300.0


class Application:
    """The running bot: everything made from the settings, started and stopped in order."""

    def __init__(self, settings: Settings, host: str = "127.0.0.1") -> None:
        self._store = Store(settings.database_url)
        self._leadership = Leadership(self._store, monotonic)
        self._clock = Clock()
        self._calls = Workers(_CALLERS, "hub")
        self._streams = Workers(_STREAMS, "log")
        self._work = ThreadPoolExecutor(_WORKERS, "answer")
        self._slack = _slack(settings)
        self._hub = _hub(settings)
        self.bot = self._bot(settings)
        bolt = self._bolt(settings)
        self._line = _line(settings, bolt)
        self._server = self._http(settings, bolt, host)

    def start(self) -> None:
        """Begin to serve, to lead if nobody does, to tick and to listen."""
        self._server.start()  # where its port is taken, nothing has begun
        self._leadership.tick()
        self._clock.bind(self.bot, self._leadership.tick)
        self._clock.start()
        if self._line:
            self._line.start()
        logger.info("ready on port %s", self._server.port)

    def stop(self) -> None:
        """Take nothing more, finish what runs, write it down, give the lease back."""
        if self._line:
            self._line.stop()
        self._server.stop()
        for pool in (self._streams, self._calls):
            pool.shutdown(wait=False, cancel_futures=True)
        self._work.shutdown(wait=True, cancel_futures=True)
        self._clock.stop()
        self._calls.shutdown(wait=True)
        self._leadership.release()
        self._store.close()

    def _bot(self, settings: Settings) -> Bot:
        return Bot(
            hub=self._hub,
            slack=self._slack,
            store=self._store,
            commands=commands.load(),
            settings=settings,
            now=_now,
            calls=self._calls,
            sends=Sends(self._calls),
            reads=Sends(self._streams),
            pace=Pace(),
            lookout=Lookout(self._hub, settings.owners, _now),
            nudge=self._clock.nudge,
            leading=self._leadership.held,
            examine=partial(
                doctor.look,
                settings,
                _client(settings),
                self._hub,
                opens=lambda: None,  # it is open, or there would be no bot
                ping=partial(doctor.measure, self._open),
                channel=self._alert_channel,
                hello=self._hello,
            ),
        )

    def _bolt(self, settings: Settings) -> App:
        secret = settings.slack_signing_secret
        bolt = listeners.bolt(
            _client(settings), self._slack.identity, secret.get_secret_value() if secret else ""
        )
        listeners.bind(bolt, self.bot, self._slack, Pool(self._work, _SEATS))
        return bolt

    def _http(self, settings: Settings, bolt: App, host: str) -> Server:
        probes = Probes(
            alive={"rounds": self._ticks},
            ready={
                "database": self._database,
                "slack": self._hears,
                "slack token": Access(_client(settings)).problem,
            },
            role=lambda: "leader" if self._leadership.held() else "standby",
        )
        if self._line or settings.slack_signing_secret is None:
            return Server(site(probes), host, settings.port)
        secret = settings.slack_signing_secret.get_secret_value()
        return Server(site(probes, bolt, secret), host, settings.port)

    def _ticks(self) -> str:
        late = self._clock.late(_HANGS)
        return f"{', '.join(late)} does not come to an end" if late else ""

    def _database(self) -> str:
        try:
            self._open()
        except DatabaseUnavailable:
            return "does not answer"
        return ""

    def _open(self) -> None:
        with self._store.transaction():
            pass

    def _alert_channel(self) -> AlertChannel:
        with self._store.transaction() as tx:
            return alert_channel.read(self.bot, tx)

    def _hears(self) -> str:
        return self._line.problem() if self._line else ""

    def _hello(self) -> Hello:
        assert self._line, "doctor asks only in Socket Mode"
        return self._line.hello()


def run(settings: Settings, host: str, stop: Event) -> None:
    """Run the bot until *stop* is set."""
    application = Application(settings, host)
    application.start()
    stop.wait()
    logger.info("stopping")
    application.stop()


def _now() -> datetime:
    return datetime.now(UTC)


def _client(settings: Settings) -> WebClient:
    return slack.client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)


def _slack(settings: Settings) -> Slack:
    return Slack(_client(settings))


def _hub(settings: Settings) -> Hub:
    token = settings.hf_token.get_secret_value()
    return Hub(token, endpoint=settings.hf_endpoint, now=_now)


def _line(settings: Settings, bolt: App) -> SocketMode | None:
    if settings.slack_app_token is None:
        return None
    return SocketMode(bolt, settings.slack_app_token.get_secret_value())
