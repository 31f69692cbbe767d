"""The search for a card whose post was sent and never answered."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.cards import MessageRef
from bot.errors import SlackError, SlackUnavailable
from bot.slack.errors import call_api, documented_shape, get_field, unreadable_error
from bot.slack_limits import is_user

#: The event type in the metadata of each card.
METADATA_EVENT = "spacebot_card"
# How far our clock may be ahead, and how long a request may take.
_CLOCK_SKEW_SECONDS, _MAX_SEND_SECONDS = 5, 600
_PAGE_MESSAGES, _MAX_PAGES = 200, 10
_TS_PATTERN = re.compile(r"\d{1,12}\.\d{1,9}")


def card_metadata(nonce: str) -> dict[str, Any]:
    """Return the metadata that identifies a card. It is public, so it has only an id."""
    return {"event_type": METADATA_EVENT, "event_payload": {"id": nonce}}


@documented_shape()
def find_card(
    client: WebClient, channel: str, nonce: str, since: datetime, thread: str | None
) -> MessageRef | None:
    """Return the reference of the card with *nonce*, None if there is none.

    Raises:
        SlackUnavailable: The history couldn't be read, so the card may exist.

    """
    for message in _messages(client, channel, since, thread):
        if _has_nonce(message, nonce):
            return MessageRef(channel, message["ts"])
    return None


def message_ref(response: SlackResponse) -> MessageRef:
    """Return the message reference in the answer to a post.

    Raises:
        SlackOutcomeUnknown: The answer has none.

    """
    channel, ts = get_field(response, "channel"), get_field(response, "ts")
    if not (isinstance(channel, str) and isinstance(ts, str) and _TS_PATTERN.fullmatch(ts)):
        raise unreadable_error()
    return MessageRef(channel, ts)


def has_card(client: WebClient, ref: MessageRef, nonce: str, thread: str | None) -> bool:
    """Return whether the card with *nonce* is at *ref*, false if Slack doesn't answer."""
    posted_at = datetime.fromtimestamp(float(ref.ts), UTC)
    try:
        return bool(nonce) and find_card(client, ref.channel, nonce, posted_at, thread) == ref
    except SlackError:
        return False


def _messages(
    client: WebClient, channel: str, since: datetime, thread: str | None
) -> Iterator[Mapping[str, Any]]:
    arguments: dict[str, Any] = {
        "channel": channel,
        "oldest": f"{since.timestamp() - _CLOCK_SKEW_SECONDS:.6f}",
        "latest": f"{since.timestamp() + _MAX_SEND_SECONDS:.6f}",
        "limit": _PAGE_MESSAGES,
        "include_all_metadata": True,
    }
    method: Callable[..., SlackResponse] = client.conversations_history
    if thread is not None:
        method, arguments["ts"] = client.conversations_replies, thread
    for _ in range(_MAX_PAGES):
        page = call_api(method, **arguments)
        yield from get_field(page, "messages")
        arguments["cursor"] = (page.get("response_metadata") or {}).get("next_cursor")
        if not arguments["cursor"]:
            return
    raise SlackUnavailable(
        "The channel's history is too long to look through now.", next_step="Try again in a moment."
    )


def _has_nonce(message: Mapping[str, Any], nonce: str) -> bool:
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return metadata.get("event_type") == METADATA_EVENT and payload.get("id") == nonce


def get_channel_id(client: WebClient, channel: str) -> str:
    """Return the id of *channel*, or of a person's direct messages.

    Only posting accepts a person's id.
    """
    if is_user(channel):
        return str(get_field(call_api(client.conversations_open, users=channel), "channel", "id"))
    return channel
