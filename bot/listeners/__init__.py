"""Requests and events from Slack: parsed, stored, acknowledged, then answered."""

from bot.concurrency import BoundedExecutor
from bot.listeners.bolt_app import make_bolt_app, register_listeners
from bot.listeners.intake import Replier, RequestHandler

__all__ = ["BoundedExecutor", "Replier", "RequestHandler", "make_bolt_app", "register_listeners"]
