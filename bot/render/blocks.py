"""The bricks of a message: escaped text, sections, buttons, all within Slack's limits."""

import json
import re
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

from bot.cards import Block, Message
from bot.slack_ids import is_channel
from bot.slack_limits import (
    BUTTON_LABEL_LENGTH,
    BUTTON_VALUE_LENGTH,
    MESSAGE_BLOCKS,
    MESSAGE_BLOCKS_LENGTH,
    NOTIFICATION_LENGTH,
    OPTION_LABEL_LENGTH,
    OPTION_VALUE_LENGTH,
    SECTION_LENGTH,
)

#: The action that every button carries; its value is the command it stands for.
RUN_ACTION_ID = "run"
#: The action of an overflow menu; the chosen option's value is a command.
MENU_ACTION_ID = "menu"
# What fits between the fences of a code block: cut open, it would swallow what follows.
_MAX_FENCED_LENGTH = SECTION_LENGTH - 10
# A line of a phone's screen, and what one telling may take of it.
_MAX_LINE_LENGTH = 300
# Of the characters of a message: what a list may take, and what its own frame takes.
_MAX_LIST_LENGTH, _FRAME_LENGTH = 8_000, 500


def escape(text: str, limit: int = _MAX_LINE_LENGTH) -> str:
    """Return *text* from outside as mrkdwn that shows it and does nothing.

    >>> escape("<!channel> *a* & _b_ snake_case")
    '&lt;!channel&gt; ∗a∗ &amp; ˍbˍ snake_case'
    """
    shown = _EDGE_UNDERSCORE.sub("ˍ", _strip_unprintable(text).translate(_LOOKALIKES))
    return escape_entities(_truncate(shown, limit))


# Look-alikes, because Slack's mrkdwn has no way to escape its own marks.
_LOOKALIKES = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
_EDGE_UNDERSCORE = re.compile(r"(?<!\w)_|_(?!\w)")


def code(text: str, limit: int = _MAX_LINE_LENGTH) -> str:
    """Return *text* from outside in code type, on one line."""
    shown = " ".join(_strip_unprintable(text).replace("`", "ˋ").split())
    return f"`{escape_entities(_truncate(shown, limit))}`"


def code_block(text: str, limit: int = 1500) -> str:
    """Return *text* of several lines from outside as a code block, which a section can hold."""
    shown = _truncate(_strip_unprintable(text).replace("`", "ˋ"), limit)
    while len(escape_entities(shown)) > _MAX_FENCED_LENGTH:
        shown = _truncate(shown, len(shown) * 9 // 10)
    return f"```{escape_entities(shown)}```"


def verbatim(text: str, limit: int = _MAX_LINE_LENGTH) -> str:
    """Return one line from outside as it may stand in a code block of ours."""
    return escape_entities(_truncate(_strip_unprintable(text).replace("`", "ˋ"), limit))


def user_mention(user: str) -> str:
    """Name somebody. Slack shows the name and, in a thread, tells them."""
    return f"<@{user}>"


def channel_mention(key: str) -> str:
    """Name a channel: by its id Slack shows the name of today; by a name, that."""
    return f"<#{key}>" if is_channel(key) else f"#{escape(key, 80)}"


def link(url: str, label: str) -> str:
    return f"<{url.replace('|', '%7C').replace('>', '%3E')}|{label}>"


def section(text: str) -> Block:
    return {
        "type": "section",
        "text": {"type": "mrkdwn", "text": _truncate(text, SECTION_LENGTH)},
    }


def context(text: str) -> Block:
    return {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": _truncate(text, SECTION_LENGTH)}],
    }


def button(label: str, command: str, *, style: str | None = None) -> dict[str, Any]:
    """Return a button that types *command* for whoever taps it."""
    extra = {"style": style} if style else {}
    return {
        "type": "button",
        # One action id may stand only once in a block: the words tell them apart.
        "action_id": f"{RUN_ACTION_ID}:{_truncate(command, 200)}",
        "text": {"type": "plain_text", "text": _truncate(label, BUTTON_LABEL_LENGTH)},
        "value": _checked_command(command),
        **extra,
    }


def menu(options: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return an overflow menu of (label, command), five at the most."""
    shown = [
        {
            "text": {"type": "plain_text", "text": _truncate(label, OPTION_LABEL_LENGTH)},
            "value": _truncate(command, OPTION_VALUE_LENGTH),
        }
        for label, command in options
    ]
    assert 1 <= len(shown) <= 5, "Slack takes one to five options"
    return {"type": "overflow", "action_id": MENU_ACTION_ID, "options": shown}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def line_sections(texts: Sequence[str]) -> list[Block]:
    """Return *texts* as sections, a line each, as many to a section as Slack takes."""
    sections: list[str] = []
    for text in texts:
        if sections and len(sections[-1]) + len(text) < SECTION_LENGTH:
            sections[-1] += f"\n{text}"
        else:
            sections.append(text)
    return [section(text) for text in sections]


def count_fitting(texts: Sequence[str], available: int = _MAX_LIST_LENGTH) -> int:
    """Return how many of *texts*, from the first on, a message holds as its lines."""
    ends = accumulate(_json_length(text) for text in texts)
    return sum(end <= available for end in ends)


def message(text: str, *blocks: Block) -> Message:
    """Return a message whose push text is *text*; plain text only, no marks.

    Of more lines than Slack takes, the last are left out and counted.
    """
    fits = len(blocks) <= MESSAGE_BLOCKS and _json_length(blocks) <= MESSAGE_BLOCKS_LENGTH
    shown = blocks if fits else tuple(_shorten(blocks))
    assert len(shown) <= MESSAGE_BLOCKS, "Slack takes 50 blocks a message"
    return Message(_truncate(text, NOTIFICATION_LENGTH), shown)


def _shorten(blocks: Sequence[Block]) -> list[Block]:
    """Return *blocks* with fewer lines: the first block, buttons, code and small print stay."""
    indexes = [n for n, block in enumerate(blocks) if n and _holds_lines(block)]
    others = [block for n, block in enumerate(blocks) if n not in indexes]
    texts = [line for n in indexes for line in blocks[n]["text"]["text"].split("\n")]
    number = count_fitting(texts, MESSAGE_BLOCKS_LENGTH - _json_length(others) - _FRAME_LENGTH)
    shown = line_sections([*texts[:number], f"… and {len(texts) - number} lines more."])
    before = indexes[0] if indexes else len(blocks)
    return [*others[:before], *shown, *others[before:]]


def _holds_lines(block: Block) -> bool:
    return block["type"] == "section" and "```" not in block["text"]["text"]


def _json_length(shown: object) -> int:
    return len(json.dumps(shown, ensure_ascii=False, separators=(",", ":")))


def _truncate(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _strip_unprintable(text: str) -> str:
    """Drop what cannot be seen: control characters, and marks that turn the writing round."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)


def escape_entities(text: str) -> str:
    """Return *text* with the three characters that Slack would read as markup spelled out."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _checked_command(command: str) -> str:
    assert len(command) <= BUTTON_VALUE_LENGTH, (
        "a button's command must be short: name an operation instead"
    )
    return command
