"""Block Kit elements within Slack's limits: escaped text, sections, buttons, messages."""

import json
import re
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

from bot.cards import Block, Message
from bot.slack_limits import (
    BUTTON_LABEL_LENGTH,
    BUTTON_VALUE_LENGTH,
    MESSAGE_BLOCKS,
    MESSAGE_BLOCKS_LENGTH,
    NOTIFICATION_LENGTH,
    OPTION_LABEL_LENGTH,
    OPTION_VALUE_LENGTH,
    SECTION_LENGTH,
    is_channel,
)

#: The prefix of each button's action id; the button's value is its command.
RUN_ACTION_ID = "run"
#: The action id of an overflow menu; the value of each option is a command.
MENU_ACTION_ID = "menu"
# Characters between the fences of a code block. A block cut by `section` would lose its closing
# fence and turn the rest of the section into code.
_MAX_FENCED_LENGTH = SECTION_LENGTH - 10
# Default length of external text on one line, in characters.
_MAX_LINE_LENGTH = 300
# Characters of a message's JSON: the share of a list, and the room kept for the blocks around it.
_MAX_LIST_LENGTH, _FRAME_LENGTH = 8_000, 500


def escape(text: str, limit: int = _MAX_LINE_LENGTH) -> str:
    """Return external *text* as mrkdwn without formatting, mentions or links.

    >>> escape("<!channel> *a* & _b_ snake_case")
    '&lt;!channel&gt; ∗a∗ &amp; ˍbˍ snake_case'
    """
    shown = _EDGE_UNDERSCORE.sub("ˍ", _strip_unprintable(text).translate(_LOOKALIKES))
    return escape_entities(_truncate(shown, limit))


# Look-alikes, because mrkdwn has no escape for its formatting characters.
_LOOKALIKES = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
_EDGE_UNDERSCORE = re.compile(r"(?<!\w)_|_(?!\w)")


def escape_keeping_code(text: str, limit: int = 1500) -> str:
    """Return *text* escaped, except for its pairs of backticks, which are the bot's own.

    >>> escape_keeping_code("Try `a*b`, not *c*"), escape_keeping_code("`a` and ` *b*")
    ('Try `a*b`, not ∗c∗', '`a` and ˋ ∗b∗')
    """
    parts = _truncate(text, limit).split("`")
    if len(parts) % 2 == 0:  # the last backtick has no partner
        parts[-2:] = [f"{parts[-2]}ˋ{parts[-1]}"]
    return "`".join(
        escape(p, limit) if n % 2 == 0 else escape_entities(p) for n, p in enumerate(parts)
    )


def code(text: str, limit: int = _MAX_LINE_LENGTH) -> str:
    """Return external *text* as inline code on one line."""
    shown = " ".join(_strip_unprintable(text).replace("`", "ˋ").split())
    return f"`{escape_entities(_truncate(shown, limit))}`"


