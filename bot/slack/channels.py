"""The channels of which the bot is a member."""

from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk import WebClient

from bot.errors import SlackUnavailable
from bot.slack.errors import call_api, documented_shape

# https://docs.slack.dev/reference/methods/users.conversations advises at most 200 a page.
_PAGE_CHANNELS, _MAX_PAGES = 200, 50


@documented_shape()
def find_channel(client: WebClient, name: str) -> str | None:
    """Return the id of the channel *name*, None if the bot isn't a member.

    Only the bot's own channels are listed, because `conversations.list` answers nearly empty pages
    in a large workspace.

    Raises:
        SlackError: The list is incomplete.

    """
    for channel in _list_channels(client):
        if name in (channel.get("name"), channel.get("name_normalized")):
            return str(channel["id"])
    return None


@documented_shape()
def list_names(client: WebClient) -> dict[str, str]:
    """Return the names of the bot's channels by id."""
    return {str(c["id"]): str(c.get("name") or "") for c in _list_channels(client)}


def _list_channels(client: WebClient) -> Iterator[Mapping[str, Any]]:
    cursor = None
    for _ in range(_MAX_PAGES):
        page = call_api(
            client.users_conversations,
            types="public_channel,private_channel",
            exclude_archived=True,
            limit=_PAGE_CHANNELS,
            cursor=cursor,
        )
        yield from page.get("channels") or ()
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return
    raise SlackUnavailable(
        "I'm in too many channels to look through them all now.", next_step="Try again in a moment."
    )
