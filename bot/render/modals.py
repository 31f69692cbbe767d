"""Modals: their fields, and the private metadata that names their command.

A field is an input block. Its block id is the key of its value in a submission.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.cards import Block, Message
from bot.errors import UsageError
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

#: The callback id of all modals; the private metadata names the command.
CALLBACK_ID = "form"


@dataclass(frozen=True, slots=True)
class FormMetadata:
    """The command that a modal completes, and where it was requested."""

    command: str
    channel: str
    thread: str | None = None
    files: tuple[str, ...] = ()  # ids of files attached to the request


def modal(title: str, submit: str, *blocks: Block) -> View:
    """Return a modal.

    *title* and *submit* must be constants of this program, because they are never truncated.
    """
    assert len(title) <= MODAL_TITLE_LENGTH, f"a title of {len(title)} characters"
    assert len(submit) <= MODAL_TITLE_LENGTH, f"a button of {len(submit)} characters"
    assert len(blocks) <= MODAL_BLOCKS, "Slack takes 100 blocks a modal"
    return {
        "type": "modal",
        "title": _plain(title),
        "submit": _plain(submit),
        "close": _plain("Cancel"),
        "blocks": list(blocks),
    }


def with_metadata(view: View, metadata: FormMetadata) -> View:
    """Return *view* with *metadata* as its private metadata.

    Raises:
        UsageError: The command exceeds Slack's limit.

    """
    encoded = json.dumps([metadata.command, metadata.channel, metadata.thread, *metadata.files])
    if len(encoded) > PRIVATE_METADATA_LENGTH or len(metadata.command) > BUTTON_VALUE_LENGTH:
        raise UsageError(
            "Those are too many Spaces to list in a form. Use a pattern such as `team-*`, a range "
            "such as `team-1..12`, or `all`."
        )
    return {**view, "callback_id": CALLBACK_ID, "private_metadata": encoded}


def read_metadata(encoded: str) -> FormMetadata:
    """Return the metadata that `with_metadata` encoded.

    >>> read_metadata(
    ...     with_metadata(modal("T", "Go"), FormMetadata("wake a", "C1"))["private_metadata"])
    FormMetadata(command='wake a', channel='C1', thread=None, files=())
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
    """Return a required text field."""
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
    """Return a field for file uploads."""
    element = {"type": "file_input", "action_id": id, "max_files": max_files}
    return _field(id, label, element, hint, optional=optional)


def select_field(id: str, label: str, options: Sequence[tuple[str, str]]) -> Block:
    """Return a select menu of 1 to 100 (label, value) pairs."""
    assert 1 <= len(options) <= SELECT_OPTIONS, "Slack takes one to a hundred options"
    element = {"type": "static_select", "action_id": id, "options": _options(options)}
    return _field(id, label, element, "")


def checkbox(id: str, label: str, option: str, *, is_checked: bool = False) -> Block:
    """Return a checkbox. Its value is "yes" when checked."""
    options = _options([(option, "yes")])
    element: dict[str, Any] = {"type": "checkboxes", "action_id": id, "options": options}
    element |= {"initial_options": options} if is_checked else {}
    return _field(id, label, element, "", optional=True)


def as_optional(block: Block) -> Block:
    """Return the field *block* as an optional one."""
    return {**block, "optional": True}


def open_form_message(view: View, command: str, reason: str = "") -> Message:
    """Return a message with a button that opens the form *view*.

    Used when Slack sent no trigger id, or it has expired: only a tap brings a new one.
    """
    title = view["title"]["text"]
    return message(
        f"{title}: tap to open the form",
        section(f"*{escape(title)}*\nThis needs a form. Tap to open it."),
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
