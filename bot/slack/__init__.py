"""The Slack client: the only package that calls the Web API."""

from bot.slack.api import Slack
from bot.slack.client import make_client
from bot.slack.diagnostics import Access
from bot.slack.directory import Identity
from bot.slack.sockets import Hello, bound_frames, open_socket, read_hello, shut_down, socket_url

__all__ = [
    "Access",
    "Hello",
    "Identity",
    "Slack",
    "bound_frames",
    "make_client",
    "open_socket",
    "read_hello",
    "shut_down",
    "socket_url",
]
