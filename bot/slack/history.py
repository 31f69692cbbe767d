"""Looking for a message whose post was sent and never answered."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.cards import Place
from bot.errors import SlackError, SlackUnavailable
from bot.slack.border import call, pick, unreadable
from bot.slack_ids import is_user

#: The kind of the metadata that each card carries.
CARD = "spacebot_card"
# Seconds that our clock may be ahead, and that a request may have been under way.
_BEFORE, _AFTER = 5, 600
_PAGE, _PAGES = 200, 10
_TS = re.compile(r"\d{1,12}\.\d{1,9}")


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


def place(said: SlackResponse) -> Place:
    """Return where a post stands by its answer. Raises SlackAmbiguous when it doesn't say."""
    channel, ts = pick(said, "channel"), pick(said, "ts")
    if not (isinstance(channel, str) and isinstance(ts, str) and _TS.fullmatch(ts)):
        raise unreadable()
    return Place(channel, ts)


def stands(client: WebClient, place: Place, nonce: str, thread: str | None) -> bool:
    """Return whether the card with *nonce* stands at *place*; no, when Slack doesn't say."""
    at = datetime.fromtimestamp(float(place.ts), UTC)
    try:
        return bool(nonce) and find(client, place.channel, nonce, at, thread) == place
    except SlackError:
        return False


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
        yield from pick(page, "messages")
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
        return str(pick(call(client.conversations_open, users=channel), "channel", "id"))
    return channel
