"""The types of a workspace: people, channels, messages, views, files, notifications."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Blocks = tuple[Mapping[str, Any], ...]

BOT_USER = "U0BOT"
BOT_ID = "B0BOT"
APP_ID = "A0SPACEBOT"
TEAM_ID = "T0CLASS"
TEAM_DOMAIN = "ifcore"
SLACKBOT = "USLACKBOT"


@dataclass(frozen=True, slots=True)
class Person:
    """A person or bot of the workspace."""

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
    """A channel, or the direct messages of a person with the bot."""

    id: str
    name: str
    members: frozenset[str] = frozenset()
    is_dm: bool = False
    is_archived: bool = False
    is_private: bool = False

    def partner(self) -> str:
        """Return the person in direct messages with the bot."""
        return next(iter(self.members - {BOT_USER}), "")


@dataclass(frozen=True, slots=True)
class File:
    """A file that a person or the bot has uploaded."""

    id: str
    name: str
    content: bytes
    user: str
    title: str = ""
    mimetype: str = "application/octet-stream"
    created: int = 0
    mode: str = "hosted"  # "quip" and "list" have no content to download


@dataclass(frozen=True, slots=True)
class Message:
    """A message in its latest version. Only *ephemeral_for* sees it, if given."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: Blocks = ()
    thread_ts: str = ""
    metadata: Mapping[str, Any] | None = None
    files: tuple[File, ...] = ()
    edited: bool = False
    text_before: str = ""  # the previous text, in a "message_changed" event
    ephemeral_for: str = ""
    subtype: str = ""

    @property
    def is_bot(self) -> bool:
        """Whether the bot posted it."""
        return self.user == BOT_USER

    @property
    def is_reply(self) -> bool:
        """Whether it is a reply in a thread."""
        return bool(self.thread_ts) and self.thread_ts != self.ts


@dataclass(frozen=True, slots=True)
class View:
    """A modal or Home tab: the app's *body* and the fields that Slack adds."""

    id: str
    person: str
    body: Mapping[str, Any]
    hash: str
    root_id: str
    previous_id: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> Blocks:
        """The view's blocks."""
        return tuple(self.body.get("blocks", ()))

    @property
    def callback_id(self) -> str:
        """The app's id of the view."""
        return str(self.body.get("callback_id", ""))

    @property
    def title(self) -> str:
        """The text of the title."""
        return str(self.body.get("title", {}).get("text", ""))


@dataclass(frozen=True, slots=True)
class Push:
    """A notification on a person's phone."""

    id: str
    person: str
    channel: str
    text: str
    at: float


@dataclass(frozen=True, slots=True)
class UserGroup:
    """A user group and its members."""

    id: str
    handle: str
    name: str
    users: tuple[str, ...]
