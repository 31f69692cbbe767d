"""Modals: their fields, and the note that travels with one while it is open.

A field is an input block; its block id is the name under which the answer comes back.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.cards import Block, Message
from bot.errors import Misunderstood
from bot.render.blocks import actions, button, context, escape, message, section
from bot.slack_limits import (
    BUTTON_VALUE_LENGTH,
    HINT_LENGTH,
    INPUT_LABEL_LENGTH,
    INPUT_LENGTH,
    MODAL_BLOCKS,
    MODAL_TITLE_LENGTH,
    PRIVATE_METADATA_LENGTH,
    SELECT_OPTIONS,
)

View = Mapping[str, Any]

#: Every modal of ours is called so; what it is for stands in its note.
CALLBACK = "form"


@dataclass(frozen=True, slots=True)
class Errand:
    """What a modal is for: the command that it fills in, and where that was asked."""

    command: str
    channel: str
    thread: str | None = None
    files: tuple[str, ...] = ()  # ids of files that came with the ask


def modal(title: str, submit: str, *blocks: Block) -> View:
    """Return a modal. Words of ours only in *title* and *submit*: they may not be cut."""
    assert len(title) <= MODAL_TITLE_LENGTH, f"a title of {len(title)} characters"
    assert len(submit) <= MODAL_TITLE_LENGTH, f"a button of {len(submit)} characters"
    assert len(blocks) <= MODAL_BLOCKS, "Slack takes 100 blocks a modal"
    return {
        "type": "modal",
        "title": _plain(title),
        "submit": _plain(submit),
        "close": _plain("Leave it"),
        "blocks": list(blocks),
    }


def carrying(view: View, errand: Errand) -> View:
    """Return *view* with the note of what it is for.

    :raises Misunderstood: when the command is longer than Slack takes along
    """
    note = json.dumps([errand.command, errand.channel, errand.thread, *errand.files])
    if len(note) > PRIVATE_METADATA_LENGTH or len(errand.command) > BUTTON_VALUE_LENGTH:
        raise Misunderstood(
            "That names too many Spaces one by one for a form, so nothing was done. "
            "Use a pattern such as `team-*`, a range such as `team-1..12`, or `all`."
        )
    return {**view, "callback_id": CALLBACK, "private_metadata": note}


def errand(note: str) -> Errand:
    """Read the note of a modal.

    >>> errand(carrying(modal("T", "Go"), Errand("wake a", "C1"))["private_metadata"])
    Errand(command='wake a', channel='C1', thread=None, files=())
    """
    command, channel, thread, *files = json.loads(note)
    return Errand(command, channel, thread, tuple(files))


def text(
    id: str,
    label: str,
    *,
    hint: str = "",
    value: str = "",
    lines: bool = False,
    most: int = INPUT_LENGTH,
) -> Block:
    """Return a field to type into, which may not stay empty."""
    element: dict[str, Any] = {
        "type": "plain_text_input",
        "action_id": id,
        "max_length": most,
        "multiline": lines,
    }
    return _field(id, label, element | ({"initial_value": value[:most]} if value else {}), hint)


def files(id: str, label: str, *, most: int = 10, hint: str = "", optional: bool = False) -> Block:
    """Return a field that takes files."""
    element = {"type": "file_input", "action_id": id, "max_files": most}
    return _field(id, label, element, hint, optional=optional)


def choice(id: str, label: str, options: Sequence[tuple[str, str]]) -> Block:
    """Return a menu of (label, value), a hundred at the most."""
    assert 1 <= len(options) <= SELECT_OPTIONS, "Slack takes one to a hundred options"
    element = {"type": "static_select", "action_id": id, "options": _options(options)}
    return _field(id, label, element, "")


def tick(id: str, label: str, what: str, *, ticked: bool = False) -> Block:
    """Return a box to tick; ticked, its value is "yes"."""
    options = _options([(what, "yes")])
    element: dict[str, Any] = {"type": "checkboxes", "action_id": id, "options": options}
    element |= {"initial_options": options} if ticked else {}
    return _field(id, label, element, "", optional=True)


def optional(block: Block) -> Block:
    """Return a field that may stay empty."""
    return {**block, "optional": True}


def to_open(view: View, command: str, why: str = "") -> Message:
    """Return the way to the form for somebody whom Slack lets open none from here."""
    title = view["title"]["text"]
    return message(
        f"{title}: tap to open the form",
        section(f"*{escape(title)}*\nThis takes a form. Tap to open it."),
        actions(button("Open the form", command, style="primary")),
        *([context(escape(why))] if why else []),
    )


def _field(
    id: str, label: str, element: Mapping[str, Any], hint: str, *, optional: bool = False
) -> Block:
    block = {"type": "input", "block_id": id, "label": _plain(label), "element": dict(element)}
    block |= {"hint": _plain(hint[:HINT_LENGTH])} if hint else {}
    return {**block, "optional": optional}


def _options(options: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    return [
        {"text": _plain(label[:INPUT_LABEL_LENGTH]), "value": value} for label, value in options
    ]


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}
