"""Helpers of the tests in this folder."""

from datetime import UTC, datetime

from bot.cards import Message
from bot.model import Space

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


UP = Space(
    "acme/if-a",
    "RUNNING",
    "cpu-basic",
    "docker",
    "https://acme-if-a.hf.space",
    sha="0123456789abcdef",
    sleep_after=172_800,
)


def button_commands(card: Message) -> list[str]:
    """Return the commands of the buttons, then those of the menu."""
    elements = [e for block in card.blocks for e in block.get("elements", []) if "action_id" in e]
    commands = [e["value"] for e in elements if "value" in e]
    return commands + [o["value"] for e in elements for o in e.get("options", [])]
