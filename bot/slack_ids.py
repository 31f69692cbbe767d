"""Slack's ids, as opposed to the names of channels."""

import re

# An id begins with a capital letter, which a channel's name can't contain.
_CHANNEL = re.compile(r"[CGD][A-Z0-9]+")
_USER = re.compile(r"[UW][A-Z0-9]+")


def is_channel(text: str) -> bool:
    """Return whether *text* is the id of a channel or a direct-message conversation.

    >>> is_channel("C024BE91L"), is_channel("space-ops")
    (True, False)
    """
    return _CHANNEL.fullmatch(text) is not None


def is_user(text: str) -> bool:
    """Return whether *text* is the id of a person, which means their direct messages."""
    return _USER.fullmatch(text) is not None
