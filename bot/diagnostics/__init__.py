"""Checks of the setup: tokens, scopes, channel, Hub and database, with one result each."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from slack_sdk import WebClient
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.alerts.channels import AlertChannel, configured
from bot.diagnostics import database, hub, slack
from bot.diagnostics.database import measure
from bot.diagnostics.hub import permission_problem
from bot.diagnostics.slack import check_clock, check_connections, check_same_app, check_scopes
from bot.errors import BotError, DatabaseUnavailable
from bot.hub import Hub
from bot.model import CheckResult
from bot.redaction import redact_secrets
from bot.service.requests import health
from bot.settings import Settings
from bot.slack import Hello, open_socket
from bot.slack import make_client as connect
from bot.store import DatabaseOpenError, Store, ping
from bot.store import channels as stored
from bot.timeouts import run_with_timeout

__all__ = [
    "check_clock",
    "check_connections",
    "check_same_app",
    "check_scopes",
    "diagnose",
    "measure",
    "permission_problem",
    "run_checks",
]

logger = logging.getLogger(__name__)

Check = Callable[[], Iterator[CheckResult]]


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
    try:
        results = run_checks(
            settings,
            slack_client,
            hub_client,
            open_database=lambda: database_results.extend(_open(settings)),
            ping=cached_ping,
            channel=partial(_known_channel, settings, cached_ping),
            hello=partial(open_socket, slack_client, _app_token(settings)),
            own_connections=0,
        )
    finally:
        hub_client.close()
    return [*results, *database_results]


def run_checks(
    settings: Settings,
    slack_client: WebClient,
    hub_client: Hub,
    *,
    open_database: Callable[[], None],
    ping: Callable[[], float],
    channel: Callable[[], AlertChannel],
    hello: Callable[[], Hello],
    own_connections: int = 1,
) -> list[CheckResult]:
    """Return the results of all checks; errors become failed results.

    *open_database* opens the database and *ping* returns the seconds of one transaction. This
    process has *own_connections* among the connections of the app that Slack counts.
    """
    others = _other_connections(settings, own_connections)
    checks: list[tuple[str, Check]] = [
        ("Slack bot token", lambda: slack.check_bot(slack_client, _app_token(settings))),
        ("Slack app token", lambda: slack.check_socket(settings, hello, others)),
        ("alert channel", lambda: slack.check_channel(slack_client, channel())),
        ("Hub token", lambda: hub.check(hub_client, settings)),
        ("database", lambda: database.check(ping, open_database)),
    ]
    return [_redact(result) for name, check in checks for result in _run_check(name, check)]


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
            yield health.check_slash_command(tx, settings.command)
    finally:
        store.close()


def _redact(result: CheckResult) -> CheckResult:
    """Return *result* without secrets that texts of Slack, the Hub or a driver contain."""
    problem, detail = redact_secrets(result.problem), redact_secrets(result.detail)
    return replace(result, problem=problem, detail=detail)


def _run_check(name: str, check: Callable[[], Iterator[CheckResult]]) -> list[CheckResult]:
    try:
        return list(check())
    except BotError as error:
        return [CheckResult(name, str(error))]
    except Exception as error:
        # One failing check must not hide the results of the others.
        logger.exception("could not check %s", name)
        problem = f"could not be checked ({type(error).__name__}). The log has the rest."
        return [CheckResult(name, problem)]
