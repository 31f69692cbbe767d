"""What `doctor` asks of Slack: who we are, what we may, whether we are in the channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from slack_sdk import WebClient

from bot.errors import SlackError
from bot.slack.errors import call_api


@dataclass(frozen=True, slots=True)
class Installation:
    """How the app is installed, as Slack says."""

    team: str
    user: str  # the bot's own name
    scopes: frozenset[str] | None  # None where Slack doesn't say
    server_time: datetime | None  # by Slack's clock
    bot: str = ""  # its id as a bot, not as a user


def get_installation(client: WebClient) -> Installation:
    """Return how our bot token is installed. Raises SlackError when it is not."""
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
    """Return the id of the app whose bot this is; nothing where Slack does not say."""
    try:
        response = call_api(client.bots_info, bot=bot)
    except SlackError:
        return ""
    return str((response.get("bot") or {}).get("app_id") or "")


def app_id_of_token(app_token: str) -> str:
    """Return the id of the app in an app-level token; nothing if it has another form.

    >>> app_id_of_token("xapp-1-A0123-456-abc"), app_id_of_token("xapp-abc")
    ('A0123', '')
    """
    fields = app_token.split("-")
    return fields[2] if len(fields) > 3 and fields[2].startswith("A") else ""


def channel_problem(client: WebClient, channel: str) -> tuple[str, str]:
    """Return the name of the channel of this id, and why nothing of ours can be posted there.

    The reason is Slack's own word; nothing: we are in it. Raises SlackError if there is none such.
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
