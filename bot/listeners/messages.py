"""
Parsing of mentions and direct messages into a request, one for each message.

A request has no code blocks and quotations, because commands in a pasted transcript must not run.
"""

import re
from collections.abc import Mapping
from typing import Any

from bot.model import Ask, InertReason, Source
from bot.parsing import tokenize
from bot.parsing.filler_words import is_addressing, skip_leading

Element = Mapping[str, Any]
# An unclosed fence extends to the end of the text. `>` quotes one line, `>>>` the rest of the
# text. Slack sends `>` as an entity.
_CODE_BLOCK = re.compile(
    r"```.*?(?:```|\Z)|^[ \t]*&gt;&gt;&gt;.*|^[ \t]*&gt;[^\n]*", re.DOTALL | re.MULTILINE
)
_CODE_SPAN = re.compile(r"`[^`\n]+`")
# Longer text before a command isn't just courtesies.
_MAX_ADDRESS_LENGTH = 200
# How Slack writes an element of rich text in the text of a message. The content of code blocks and
# quotations is omitted. https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
_ELEMENT_FORMATS = {
    "rich_text_preformatted": "``````",
    "rich_text_quote": "&gt;",
    "user": "<@{0[user_id]}>",
    "usergroup": "<!subteam^{0[usergroup_id]}>",
    "channel": "<#{0[channel_id]}>",
    "link": "<{0[url]}>",
    "emoji": ":{0[name]}:",
}
_SEPARATORS = {"rich_text_section": "", "rich_text_list": "\n"}
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})

Payload = Mapping[str, Any]
# The subtypes of messages that people type. "thread_broadcast" is a reply in a thread that is also
# shown in the channel. Joins and messages of bots have other subtypes.
_PERSON_SUBTYPES = frozenset({None, "file_share", "thread_broadcast"})


def extract_request(message: Mapping[str, Any], bot_user: str) -> tuple[str, InertReason | None]:
    """Return the request's text in *message*, and the reason if it must not act.

    Code blocks, quotations and mentions of *bot_user* are omitted. If only courtesies remain, the
    text is empty.
    """
    full_text = strip_mention(_message_text(message), bot_user)
    text = _CODE_BLOCK.sub(" ", full_text).strip()
    if _CODE_BLOCK.search(full_text) and _is_only_courtesies(text):
        return "", InertReason.CODE_BLOCK
    span = _CODE_SPAN.search(text)
    is_quoted = span is not None and _is_only_courtesies(text[: span.start()])
    return text, InertReason.CODE_SPAN if is_quoted else None


def strip_mention(text: str, bot_user: str) -> str:
    """Return *text* without mentions of the bot; mentions of people are arguments and stay.

    >>> strip_mention("<@U0BOT> wake <@U1>", "U0BOT")
    'wake <@U1>'
    """
    return (
        re.sub(rf"<@{re.escape(bot_user)}(\|[^>]*)?>", " ", text).strip()
        if bot_user
        else text.strip()
    )


def _is_only_courtesies(text: str) -> bool:
    """Return whether *text* contains only courtesies, such as "please"."""
    return len(text) <= _MAX_ADDRESS_LENGTH and not skip_leading(tokenize(text), is_addressing)


def _message_text(message: Mapping[str, Any]) -> str:
    """Return the text of *message*, from its rich text if that marks code or quotations.

    The plain text contains the same code, but not every client fences it.
    """
    blocks = [b for b in message.get("blocks") or () if b.get("type") == "rich_text"]
    elements = [element for block in blocks for element in block.get("elements") or ()]
    if any(_contains_code(element) for element in elements):
        return "\n".join(map(_to_message_text, elements))
    return str(message.get("text") or "")


def _contains_code(element: Element) -> bool:
    is_code_or_quote = element.get("type") in ("rich_text_preformatted", "rich_text_quote")
    return (
        is_code_or_quote
        or _is_code(element)
        or any(map(_contains_code, element.get("elements") or ()))
    )


def _is_code(element: Element) -> bool:
    return bool((element.get("style") or {}).get("code"))


def _to_message_text(element: Element) -> str:
    """Return *element* as Slack writes it in the text of a message."""
    kind = element.get("type")
    if kind in _ELEMENT_FORMATS:
        return _ELEMENT_FORMATS[kind].format(element)
    if kind in _SEPARATORS:
        return _SEPARATORS[kind].join(map(_to_message_text, element.get("elements") or ()))
    text = str(element.get("text") or "").translate(_ENTITIES)
    return f"`{text}`" if _is_code(element) else text


def read(body: Payload, bot_user: str) -> Ask | None:
    """Return the request in an event; None if no person addresses the bot.

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
