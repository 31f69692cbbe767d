"""The app's installation in the workspace: its tokens, scopes, commands and shortcuts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

BOT_NAME = "Spacebot"
ALL_SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "channels:join",
        "channels:read",
        "chat:write",
        "commands",
        "files:read",
        "files:write",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "team:read",
        "usergroups:read",
        "users:read",
    }
)
ALL_EVENTS = frozenset(
    {
        "app_home_opened",
        "app_mention",
        "channel_archive",
        "channel_deleted",
        "channel_id_changed",
        "channel_left",
        "channel_rename",
        "channel_unarchive",
        "group_archive",
        "group_deleted",
        "group_left",
        "group_rename",
        "group_unarchive",
        "member_joined_channel",
        "member_left_channel",
        "message.im",
    }
)


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A shortcut of the app; *type* is "global" or "message"."""

    callback_id: str
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Subcommand:
    """A word after the slash command, which the page completes. No manifest contains it."""

    name: str
    usage: str
    help: str


@dataclass(frozen=True, slots=True)
class Installation:
    """What the app may do in the workspace."""

    bot_token: str = "xoxb-sandbox"  # noqa: S105 - valid only in the sandbox
    app_token: str = "xapp-1-A0SPACEBOT-1-sandbox"  # noqa: S105 - valid only in the sandbox
    signing_secret: str = "sandbox-signing-secret"  # noqa: S105 - valid only in the sandbox
    bot_name: str = BOT_NAME
    scopes: frozenset[str] = ALL_SCOPES
    events: frozenset[str] = ALL_EVENTS
    commands: tuple[str, ...] = ("/space",)
    escaped_commands: frozenset[str] = frozenset()
    shortcuts: tuple[Shortcut, ...] = ()
    subcommands: tuple[Subcommand, ...] = ()


def installation_from(manifest: Mapping[str, Any] | None) -> Installation:
    """Return the installation of *manifest*; None grants everything.

    A scope or event that the manifest lacks is missing in the sandbox as well.
    """
    if manifest is None:
        return Installation()
    features = manifest.get("features", {})
    commands = features.get("slash_commands", [])
    settings = manifest.get("settings", {})
    return Installation(
        bot_name=features.get("bot_user", {}).get("display_name", BOT_NAME),
        scopes=frozenset(manifest["oauth_config"]["scopes"]["bot"]),
        events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", [])),
        commands=tuple(c["command"] for c in commands),
        escaped_commands=frozenset(c["command"] for c in commands if c.get("should_escape")),
        shortcuts=tuple(
            Shortcut(s["callback_id"], s["name"], s["type"]) for s in features.get("shortcuts", [])
        ),
    )
