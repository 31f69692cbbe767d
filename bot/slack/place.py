"""Where a message stands in Slack."""

from bot.cards import Place

__all__ = ["Place"]
