"""HTTP: the events of HTTP mode, and what those who run the bot look at."""

from bot.web.http_app import Check, Probes, make_http_app
from bot.web.server import Server

__all__ = ["Check", "Probes", "Server", "make_http_app"]
