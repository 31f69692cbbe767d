"""The values a workspace is made of: people, channels, messages, views, files, pushes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Blocks = tuple[Mapping[str, Any], ...]

BOT_USER = "U0BOT"
BOT_ID = "B0BOT"
BOT_NAME = "spacebot"
APP_ID = "A0SPACEBOT"
TEAM_ID = "T0CLASS"
TEAM_DOMAIN = "ifcore"
SLACKBOT = "USLACKBOT"


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    title: str
    is_admin: bool = False
    is_owner: bool = False
    tz: str = "Europe/Amsterdam"
    deleted: bool = False
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    id: str
    name: str
    members: frozenset[str] = frozenset()
    is_dm: bool = False
    is_archived: bool = False
    is_private: bool = False

    def partner(self) -> str:
        """The person at the other end of the bot's direct messages."""
        return next(iter(self.members - {BOT_USER}), "")


@dataclass(frozen=True, slots=True)
class File:
    id: str
    name: str
    content: bytes
    user: str
    title: str = ""
    mimetype: str = "application/octet-stream"
    created: int = 0
    mode: str = "hosted"  # "quip" and "list" look like files and are none


@dataclass(frozen=True, slots=True)
class Message:
    """One message, as last edited. `ephemeral_for` names the only person who sees it."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: Blocks = ()
    thread_ts: str = ""
    metadata: Mapping[str, Any] | None = None
    files: tuple[File, ...] = ()
    edited: bool = False
    text_before: str = ""  # of an edit that is just told
    ephemeral_for: str = ""
    subtype: str = ""

    @property
    def is_bot(self) -> bool:
        return self.user == BOT_USER

    @property
    def is_reply(self) -> bool:
        return bool(self.thread_ts) and self.thread_ts != self.ts


@dataclass(frozen=True, slots=True)
class View:
    """A modal (or Home tab) as the app described it, and what Slack adds to it."""

    id: str
    person: str
    body: Mapping[str, Any]
    hash: str
    root_id: str
    previous_id: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> Blocks:
        return tuple(self.body.get("blocks", ()))

    @property
    def callback_id(self) -> str:
        return str(self.body.get("callback_id", ""))

    @property
    def title(self) -> str:
        return str(self.body.get("title", {}).get("text", ""))


@dataclass(frozen=True, slots=True)
class Push:
    """What a phone's lock screen showed."""

    id: str
    person: str
    channel: str
    text: str
    at: float


@dataclass(frozen=True, slots=True)
class UserGroup:
    id: str
    handle: str
    name: str
    users: tuple[str, ...]
