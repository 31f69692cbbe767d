"""Checks of the setup: tokens, scopes, channel, Hub and database, with one result each."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from slack_sdk import WebClient
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.alerts.channels import AlertChannel, configured
from bot.concurrency import run_with_timeout
from bot.diagnostics import database, hub, slack
from bot.diagnostics.database import measure
from bot.diagnostics.hub import permission_problem
from bot.diagnostics.slack import (
    check_clock,
    check_connections,
    check_same_app,
    check_scopes,
    check_slash_command,
)
from bot.error_boundary import report_unexpected
from bot.errors import BotError, DatabaseUnavailable, RateLimited, UnexpectedError
from bot.hub import Hub
from bot.model import CheckResult
from bot.redaction import redact_secrets
from bot.settings import Settings
from bot.slack import Hello, open_socket
from bot.slack import make_client as connect
from bot.store import DatabaseOpenError, Store, ping
from bot.store import channels as stored

__all__ = [
    "SetupChecks",
    "check_clock",
    "check_connections",
    "check_same_app",
    "check_scopes",
    "check_slash_command",
    "diagnose",
    "measure",
    "permission_problem",
]

logger = logging.getLogger(__name__)

Check = Callable[[], Iterator[CheckResult]]


def _do_nothing() -> None: ...


@dataclass(frozen=True, slots=True)
class SetupChecks:
    """The setup checks of `doctor`, for the command line and the running bot."""

    settings: Settings
    slack_client: WebClient
    hub: Hub
    ping: Callable[[], float]  # returns the seconds of one transaction
    hello: Callable[[], Hello]  # returns Slack's first message on a WebSocket
    open_database: Callable[[], None] = _do_nothing  # the running bot has opened it
    own_connections: int = 1  # of this process, among those of the app that Slack counts

    def run(self, channel: Callable[[], AlertChannel]) -> list[CheckResult]:
        """Return the results of all checks; errors become failed results.

        *channel* loads the state of the alert channel.
        """
        return [
            _redact(result)
            for name, check in self._checks(channel)
            for result in _run_check(name, check)
        ]

    def _checks(self, channel: Callable[[], AlertChannel]) -> Sequence[tuple[str, Check]]:
        settings, client = self.settings, self.slack_client
        others = _other_connections(settings, self.own_connections)
        return (
            ("Slack bot token", lambda: slack.check_bot(client, _app_token(settings))),
            ("Slack app token", lambda: slack.check_socket(settings, self.hello, others)),
            ("alert channel", lambda: slack.check_channel(client, channel())),
            ("Hugging Face token", lambda: hub.check(self.hub, settings)),
            (
                "database",
                lambda: database.check(settings.database_url, self.ping, self.open_database),
            ),
        )


def diagnose(settings: Settings) -> list[CheckResult]:
    """Return the results of all checks for a bot with these settings."""
    hub_client = Hub(
        settings.hf_token.get_secret_value(),
        endpoint=settings.hf_endpoint,
        now=lambda: datetime.now(UTC),  # noqa: TID251 - doctor is its own composition root
    )
    slack_client = connect(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    database_results: list[CheckResult] = []
    cached_ping = database.memoize(partial(database.measure, partial(ping, settings.database_url)))
    checks = SetupChecks(
        settings,
        slack_client,
        hub_client,
        ping=cached_ping,
        hello=partial(open_socket, slack_client, _app_token(settings)),
        open_database=lambda: database_results.extend(_open(settings)),
        own_connections=0,
    )
    try:
        results = checks.run(partial(_known_channel, settings, cached_ping))
    finally:
        hub_client.close()
    return [*results, *database_results]


def _other_connections(settings: Settings, own: int) -> int | None:
    """Return how many other connections are expected; None for any number of replicas.

    Only SQLite limits the bot to one process.
    """
    is_alone = make_url(settings.database_url).get_backend_name() == "sqlite"
    return 1 - own if is_alone else None


def _app_token(settings: Settings) -> str:
    token = settings.slack_app_token
    return token.get_secret_value() if token else ""


def _known_channel(settings: Settings, ping: Callable[[], float]) -> AlertChannel:
    """Return the stored state of the alert channel.

    Without a database only the configured name is known; another check reports that failure.
    """
    if database.missing_file(settings.database_url):
        return configured(None, settings.alert_channel)
    try:
        ping()
        return run_with_timeout(partial(_stored_channel, settings), database.OPEN_SECONDS)
    except (DatabaseUnavailable, SQLAlchemyError, TimeoutError, DatabaseOpenError):
        return configured(None, settings.alert_channel)


def _stored_channel(settings: Settings) -> AlertChannel:
    store = Store(settings.database_url)
    try:
        with store.transaction() as tx:
            return configured(stored.alert_channel(tx), settings.alert_channel)
    finally:
        store.close()


def _open(settings: Settings) -> Iterator[CheckResult]:
    """Open the database and yield the check of the slash command's name."""
    store = Store(settings.database_url)
    try:
        with store.transaction() as tx:
            yield check_slash_command(tx, settings.command)
    finally:
        store.close()


def _redact(result: CheckResult) -> CheckResult:
    """Return *result* without secrets that texts of Slack, the Hub or a driver contain."""
    problem, detail = redact_secrets(result.problem), redact_secrets(result.detail)
    return replace(result, problem=problem, detail=detail)


def _run_check(name: str, check: Callable[[], Iterator[CheckResult]]) -> list[CheckResult]:
    try:
        with report_unexpected(logger, f"couldn't check {name}"):
            return list(check())
    except UnexpectedError as error:  # must not hide the results of the other checks
        problem = f"couldn't be checked ({error.kind}, reference {error.reference})."
        return [CheckResult(name, problem)]
    except RateLimited as error:
        return [CheckResult(name, detail=error.with_effect(""), unknown=True)]
    except BotError as error:
        return [CheckResult(name, error.with_effect(""))]  # a check changes nothing anyway
