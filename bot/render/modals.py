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
CALLBACK_ID = "form"


@dataclass(frozen=True, slots=True)
class FormMetadata:
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


def with_metadata(view: View, metadata: FormMetadata) -> View:
    """Return *view* with the note of what it is for.

    :raises Misunderstood: when the command is longer than Slack takes along
    """
    encoded = json.dumps([metadata.command, metadata.channel, metadata.thread, *metadata.files])
    if len(encoded) > PRIVATE_METADATA_LENGTH or len(metadata.command) > BUTTON_VALUE_LENGTH:
        raise Misunderstood(
            "That names too many Spaces one by one for a form, so nothing was done. "
            "Use a pattern such as `team-*`, a range such as `team-1..12`, or `all`."
        )
    return {**view, "callback_id": CALLBACK_ID, "private_metadata": encoded}


def read_metadata(encoded: str) -> FormMetadata:
    """Read the note of a modal.

    >>> read_metadata(
    ...     with_metadata(modal("T", "Go"), FormMetadata("wake a", "C1"))["private_metadata"])
    Errand(command='wake a', channel='C1', thread=None, files=())
    """
    command, channel, thread, *files = json.loads(encoded)
    return FormMetadata(command, channel, thread, tuple(files))


def text_field(
    id: str,
    label: str,
    *,
    hint: str = "",
    value: str = "",
    multiline: bool = False,
    max_length: int = INPUT_LENGTH,
) -> Block:
    """Return a field to type into, which may not stay empty."""
    element: dict[str, Any] = {
        "type": "plain_text_input",
        "action_id": id,
        "max_length": max_length,
        "multiline": multiline,
    }
    return _field(
        id, label, element | ({"initial_value": value[:max_length]} if value else {}), hint
    )


def file_field(
    id: str, label: str, *, max_files: int = 10, hint: str = "", optional: bool = False
) -> Block:
    """Return a field that takes files."""
    element = {"type": "file_input", "action_id": id, "max_files": max_files}
    return _field(id, label, element, hint, optional=optional)


def select_field(id: str, label: str, options: Sequence[tuple[str, str]]) -> Block:
    """Return a menu of (label, value), a hundred at the most."""
    assert 1 <= len(options) <= SELECT_OPTIONS, "Slack takes one to a hundred options"
    element = {"type": "static_select", "action_id": id, "options": _options(options)}
    return _field(id, label, element, "")


def checkbox(id: str, label: str, option: str, *, is_checked: bool = False) -> Block:
    """Return a box to tick; ticked, its value is "yes"."""
    options = _options([(option, "yes")])
    element: dict[str, Any] = {"type": "checkboxes", "action_id": id, "options": options}
    element |= {"initial_options": options} if is_checked else {}
    return _field(id, label, element, "", optional=True)


def as_optional(block: Block) -> Block:
    """Return a field that may stay empty."""
    return {**block, "optional": True}


def open_form_message(view: View, command: str, reason: str = "") -> Message:
    """Return the way to the form for somebody whom Slack lets open none from here."""
    title = view["title"]["text"]
    return message(
        f"{title}: tap to open the form",
        section(f"*{escape(title)}*\nThis takes a form. Tap to open it."),
        actions(button("Open the form", command, style="primary")),
        *([context(escape(reason))] if reason else []),
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
