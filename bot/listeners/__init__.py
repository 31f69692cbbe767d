"""Slack, inward: what Bolt hands us becomes an Ask. Written down, acknowledged, then answered."""

from bot.listeners.bind import bind, make_bolt_app
from bot.listeners.intake import RequestHandler, Replier
from bot.listeners.pool import BoundedExecutor

__all__ = ["RequestHandler", "BoundedExecutor", "Replier", "bind", "make_bolt_app"]
