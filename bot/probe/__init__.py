"""The prober: one GET to the app of a Space, bounded in time and size, and only to public hosts."""

from bot.probe.prober import Prober

__all__ = ["Prober"]
