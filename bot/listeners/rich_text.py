"""The request in a message: what a person typed, without the code and the quotations in it.

Somebody who pastes a transcript asks for nothing that stands in it.
"""

import re
from collections.abc import Mapping
from typing import Any

from bot.model import InertReason
from bot.parsing import tokenize
from bot.parsing.filler_words import is_addressing, skip_leading

Element = Mapping[str, Any]

# A fence that is not closed reaches to the end. A line that begins with `>` is a quotation, and
# from `>>>` on all is. Slack sends `>` as an entity.
_CODE_BLOCK = re.compile(
    r"```.*?(?:```|\Z)|^[ \t]*&gt;&gt;&gt;.*|^[ \t]*&gt;[^\n]*", re.DOTALL | re.MULTILINE
)
_CODE_SPAN = re.compile(r"`[^`\n]+`")
# Nobody says so many courtesies before a command.
_MAX_ADDRESS_LENGTH = 200
# How Slack spells an element of rich text in the text of a message. What is in a code block or
# a quotation is left out. https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
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


def extract_request(message: Mapping[str, Any], bot_user: str) -> tuple[str, InertReason | None]:
    """Return the request in *message* without the mention of *bot_user*, and why it doesn't act.

    What stands in code blocks and quotations is left out. Without a word beside them the
    request is empty and doesn't act.
    """
    full_text = strip_mention(_message_text(message), bot_user)
    text = _CODE_BLOCK.sub(" ", full_text).strip()
    if _CODE_BLOCK.search(full_text) and _is_only_courtesies(text):
        return "", InertReason.CODE_BLOCK
    span = _CODE_SPAN.search(text)
    is_quoted = span is not None and _is_only_courtesies(text[: span.start()])
    return text, InertReason.CODE_SPAN if is_quoted else None


def strip_mention(text: str, bot_user: str) -> str:
    """Return *text* without the bot's own name; other people's are what the person said.

    >>> strip_mention("<@U0BOT> wake <@U1>", "U0BOT")
    'wake <@U1>'
    """
    return (
        re.sub(rf"<@{re.escape(bot_user)}(\|[^>]*)?>", " ", text).strip()
        if bot_user
        else text.strip()
    )


def _is_only_courtesies(text: str) -> bool:
    """Say whether *text* holds nothing but courtesies, such as "please"."""
    return len(text) <= _MAX_ADDRESS_LENGTH and not skip_leading(tokenize(text), is_addressing)


def _message_text(message: Mapping[str, Any]) -> str:
    """Return the text of *message*; where Slack's composer marks code, as it is marked.

    The text beside the blocks shows the same code, but not every client fences it.
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
    """Return an element of rich text as Slack spells it in the text of a message."""
    kind = element.get("type")
    if kind in _ELEMENT_FORMATS:
        return _ELEMENT_FORMATS[kind].format(element)
    if kind in _SEPARATORS:
        return _SEPARATORS[kind].join(map(_to_message_text, element.get("elements") or ()))
    text = str(element.get("text") or "").translate(_ENTITIES)
    return f"`{text}`" if _is_code(element) else text
