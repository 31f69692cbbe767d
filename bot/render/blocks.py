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
RUN = "run"
#: The action of an overflow menu; the chosen option's value is a command.
MENU = "menu"
# What fits between the fences of a code block: cut open, it would swallow what follows.
_FENCED = SECTION_LENGTH - 10
# A line of a phone's screen, and what one telling may take of it.
_LINE = 300
# Of the characters of a message: what a list may take, and what its own frame takes.
_LIST, _FRAME = 8_000, 500


def escape(text: str, limit: int = _LINE) -> str:
    """Return *text* from outside as mrkdwn that shows it and does nothing.

    >>> escape("<!channel> *a* & _b_ snake_case")
    '&lt;!channel&gt; ∗a∗ &amp; ˍbˍ snake_case'
    """
    shown = _EDGE.sub("ˍ", _printable(text).translate(_MARKS))
    return entities(_cut(shown, limit))


# Look-alikes, because Slack's mrkdwn has no way to escape its own marks.
_MARKS = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
_EDGE = re.compile(r"(?<!\w)_|_(?!\w)")


def code(text: str, limit: int = _LINE) -> str:
    """Return *text* from outside in code type, on one line."""
    shown = " ".join(_printable(text).replace("`", "ˋ").split())
    return f"`{entities(_cut(shown, limit))}`"


def block(text: str, limit: int = 1500) -> str:
    """Return *text* of several lines from outside as a code block, which a section can hold."""
    shown = _cut(_printable(text).replace("`", "ˋ"), limit)
    while len(entities(shown)) > _FENCED:
        shown = _cut(shown, len(shown) * 9 // 10)
    return f"```{entities(shown)}```"


def verbatim(text: str, limit: int = _LINE) -> str:
    """Return one line from outside as it may stand in a code block of ours."""
    return entities(_cut(_printable(text).replace("`", "ˋ"), limit))


def person(user: str) -> str:
    """Name somebody. Slack shows the name and, in a thread, tells them."""
    return f"<@{user}>"


def channel(key: str) -> str:
    """Name a channel: by its id Slack shows the name of today; by a name, that."""
    return f"<#{key}>" if is_channel(key) else f"#{escape(key, 80)}"


def link(url: str, label: str) -> str:
    return f"<{url.replace('|', '%7C').replace('>', '%3E')}|{label}>"


def section(text: str) -> Block:
    return {
        "type": "section",
        "text": {"type": "mrkdwn", "text": _cut(text, SECTION_LENGTH)},
    }


def context(text: str) -> Block:
    return {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": _cut(text, SECTION_LENGTH)}],
    }


def button(label: str, command: str, *, style: str | None = None) -> dict[str, Any]:
    """Return a button that types *command* for whoever taps it."""
    look = {"style": style} if style else {}
    return {
        "type": "button",
        # One action id may stand only once in a block: the words tell them apart.
        "action_id": f"{RUN}:{_cut(command, 200)}",
        "text": {"type": "plain_text", "text": _cut(label, BUTTON_LABEL_LENGTH)},
        "value": _fits(command),
        **look,
    }


def menu(options: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return an overflow menu of (label, command), five at the most."""
    shown = [
        {
            "text": {"type": "plain_text", "text": _cut(label, OPTION_LABEL_LENGTH)},
            "value": _cut(command, OPTION_VALUE_LENGTH),
        }
        for label, command in options
    ]
    assert 1 <= len(shown) <= 5, "Slack takes one to five options"
    return {"type": "overflow", "action_id": MENU, "options": shown}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def lines(texts: Sequence[str]) -> list[Block]:
    """Return *texts* as sections, a line each, as many to a section as Slack takes."""
    sections: list[str] = []
    for text in texts:
        if sections and len(sections[-1]) + len(text) < SECTION_LENGTH:
            sections[-1] += f"\n{text}"
        else:
            sections.append(text)
    return [section(text) for text in sections]


def fitting(texts: Sequence[str], room: int = _LIST) -> int:
    """Return how many of *texts*, from the first on, a message holds as its lines."""
    ends = accumulate(_size(text) for text in texts)
    return sum(end <= room for end in ends)


def message(text: str, *blocks: Block) -> Message:
    """Return a message whose push text is *text*; plain text only, no marks.

    Of more lines than Slack takes, the last are left out and counted.
    """
    fits = len(blocks) <= MESSAGE_BLOCKS and _size(blocks) <= MESSAGE_BLOCKS_LENGTH
    shown = blocks if fits else tuple(_shortened(blocks))
    assert len(shown) <= MESSAGE_BLOCKS, "Slack takes 50 blocks a message"
    return Message(_cut(text, NOTIFICATION_LENGTH), shown)


def _shortened(blocks: Sequence[Block]) -> list[Block]:
    """Return *blocks* with fewer lines: the first block, buttons, code and small print stay."""
    listed = [n for n, block in enumerate(blocks) if n and _holds_lines(block)]
    stays = [block for n, block in enumerate(blocks) if n not in listed]
    texts = [line for n in listed for line in blocks[n]["text"]["text"].split("\n")]
    number = fitting(texts, MESSAGE_BLOCKS_LENGTH - _size(stays) - _FRAME)
    shown = lines([*texts[:number], f"… and {len(texts) - number} lines more."])
    before = listed[0] if listed else len(blocks)
    return [*stays[:before], *shown, *stays[before:]]


def _holds_lines(block: Block) -> bool:
    return block["type"] == "section" and "```" not in block["text"]["text"]


def _size(shown: object) -> int:
    return len(json.dumps(shown, ensure_ascii=False, separators=(",", ":")))


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _printable(text: str) -> str:
    """Drop what cannot be seen: control characters, and marks that turn the writing round."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)


def entities(text: str) -> str:
    """Return *text* with the three characters that Slack would read as markup spelled out."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _fits(command: str) -> str:
    assert len(command) <= BUTTON_VALUE_LENGTH, (
        "a button's command must be short: name an operation instead"
    )
    return command
