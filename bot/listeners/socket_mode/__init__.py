"""Socket Mode: one WebSocket to Slack, renewed when Slack asks, replaced when it is lost."""

from bot.listeners.socket_mode.supervisor import SocketMode

__all__ = ["SocketMode"]
