"""Slack's limits for a message and a modal, as far as they can be checked without Slack."""

import json
from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.views import View as SdkView

from bot.cards import Message

_OPTION_LIMITS = {"text": 75, "value": 150}
# Slack's error is msg_blocks_too_long, without a number; people have measured 13,200.
_MAX_BLOCKS_LENGTH = 12_000
_MODAL_BLOCKS = {"actions", "context", "divider", "header", "image", "input", "section"}


def violations(message: Message) -> list[str]:
    """Return the reasons why Slack would reject *message*, none for a valid one."""
    found = [] if message.text else ["there is no push text"]
    most = 300 if message.blocks else 4_000  # without blocks the text is the message
    found += (
        [f"the push text has {len(message.text)} characters"] if len(message.text) > most else []
    )
    found += [f"there are {len(message.blocks)} blocks"] if len(message.blocks) > 50 else []
    size = len(json.dumps(message.blocks, ensure_ascii=False, separators=(",", ":")))
    found += [f"the blocks have {size} characters in all"] if size > _MAX_BLOCKS_LENGTH else []
    for block in message.blocks:
        found += _block_violations(block)
    return found


def view_violations(view: Mapping[str, Any]) -> list[str]:
    """Return the reasons why Slack would reject the modal."""
    normalized = SdkView(**view).to_dict()  # validates title, submit, close and the note
    found = [f"{key} is written otherwise" for key in view if normalized.get(key) != view[key]]
    blocks = view["blocks"]
    found += [f"there are {len(blocks)} blocks"] if len(blocks) > 100 else []
    found += [f"a modal has no {b['type']}" for b in blocks if b["type"] not in _MODAL_BLOCKS]
    inputs = [block for block in blocks if block["type"] == "input"]
    found += ["a field without a button to send it"] if inputs and "submit" not in view else []
    ids = [block["block_id"] for block in inputs]
    found += ["a field stands twice"] if len(ids) != len(set(ids)) else []
    for block in blocks:
        found += _block_violations(block)
    for block in inputs:
        found += _option_violations(block["element"])
        found += ["a hint is too long"] if len(block.get("hint", {}).get("text", "")) > 2000 else []
    return found


def _block_violations(block: Mapping[str, Any]) -> list[str]:
    parsed = SdkBlock.parse(dict(block))
    if parsed is None:
        return [f"{block['type']} is no block"]
    # The SDK validates lengths and enumerations as it writes, and drops what it does not know.
    same = parsed.to_dict() == dict(block)
    found = [] if same else [f"{block['type']} is written otherwise by the SDK"]
    ids = [e.get("action_id") for e in block.get("elements", []) if "action_id" in e]
    found += [] if len(ids) == len(set(ids)) else ["an action id stands twice in a block"]
    found += ["a field is too long" for f in block.get("fields", []) if len(f["text"]) > 2000]
    for element in block.get("elements", []):
        found += _option_violations(element)
    return found


def _option_violations(element: Mapping[str, Any]) -> list[str]:
    return [
        "an option is too long"
        for option in element.get("options", [])
        if len(option["text"]["text"]) > _OPTION_LIMITS["text"]
        or len(option["value"]) > _OPTION_LIMITS["value"]
    ]
