"""Checks Slack's part of the setup: tokens, scopes, clock, connections and channel."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from slack_sdk import WebClient

from bot.alerts.channels import AlertChannel
from bot.errors import SlackError, SlackUnavailable
from bot.manifest import SCOPES
from bot.model import CheckResult
from bot.settings import Settings
from bot.slack import Hello, diagnostics, directory
from bot.slack_limits import is_channel
from bot.store import Tx, asks

# Signatures allow a skew of five minutes, so a clock with more than this is broken.
# https://docs.slack.dev/authentication/verifying-requests-from-slack/
_MAX_CLOCK_SKEW_SECONDS = 60


def check_bot(slack: WebClient, app_token: str) -> Iterator[CheckResult]:
    """Yield the checks of the bot token: installation, scopes, clock and app."""
    installation = diagnostics.get_installation(slack)
    yield CheckResult("Slack bot token", detail=f"{installation.user} in {installation.team}")
    yield check_scopes(installation)
    yield check_clock(installation, datetime.now(UTC))  # noqa: TID251 - the clock is what is examined
    if app_token:
        yield check_same_app(
            diagnostics.app_id_of_token(app_token),
            diagnostics.app_id_of_bot(slack, installation.bot),
        )


def check_scopes(installation: diagnostics.Installation) -> CheckResult:
    """Return whether all scopes of the manifest are granted; unknown without Slack's header.

    Some proxies and emulators drop that header.
    """
    if installation.scopes is None:
        detail = "unknown: Slack doesn't list them. Compare the app's with `spacebot manifest`."
        return CheckResult("Slack scopes", detail=detail, unknown=True)
    missing = sorted(SCOPES.keys() - installation.scopes)
    return CheckResult(
        "Slack scopes",
        f"missing {', '.join(missing)}. Add them under OAuth & Permissions and reinstall the app; "
        "without the history scopes a card may repeat once."
        if missing
        else "",
        f"all {len(SCOPES)} granted",
    )


def check_clock(installation: diagnostics.Installation, now: datetime) -> CheckResult:
    """Return whether our clock agrees with Slack's.

    Signatures and searches of the history depend on it.
    """
    if installation.server_time is None:
        detail = "unknown: Slack doesn't give the time. Check that NTP runs."
        return CheckResult("clock", detail=detail, unknown=True)
    skew = abs((installation.server_time - now).total_seconds())
    return CheckResult(
        "clock",
        f"{skew:.0f} s away from Slack's. Set this machine's clock (NTP)."
        if skew > _MAX_CLOCK_SKEW_SECONDS
        else "",
        f"within {_MAX_CLOCK_SKEW_SECONDS} s of Slack's",
    )


def check_same_app(of_token: str, of_bot: str) -> CheckResult:
    """Return whether both tokens belong to the same app, by its id."""
    if not of_token or not of_bot:
        token = "app-level token" if not of_token else "bot token"
        detail = f"unknown: the {token} doesn't say which app it belongs to."
        return CheckResult("Slack app", detail=detail, unknown=True)
    if of_token == of_bot:
        return CheckResult("Slack app", detail=f"{of_bot}, for both tokens")
    return CheckResult(
        "Slack app",
        f"SLACK_APP_TOKEN belongs to app {of_token} and SLACK_BOT_TOKEN to {of_bot}. I'd get "
        "requests to one and answer as the other. Copy both tokens from one app.",
    )


def check_socket(
    settings: Settings, hello: Callable[[], Hello], expected: int | None
) -> Iterator[CheckResult]:
    """Yield the checks of the Socket Mode connection; HTTP mode needs none.

    *expected* is the number of other connections that are normal; None for any number.
    """
    if settings.slack_app_token is None:
        yield CheckResult("Slack mode", detail=f"HTTP, on port {settings.port}")
        return
    try:
        hello_message = hello()
    except SlackUnavailable:
        raise
    except SlackError as error:
        yield CheckResult(
            "Slack app token",
            f"Slack rejects it ({error.code}). Generate one with connections:write under "
            "Basic Information > App-Level Tokens, and set SLACK_APP_TOKEN.",
        )
        return
    yield CheckResult("Slack app token", detail="the WebSocket opens")
    yield check_connections(hello_message.other_connections, expected)


def check_connections(others: int, expected: int | None) -> CheckResult:
    """Return whether Slack counts more connections of the app than expected.

    *expected* is None if any number of replicas may be connected.
    """
    detail = f"{others} besides this process"
    if expected is None or others <= expected:
        return CheckResult("Slack connections", detail=detail)
    return CheckResult(
        "Slack connections",
        f"{detail}, and each gets a part of the requests. Stop the other process with this "
        "SLACK_APP_TOKEN. A lost connection still counts for some minutes.",
    )


def check_slash_command(tx: Tx, configured: str) -> CheckResult:
    """Return whether the app's slash command is the configured one.

    Slack reveals the name of a command only when a person types it.
    """
    typed = asks.last_slash_command(tx)
    if typed in ("", configured):
        return CheckResult("slash command", detail=configured)
    return CheckResult(
        "slash command",
        f"people type {typed}, but SPACEBOT_COMMAND is {configured}, so my messages name the "
        f"wrong one. Set SPACEBOT_COMMAND={typed}.",
    )


def check_channel(slack: WebClient, channel: AlertChannel) -> Iterator[CheckResult]:
    """Yield whether the bot can post in the alert channel.

    Raises:
        SlackError: Slack rejected a call or didn't answer.
    """
    name = channel.configured if is_channel(channel.configured) else f"#{channel.configured}"
    id = channel.id or directory.find_channel(slack, channel.configured)
    if id is None:
        yield CheckResult(
            "alert channel",
            f"I'm not in a channel called {name}, so alerts wait. Run `/invite @Spacebot` there. "
            "If it's archived, unarchive it; if it was renamed, set SPACEBOT_ALERT_CHANNEL.",
        )
        return
    channel_name, error_code = diagnostics.channel_problem(slack, id)
    name = f"#{channel_name}" if channel_name else name
    problems = {
        "is_archived": f"{name} is archived. Unarchive it, or set SPACEBOT_ALERT_CHANNEL to "
        "another one.",
        "not_in_channel": f"I'm not in {name}. Run `/invite @Spacebot` there.",
    }
    yield CheckResult("alert channel", problems.get(error_code, ""), f"I'm in {name}")
