"""Parsing of mentions and direct messages into a request, one for each message."""

from collections.abc import Mapping
from typing import Any

from bot.listeners.rich_text import extract_request, strip_mention
from bot.model import Ask, InertReason, Source

Payload = Mapping[str, Any]

# The subtypes of messages that people type. "thread_broadcast" is a reply in a thread that is also
# shown in the channel. Joins and messages of bots have other subtypes.
_PERSON_SUBTYPES = frozenset({None, "file_share", "thread_broadcast"})


def read(body: Payload, bot_user: str) -> Ask | None:
    """Return the request in an event, or None if no person addresses the bot in it.

    The idempotency key consists of channel and timestamp, because Slack may deliver one message
    as several events: a mention in a direct message arrives as two.
    """
    event = body["event"]
    source = _source_of(event)
    if source is None:
        return None
    if event.get("subtype") == "message_changed":
        return _read_edit(event, bot_user) if _is_changed(event) else None
    if not _is_from_person(event, bot_user):
        return None
    if event.get("edited"):
        return _edited_request(event, event["channel"], source, bot_user)
    text, inert = extract_request(event, bot_user)
    return Ask(
        text=text,
        user=event["user"],
        channel=event["channel"],
        source=source,
        idempotency_key=f"message:{event['channel']}:{event['ts']}",
        thread=event.get("thread_ts"),
        files=file_ids(event),
        inert=inert,
    )


def file_ids(message: Payload) -> tuple[str, ...]:
    """Return the ids of the files attached to *message*."""
    return tuple(file["id"] for file in message.get("files") or () if file.get("id"))


def _source_of(event: Payload) -> Source | None:
    kind, is_direct = event.get("type"), str(event.get("channel") or "").startswith("D")
    if kind == "app_mention":
        return Source.DIRECT if is_direct else Source.MENTION
    if kind == "message" and event.get("channel_type") == "im":
        return Source.DIRECT
    return None


def _is_from_person(message: Payload, bot_user: str) -> bool:
    return (
        message.get("subtype") in _PERSON_SUBTYPES
        and not message.get("bot_id")
        and not message.get("hidden")
        and message.get("user") not in (None, "", bot_user, "USLACKBOT")
    )


def _is_changed(event: Payload) -> bool:
    """Return whether a person changed the text, as opposed to Slack adding a link preview."""
    now, before = event.get("message") or {}, event.get("previous_message") or {}
    return bool(now.get("edited")) and now.get("text") != before.get("text")


def _read_edit(event: Payload, bot_user: str) -> Ask | None:
    message = event["message"]
    if not _is_from_person(message, bot_user):
        return None
    return _edited_request(message, event["channel"], Source.DIRECT, bot_user)


def _edited_request(message: Payload, channel: str, source: Source, bot_user: str) -> Ask:
    """Return the request of an edited message, which is answered once, with a hint."""
    return Ask(
        text=strip_mention(message.get("text") or "", bot_user),
        user=message["user"],
        channel=channel,
        source=source,
        idempotency_key=f"edited:{channel}:{message['ts']}",
        thread=message.get("thread_ts"),
        inert=InertReason.EDITED,
    )
