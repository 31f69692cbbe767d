"""Facts about the app's installation, scopes and channels, and whether the token can post."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock, Thread
from time import monotonic

from slack_sdk import WebClient

from bot.errors import SlackError, SlackUnavailable
from bot.slack.errors import call_api, documented_shape

_CHECK_INTERVAL_SECONDS = 60.0
# A probe waits this long for a new result, then it gets the last one.
_WAIT_SECONDS = 1.0
_REQUIRED_SCOPE = "chat:write"


@dataclass(frozen=True, slots=True)
class Installation:
    """The installation of the app in a workspace."""

    team: str
    user: str  # the bot's own name
    scopes: frozenset[str] | None  # None if the answer has none
    server_time: datetime | None  # Slack's clock
    bot: str = ""  # the id of the bot, not of its user


@documented_shape()
def get_installation(client: WebClient) -> Installation:
    """Return the installation of the bot token.

    Raises:
        SlackError: Slack doesn't accept the token.

    """
    response = call_api(client.auth_test)
    headers = {name.lower(): _first_value(value) for name, value in response.headers.items()}
    return Installation(
        response["team"],
        response["user"],
        _parse_scopes(headers),
        _parse_date(headers),
        response.get("bot_id") or "",
    )


def app_id_of_bot(client: WebClient, bot: str) -> str:
    """Return the id of the app of *bot*, empty if Slack refuses it."""
    try:
        with documented_shape():
            response = call_api(client.bots_info, bot=bot)
            return str((response.get("bot") or {}).get("app_id") or "")
    except SlackError:
        return ""


def app_id_of_token(app_token: str) -> str:
    """Return the app id in an app-level token, empty for another form.

    >>> app_id_of_token("xapp-1-A0123-456-abc"), app_id_of_token("xapp-abc")
    ('A0123', '')
    """
    fields = app_token.split("-")
    return fields[2] if len(fields) > 3 and fields[2].startswith("A") else ""


@documented_shape()
def channel_problem(client: WebClient, channel: str) -> tuple[str, str]:
    """Return the name of a channel and the error code of a post there.

    The code is empty if the bot can post.

    Raises:
        SlackError: There is no such channel.

    """
    info = call_api(client.conversations_info, channel=channel)["channel"]
    name = str(info.get("name") or "")
    if info.get("is_archived"):
        return name, "is_archived"
    return name, "" if info.get("is_member") else "not_in_channel"


def _first_value(value: object) -> str:
    return str(value[0] if isinstance(value, list) else value)


def _parse_scopes(headers: Mapping[str, str]) -> frozenset[str] | None:
    listed = headers.get("x-oauth-scopes")
    return None if listed is None else frozenset(filter(None, listed.replace(" ", "").split(",")))


def _parse_date(headers: Mapping[str, str]) -> datetime | None:
    try:
        date = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


class Access:
    """The last result of `auth.test`, refreshed only when it is read."""

    def __init__(self, client: WebClient, monotonic: Callable[[], float] = monotonic) -> None:
        self._client, self._monotonic = client, monotonic
        self._problem = ""
        self._checked_at = float("-inf")
        self._lock = Lock()

    def problem(self) -> str:
        """Return why the token can't post, empty if it can or if that is unknown."""
        with self._lock:
            is_due = self._monotonic() - self._checked_at >= _CHECK_INTERVAL_SECONDS
            if is_due:
                self._checked_at = self._monotonic()
        if is_due:
            thread = Thread(target=self._check, name="slack-access", daemon=True)
            thread.start()
            thread.join(_WAIT_SECONDS)
        return self._problem

    def _check(self) -> None:
        try:
            scopes = get_installation(self._client).scopes
        except SlackUnavailable:
            return  # proves nothing about the token
        except SlackError as error:
            self._problem = f"Slack refuses the bot token ({error.code})"
            return
        is_missing = scopes is not None and _REQUIRED_SCOPE not in scopes
        self._problem = f"the bot token lacks {_REQUIRED_SCOPE}" if is_missing else ""
