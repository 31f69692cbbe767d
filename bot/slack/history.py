"""Looking for a message whose post was sent and never answered."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.cards import Place
from bot.errors import SlackError, SlackUnavailable
from bot.slack.border import call

#: The kind of the metadata that each card carries.
CARD = "spacebot_card"
# Seconds that our clock may be ahead, and that a request may have been under way.
_BEFORE, _AFTER = 5, 600
_PAGE, _PAGES = 200, 10


def metadata(nonce: str) -> dict[str, Any]:
    """Return what a card carries to be known again. Everybody can read it: an id, no more."""
    return {"event_type": CARD, "event_payload": {"id": nonce}}


def find(
    client: WebClient, channel: str, nonce: str, since: datetime, thread: str | None
) -> Place | None:
    """Return where the card with *nonce* stands, None when it is not there.

    :raises SlackUnavailable: when that cannot be said; the card may be there
    """
    for message in _messages(client, channel, since, thread):
        if _carries(message, nonce):
            return Place(channel, message["ts"])
    return None


def _messages(
    client: WebClient, channel: str, since: datetime, thread: str | None
) -> Iterator[Mapping[str, Any]]:
    where: dict[str, Any] = {
        "channel": channel,
        "oldest": f"{since.timestamp() - _BEFORE:.6f}",
        "latest": f"{since.timestamp() + _AFTER:.6f}",
        "limit": _PAGE,
        "include_all_metadata": True,
    }
    method: Callable[..., SlackResponse] = client.conversations_history
    if thread is not None:
        method, where["ts"] = client.conversations_replies, thread
    for _ in range(_PAGES):
        page = call(method, **where)
        yield from page.get("messages") or ()
        where["cursor"] = (page.get("response_metadata") or {}).get("next_cursor")
        if not where["cursor"]:
            return
    raise SlackUnavailable("The channel's history is too long to look through now; I try again.")


def _carries(message: Mapping[str, Any], nonce: str) -> bool:
    carried = message.get("metadata") or {}
    payload = carried.get("event_payload") or {}
    return carried.get("event_type") == CARD and payload.get("id") == nonce


def channel_id(client: WebClient, channel: str) -> str:
    """Return the id of *channel*, which may be a person or a name: only posting takes those."""
    if channel[:1] in {"U", "W"} and channel.isalnum() and channel.isupper():
        return str(call(client.conversations_open, users=channel)["channel"]["id"])
    if channel[:1] in {"C", "D", "G"} and channel.isalnum() and channel.isupper():
        return channel
    return _named(client, channel.removeprefix("#"))


def _named(client: WebClient, name: str) -> str:
    cursor = None
    for _ in range(_PAGES):
        page = call(
            client.conversations_list,
            types="public_channel,private_channel",
            exclude_archived=True,
            limit=_PAGE,
            cursor=cursor,
        )
        for channel in page["channels"]:
            if channel.get("name") == name:
                return str(channel["id"])
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            break
    raise SlackError(
        f"I see no channel #{name}: it is archived, or private, or not there. Nothing was done. "
        "Unarchive it, or invite me there.",
        "channel_not_found",
    )
