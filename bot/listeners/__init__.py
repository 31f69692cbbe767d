"""Slack, inward: what Bolt hands us becomes an Ask. Written down, acknowledged, then answered."""

from bot.listeners.bind import bind, bolt
from bot.listeners.intake import Door, Voice
from bot.listeners.pool import Pool

__all__ = ["Door", "Pool", "Voice", "bind", "bolt"]
