"""Looking for a message whose post was sent and never answered."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.cards import Place
from bot.errors import SlackUnavailable
from bot.slack.border import call
from bot.slack_ids import is_user

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
    """Return the id of *channel*, which may be a person: only posting takes those."""
    if is_user(channel):
        return str(call(client.conversations_open, users=channel)["channel"]["id"])
    return channel
