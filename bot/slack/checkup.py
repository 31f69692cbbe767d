"""What `doctor` asks of Slack: who we are, what we may, whether we are in the channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from slack_sdk import WebClient

from bot.errors import SlackError
from bot.slack.border import call


@dataclass(frozen=True, slots=True)
class Installation:
    """How the app is installed, as Slack says."""

    team: str
    user: str  # the bot's own name
    scopes: frozenset[str] | None  # None where Slack doesn't say
    at: datetime | None  # by Slack's clock
    bot: str = ""  # its id as a bot, not as a user


def installation(client: WebClient) -> Installation:
    """Return how our bot token is installed. Raises SlackError when it is not."""
    said = call(client.auth_test)
    headers = {name.lower(): _one(value) for name, value in said.headers.items()}
    return Installation(
        said["team"], said["user"], _scopes(headers), _date(headers), said.get("bot_id") or ""
    )


def app_of_bot(client: WebClient, bot: str) -> str:
    """Return the id of the app whose bot this is; nothing where Slack does not say."""
    try:
        said = call(client.bots_info, bot=bot)
    except SlackError:
        return ""
    return str((said.get("bot") or {}).get("app_id") or "")


def app_of_token(app_token: str) -> str:
    """Return the id of the app in an app-level token; nothing if it has another form.

    >>> app_of_token("xapp-1-A0123-456-abc"), app_of_token("xapp-abc")
    ('A0123', '')
    """
    parts = app_token.split("-")
    return parts[2] if len(parts) > 3 and parts[2].startswith("A") else ""


def keeps_us_out(client: WebClient, channel: str) -> tuple[str, str]:
    """Return the name of the channel of this id, and why nothing of ours can be posted there.

    The reason is Slack's own word; nothing: we are in it. Raises SlackError if there is none such.
    """
    said = call(client.conversations_info, channel=channel)["channel"]
    name = str(said.get("name") or "")
    if said.get("is_archived"):
        return name, "is_archived"
    return name, "" if said.get("is_member") else "not_in_channel"


def _one(value: object) -> str:
    return str(value[0] if isinstance(value, list) else value)


def _scopes(headers: Mapping[str, str]) -> frozenset[str] | None:
    said = headers.get("x-oauth-scopes")
    return None if said is None else frozenset(filter(None, said.replace(" ", "").split(",")))


def _date(headers: Mapping[str, str]) -> datetime | None:
    try:
        date = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
