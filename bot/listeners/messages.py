"""Reading what people say: a mention or a direct message in, an Ask out, one for each message."""

from collections.abc import Mapping
from typing import Any

from bot.listeners.rich_text import request, without_mention
from bot.model import Ask, InertReason, Source

Payload = Mapping[str, Any]

# A message of one of these kinds was typed by a person, the last in a thread and shown in the
# channel, too. Joins and what bots say are others.
_TYPED = frozenset({None, "file_share", "thread_broadcast"})


def read(body: Payload, me: str) -> Ask | None:
    """Return what a person asks in a message, None when it is no message of a person to us.

    One message is one Ask, however often and as whatever kinds of event Slack delivers it: a
    mention in a direct message comes as two. So its channel and time are its key.
    """
    event = body["event"]
    source = _source(event)
    if source is None:
        return None
    if event.get("subtype") == "message_changed":
        return _edit(event, me) if _is_changed(event) else None
    if not _is_by_a_person(event, me):
        return None
    if event.get("edited"):
        return _hint(event, event["channel"], source, me)
    text, inert = request(event, me)
    return Ask(
        text=text,
        user=event["user"],
        channel=event["channel"],
        source=source,
        key=f"message:{event['channel']}:{event['ts']}",
        thread=event.get("thread_ts"),
        files=file_ids(event),
        inert=inert,
    )


def file_ids(message: Payload) -> tuple[str, ...]:
    """Return the ids of the files that came with *message*."""
    return tuple(file["id"] for file in message.get("files") or () if file.get("id"))


def _source(event: Payload) -> Source | None:
    kind, is_direct = event.get("type"), str(event.get("channel") or "").startswith("D")
    if kind == "app_mention":
        return Source.DIRECT if is_direct else Source.MENTION
    if kind == "message" and event.get("channel_type") == "im":
        return Source.DIRECT
    return None


def _is_by_a_person(message: Payload, me: str) -> bool:
    return (
        message.get("subtype") in _TYPED
        and not message.get("bot_id")
        and not message.get("hidden")
        and message.get("user") not in (None, "", me, "USLACKBOT")
    )


def _is_changed(event: Payload) -> bool:
    """Say whether a person changed the words: Slack changes messages to add a preview, too."""
    now, before = event.get("message") or {}, event.get("previous_message") or {}
    return bool(now.get("edited")) and now.get("text") != before.get("text")


def _edit(event: Payload, me: str) -> Ask | None:
    message = event["message"]
    if not _is_by_a_person(message, me):
        return None
    return _hint(message, event["channel"], Source.DIRECT, me)


def _hint(message: Payload, channel: str, source: Source, me: str) -> Ask:
    """Return the Ask of an edited message, which is answered with a hint, once."""
    return Ask(
        text=without_mention(message.get("text") or "", me),
        user=message["user"],
        channel=channel,
        source=source,
        key=f"edited:{channel}:{message['ts']}",
        thread=message.get("thread_ts"),
        inert=InertReason.EDITED,
    )
