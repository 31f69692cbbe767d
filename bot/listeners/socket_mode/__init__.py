"""Socket Mode: one WebSocket to Slack, replaced on request or when it is lost."""

from bot.listeners.socket_mode.supervisor import SocketMode

__all__ = ["SocketMode"]
