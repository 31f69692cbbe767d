"""HTTP: the events of HTTP mode, and what those who run the bot look at."""

from bot.web.server import Server
from bot.web.site import Check, Probes, make_http_app

__all__ = ["Check", "Probes", "Server", "make_http_app"]
