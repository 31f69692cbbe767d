"""The manifest of the Slack app, with the reason for each scope and event."""

from typing import Any
from urllib.parse import urlsplit

_EVENTS_PATH = "/slack/events"

#: Bot scopes, each with the reason why the bot needs it.
SCOPES = {
    "commands": "Receive the slash command, and open modals.",
    "chat:write": "Post, edit and delete its own messages and cards, in channels and in direct "
    "messages, and answer so that only the person who asked sees it.",
    "app_mentions:read": "Receive mentions, because slash commands do not work in threads.",
    "im:history": "Receive direct messages, and find its own card there after a post whose outcome "
    "is unknown.",
    "im:write": "Find the id of a person's direct messages to search them for that card. No other "
    "method returns it.",
    "channels:read": "Find the id of a public alert channel from its name, check that the bot is "
    "in it, and receive events when it is renamed, archived or left.",
    "groups:read": "The same for a private alert channel.",
    "channels:history": "Search the channel for a card whose post had an unknown outcome, so that "
    "no alert is posted twice. The history is read at no other time.",
    "groups:history": "The same in a private channel.",
    "users:read": "Find a workspace's owners and admins, who are always admins of the bot.",
    "usergroups:read": "Find the members of a user group in SPACEBOT_OPERATORS or SPACEBOT_ADMINS.",
    "files:write": "Send a whole log or an audit list, as a file, to the person who asked: in "
    "their direct messages, where nobody else sees it.",
    "files:read": "Fetch the files that people upload to a Space.",
}

#: Events that the bot receives, each with what it does then. Each needs one of the scopes above.
EVENTS = {
    "app_mention": "A command in a thread or a channel: `@Spacebot status team-a`.",
    "message.im": "A command in a direct message: `status team-a`.",
    "channel_rename": "The alert channel's name in the settings may match this channel now.",
    "channel_archive": "Its alerts wait, and the admins get an admin notice.",
    "channel_unarchive": "Its waiting cards are posted.",
    "channel_deleted": "Its alerts wait, and the admins get an admin notice.",
    "channel_left": "The bot was removed: as channel_archive.",
    "channel_id_changed": "Cards, watches and the alert channel move to the new id.",
    "member_joined_channel": "The bot was added: the channel's waiting cards are posted.",
    "member_left_channel": "The bot was removed: as channel_archive.",
    "group_rename": "As channel_rename, for a private channel.",
    "group_archive": "As channel_archive, for a private channel.",
    "group_unarchive": "As channel_unarchive, for a private channel.",
    "group_deleted": "As channel_deleted, for a private channel.",
    "group_left": "As channel_left, for a private channel.",
}

#: Entries of the menus "Shortcuts" and "More message shortcuts", in the manifest's format.
SHORTCUTS: tuple[dict[str, str], ...] = (
    {
        "name": "Upload to a Space",
        "type": "message",
        "callback_id": "upload_files",
        "description": "Put the files of a message into a Space",
    },
)


def manifest(command: str = "/space", request_url: str = "") -> dict[str, Any]:
    """Return the app manifest with the slash command *command*.

    It is for HTTP mode if *request_url* is given, else for Socket Mode. Its format:
    https://docs.slack.dev/reference/app-manifest
    """
    made = _socket_manifest(command)
    return _with_request_url(made, request_url) if request_url else made


def request_url(base: str) -> str:
    """Return the request URL for Slack, below the public URL *base* of the bot.

    Raises:
        ValueError: Slack can't send requests to *base*. The message names a solution.

    """
    parts = urlsplit(base.strip())
    if parts.scheme != "https":
        raise ValueError("Slack sends to https addresses only. Give one such as https://my.host.")
    if not parts.hostname or parts.username is not None or parts.query or parts.fragment:
        raise ValueError("Give a host and at most a path, such as https://my.host/bot.")
    _ = parts.port  # raises ValueError if it isn't a valid port
    path = parts.path.rstrip("/").removesuffix(_EVENTS_PATH)
    return f"https://{parts.netloc}{path}{_EVENTS_PATH}"


def _with_request_url(made: dict[str, Any], url: str) -> dict[str, Any]:
    """Return *made* changed to HTTP mode: Slack sends commands, clicks and events to *url*."""
    made["settings"]["socket_mode_enabled"] = False
    made["settings"]["interactivity"]["request_url"] = url
    made["settings"]["event_subscriptions"]["request_url"] = url
    for entry in made["features"]["slash_commands"]:
        entry["url"] = url
    return made


def _socket_manifest(command: str) -> dict[str, Any]:
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "Spacebot",
            "description": "Operate a fleet of Hugging Face Spaces from Slack.",
            "background_color": "#1f2937",
        },
        "features": _features(command),
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": sorted(EVENTS)},
            "interactivity": {"is_enabled": True},  # buttons and modals, also in Socket Mode
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,  # the bot token comes from the environment
        },
    }


def _features(command: str) -> dict[str, Any]:
    return {
        # The messages tab is where direct messages to and from the bot live.
        "app_home": {
            "home_tab_enabled": False,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "Spacebot", "always_online": True},
        "slash_commands": [
            {
                "command": command,
                "description": "See and operate the team Spaces",
                "usage_hint": "[status | wake | restart | pause | url | help] [team | all]",
                "should_escape": True,  # "@maria" arrives as an id, which never changes
            }
        ],
        "shortcuts": list(SHORTCUTS),
    }