def code_block(text: str, limit: int = 1500) -> str:
    """Return external *text* of several lines as a code block that fits into a section."""
    shown = _truncate(_strip_unprintable(text).replace("`", "ˋ"), limit)
    while len(escape_entities(shown)) > _MAX_FENCED_LENGTH:
        shown = _truncate(shown, len(shown) * 9 // 10)
    return f"```{escape_entities(shown)}```"


def verbatim(text: str, limit: int = _MAX_LINE_LENGTH) -> str:
    """Return one line of external *text*, safe inside a code block."""
    return escape_entities(_truncate(_strip_unprintable(text).replace("`", "ˋ"), limit))


def user_mention(user: str) -> str:
    """Return a mention of *user*. Slack shows the name and may notify the person."""
    return f"<@{user}>"


def mention_contact(id: str) -> str:
    """Return a mention of the person or the user group with this *id*."""
    return f"<!subteam^{id}>" if id.startswith("S") else user_mention(id)


def channel_mention(key: str) -> str:
    """Return a mention of a channel id, or the escaped name of a channel."""
    return f"<#{key}>" if is_channel(key) else f"#{escape(key, 80)}"


def link(url: str, label: str) -> str:
    """Return *label*, already escaped, as a link to *url*."""
    return f"<{url.replace('|', '%7C').replace('>', '%3E')}|{label}>"


def section(text: str) -> Block:
    """Return a section block of mrkdwn, truncated to Slack's limit."""
    return {
        "type": "section",
        "text": {"type": "mrkdwn", "text": _truncate(text, SECTION_LENGTH)},
    }


def context(text: str) -> Block:
    """Return a context block (small print) of mrkdwn, truncated to Slack's limit."""
    return {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": _truncate(text, SECTION_LENGTH)}],
    }


def button(label: str, command: str, *, style: str | None = None) -> dict[str, Any]:
    """Return a button that runs *command* as the person who taps it."""
    extra = {"style": style} if style else {}
    return {
        "type": "button",
        # An action id must be unique within a block, so the command is a part of it.
        "action_id": f"{RUN_ACTION_ID}:{_truncate(command, 200)}",
        "text": {"type": "plain_text", "text": _truncate(label, BUTTON_LABEL_LENGTH)},
        "value": _checked_command(command),
        **extra,
    }


def menu(options: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return an overflow menu of one to five (label, command) pairs."""
    shown = [
        {
            "text": {"type": "plain_text", "text": _truncate(label, OPTION_LABEL_LENGTH)},
            "value": _checked_command(command, OPTION_VALUE_LENGTH),
        }
        for label, command in options
    ]
    assert 1 <= len(shown) <= 5, "Slack takes one to five options"
    return {"type": "overflow", "action_id": MENU_ACTION_ID, "options": shown}


def actions(*elements: Block) -> Block:
    """Return an actions block that holds *elements*."""
    return {"type": "actions", "elements": list(elements)}


def line_sections(texts: Sequence[str]) -> list[Block]:
    """Return *texts* as lines of as few sections as Slack's limit allows."""
    sections: list[str] = []
    for text in texts:
        if sections and len(sections[-1]) + len(text) < SECTION_LENGTH:
            sections[-1] += f"\n{text}"
        else:
            sections.append(text)
    return [section(text) for text in sections]


def count_fitting(texts: Sequence[str], available: int = _MAX_LIST_LENGTH) -> int:
    """Return how many of the first *texts* fit into *available* characters of JSON."""
    ends = accumulate(_json_length(text) for text in texts)
    return sum(end <= available for end in ends)


def message(text: str, *blocks: Block) -> Message:
    """Return a message of *blocks* whose notification text is *text*, without mrkdwn.

    If the blocks exceed Slack's limits, the last lines are replaced by their count.
    """
    fits = len(blocks) <= MESSAGE_BLOCKS and _json_length(blocks) <= MESSAGE_BLOCKS_LENGTH
    shown = blocks if fits else tuple(_shorten(blocks))
    assert len(shown) <= MESSAGE_BLOCKS, "Slack takes 50 blocks a message"
    return Message(_truncate(text, NOTIFICATION_LENGTH), shown)


def _shorten(blocks: Sequence[Block]) -> list[Block]:
    """Return *blocks* with fewer lines.

    The first block, buttons, code blocks and context blocks stay.
    """
    indexes = [n for n, block in enumerate(blocks) if n and _holds_lines(block)]
    others = [block for n, block in enumerate(blocks) if n not in indexes]
    texts = [line for n in indexes for line in blocks[n]["text"]["text"].split("\n")]
    number = count_fitting(texts, MESSAGE_BLOCKS_LENGTH - _json_length(others) - _FRAME_LENGTH)
    shown = line_sections([*texts[:number], f"… and {len(texts) - number} more lines."])
    before = indexes[0] if indexes else len(blocks)
    return [*others[:before], *shown, *others[before:]]


def _holds_lines(block: Block) -> bool:
    return block["type"] == "section" and "```" not in block["text"]["text"]


def _json_length(shown: object) -> int:
    return len(json.dumps(shown, ensure_ascii=False, separators=(",", ":")))


def _truncate(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _strip_unprintable(text: str) -> str:
    """Return *text* with a space for each control and bidirectional character."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)


def escape_entities(text: str) -> str:
    """Return *text* with `&`, `<` and `>` as HTML entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _checked_command(command: str, limit: int = BUTTON_VALUE_LENGTH) -> str:
    """Return *command*. One that is too long is a programming error: it must not be cut."""
    assert len(command) <= limit, "such a command must be short: name an operation instead"
    return command
