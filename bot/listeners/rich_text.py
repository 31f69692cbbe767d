"""The request in a message: what a person typed, without the code and the quotations in it.

Somebody who pastes a transcript asks for nothing that stands in it.
"""

import re
from collections.abc import Mapping
from typing import Any

from bot.model import InertReason
from bot.parsing import words
from bot.parsing.manners import beyond, is_address

Element = Mapping[str, Any]

# A fence that is not closed reaches to the end. A line that begins with `>` is a quotation, and
# from `>>>` on all is. Slack sends `>` as an entity.
_BLOCK = re.compile(
    r"```.*?(?:```|\Z)|^[ \t]*&gt;&gt;&gt;.*|^[ \t]*&gt;[^\n]*", re.DOTALL | re.MULTILINE
)
_SPAN = re.compile(r"`[^`\n]+`")
# Nobody says so many courtesies before a command.
_LONGEST_ADDRESS = 200
# How Slack spells an element of rich text in the text of a message. What is in a code block or
# a quotation is left out. https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
_TOKENS = {
    "rich_text_preformatted": "``````",
    "rich_text_quote": "&gt;",
    "user": "<@{0[user_id]}>",
    "usergroup": "<!subteam^{0[usergroup_id]}>",
    "channel": "<#{0[channel_id]}>",
    "link": "<{0[url]}>",
    "emoji": ":{0[name]}:",
}
_JOINTS = {"rich_text_section": "", "rich_text_list": "\n"}
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def request(message: Mapping[str, Any], me: str) -> tuple[str, InertReason | None]:
    """Return the request in *message* without the mention of *me*, and why it doesn't act.

    What stands in code blocks and quotations is left out. Without a word beside them the
    request is empty and doesn't act.
    """
    typed = without_mention(_typed(message), me)
    text = _BLOCK.sub(" ", typed).strip()
    if _BLOCK.search(typed) and _only_addresses(text):
        return "", InertReason.CODE_BLOCK
    span = _SPAN.search(text)
    is_quoted = span is not None and _only_addresses(text[: span.start()])
    return text, InertReason.CODE_SPAN if is_quoted else None


def without_mention(text: str, me: str) -> str:
    """Return *text* without the bot's own name; other people's are what the person said.

    >>> without_mention("<@U0BOT> wake <@U1>", "U0BOT")
    'wake <@U1>'
    """
    return re.sub(rf"<@{re.escape(me)}(\|[^>]*)?>", " ", text).strip() if me else text.strip()


def _only_addresses(text: str) -> bool:
    """Say whether *text* holds nothing but courtesies, such as "please"."""
    return len(text) <= _LONGEST_ADDRESS and not beyond(words(text), is_address)


def _typed(message: Mapping[str, Any]) -> str:
    """Return the text of *message*; where Slack's composer marks code, as it is marked.

    The text beside the blocks shows the same code, but not every client fences it.
    """
    blocks = [b for b in message.get("blocks") or () if b.get("type") == "rich_text"]
    parts = [part for block in blocks for part in block.get("elements") or ()]
    if any(_holds_code(part) for part in parts):
        return "\n".join(map(_spelled, parts))
    return str(message.get("text") or "")


def _holds_code(part: Element) -> bool:
    quotes = part.get("type") in ("rich_text_preformatted", "rich_text_quote")
    return quotes or _is_code(part) or any(map(_holds_code, part.get("elements") or ()))


def _is_code(element: Element) -> bool:
    return bool((element.get("style") or {}).get("code"))


def _spelled(element: Element) -> str:
    """Return an element of rich text as Slack spells it in the text of a message."""
    kind = element.get("type")
    if kind in _TOKENS:
        return _TOKENS[kind].format(element)
    if kind in _JOINTS:
        return _JOINTS[kind].join(map(_spelled, element.get("elements") or ()))
    text = str(element.get("text") or "").translate(_ENTITIES)
    return f"`{text}`" if _is_code(element) else text
