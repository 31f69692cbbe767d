"""Parsing of Slack's events about channels into a ChannelEvent."""

import logging
from collections.abc import Mapping
from math import isfinite
from typing import Any

from bot.alerts.channels import Change, ChannelEvent
from bot.slack_limits import is_channel

logger = logging.getLogger(__name__)

# A private channel has types of its own. https://docs.slack.dev/reference/events
_CHANGES = {
    "channel_rename": Change.RENAMED,
    "group_rename": Change.RENAMED,
    "channel_archive": Change.ARCHIVED,
    "group_archive": Change.ARCHIVED,
    "channel_unarchive": Change.UNARCHIVED,
    "group_unarchive": Change.UNARCHIVED,
    "channel_deleted": Change.DELETED,
    "group_deleted": Change.DELETED,
    "channel_left": Change.LEFT,
    "group_left": Change.LEFT,
    "channel_id_changed": Change.ID_CHANGED,
}
# About a member of the channel, who isn't always the bot.
_MEMBER_CHANGES = {
    "member_left_channel": Change.LEFT,
    "member_joined_channel": Change.JOINED,
}


def is_channel_event(body: Mapping[str, Any]) -> bool:
    """Return whether *body* is an event about a channel, not a message in one."""
    return _event_of(body).get("type") in {*_CHANGES, *_MEMBER_CHANGES}


def read(body: Mapping[str, Any], bot_user: str) -> ChannelEvent | None:
    """Return the channel event in *body*.

    Returns None if a field is invalid, or if the event is about another member than *bot_user*.
    """
    event = _event_of(body)
    kind = str(event.get("type"))
    at = _parse_time(event.get("event_ts") or body.get("event_time"))
    if kind in _MEMBER_CHANGES and event.get("user") != bot_user:
        return None
    change = _CHANGES.get(kind) or _MEMBER_CHANGES.get(kind)
    is_moved = change is Change.ID_CHANGED
    channel = event.get("old_channel_id") if is_moved else _channel_of(event)
    new_id = event.get("new_channel_id") if is_moved else ""
    if (
        change is None
        or at is None
        or not _is_channel_id(channel)
        or (is_moved and not _is_channel_id(new_id))
    ):
        logger.debug("an event of type %r has no valid change of a channel", kind)
        return None
    return ChannelEvent(change, str(channel), at, str(new_id))


def _event_of(body: Mapping[str, Any]) -> Mapping[str, Any]:
    event = body.get("event")
    return event if isinstance(event, Mapping) and isinstance(event.get("type"), str) else {}


def _channel_of(event: Mapping[str, Any]) -> Any:
    """Return the channel's id. A rename event contains the whole channel instead."""
    channel = event.get("channel")
    return channel.get("id") if isinstance(channel, Mapping) else channel


def _is_channel_id(found: Any) -> bool:
    return isinstance(found, str) and is_channel(found)


def _parse_time(found: Any) -> float | None:
    try:
        at = float(found)
    except (TypeError, ValueError, OverflowError):
        return None
    return at if isfinite(at) else None
