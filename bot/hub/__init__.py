"""The Hub client: the only package that calls huggingface_hub."""

from bot.hub.hub import Hub

__all__ = ["Hub"]
