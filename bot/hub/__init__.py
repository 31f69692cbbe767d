"""The Hub: the only door to huggingface_hub, and everything that we ask of it."""

from bot.hub.hub import Hub

__all__ = ["Hub"]
