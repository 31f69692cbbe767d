"""The HTTP server: Slack's events in HTTP mode, probes and metrics."""

from bot.web.http_app import Check, Probes, make_http_app
from bot.web.server import Server

__all__ = ["Check", "Probes", "Server", "make_http_app"]
