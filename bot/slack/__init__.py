"""Slack, outward: the only package that calls the Web API."""

from bot.slack.api import Slack
from bot.slack.client import client, proxy_for
from bot.slack.frames import bound_frames
from bot.slack.people import Identity

__all__ = ["Identity", "Slack", "bound_frames", "client", "proxy_for"]
