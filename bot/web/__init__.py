"""HTTP: the events of HTTP mode, and what those who run the bot look at."""

from bot.web.server import Server
from bot.web.site import Check, Probes, site

__all__ = ["Check", "Probes", "Server", "site"]
