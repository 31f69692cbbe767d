"""Slack's limits for a message, as far as they can be checked without Slack."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import Block as SdkBlock

from bot.cards import Message

_OPTIONS = {"text": 75, "value": 150}


def complaints(message: Message) -> list[str]:
    """Return what Slack would refuse *message* for, one sentence each; nothing is good."""
    found = [] if message.text else ["there is no push text"]
    found += (
        [f"the push text has {len(message.text)} characters"] if len(message.text) > 300 else []
    )
    found += [f"there are {len(message.blocks)} blocks"] if len(message.blocks) > 50 else []
    for block in message.blocks:
        found += _of_block(block)
    return found


def _of_block(block: Mapping[str, Any]) -> list[str]:
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
        found += [
            "an option is too long"
            for option in element.get("options", [])
            if len(option["text"]["text"]) > _OPTIONS["text"]
            or len(option["value"]) > _OPTIONS["value"]
        ]
    return found
