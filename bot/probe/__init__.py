"""The prober: one GET to an app, bounded in time and size, to public hosts."""

from bot.probe.prober import Prober

__all__ = ["Prober"]
