"""The messages of the workspace, with read marks and phone notifications."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.sandbox.slack.directory import Directory
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.model import BOT_USER, SLACKBOT, Channel, File, Message, Push
from bot.sandbox.slack.state_lock import StateLock

MAX_TEXT_LENGTH = 40_000
TOMBSTONE = "tombstone"


@dataclass(frozen=True, slots=True)
class Draft:
    """The content of a message without channel, author and time."""

    text: str = ""
    blocks: tuple[Mapping[str, Any], ...] = ()
    thread_ts: str = ""
    metadata: Mapping[str, Any] | None = None
    files: tuple[File, ...] = ()
    subtype: str = ""


@dataclass(slots=True)
class MessageStore:
    """Stores messages and notifies listeners of new and edited ones. Thread-safe."""

    state_lock: StateLock
    directory: Directory
    _messages: dict[str, dict[str, Message]] = field(default_factory=dict)
    _last_read: dict[tuple[str, str], str] = field(default_factory=dict)
    _pushes: list[Push] = field(default_factory=list)
    listeners: list[Callable[[Message], None]] = field(default_factory=list)

    def post(self, channel: str, user: str, draft: Draft, *, ephemeral_for: str = "") -> Message:
        """Post a message, visible only to *ephemeral_for* if given."""
        with self.state_lock.write_lock():
            message = Message(
                ts=self.state_lock.ts(),
                channel=channel,
                user=user,
                text=draft.text[:MAX_TEXT_LENGTH],
                blocks=draft.blocks,
                thread_ts=draft.thread_ts,
                metadata=draft.metadata,
                files=draft.files,
                ephemeral_for=ephemeral_for,
                subtype=draft.subtype,
            )
            self._messages.setdefault(channel, {})[message.ts] = message
            self._push_notifications(message)
            self._notify_listeners(message)
            return message

    def edit(self, message: Message, draft: Draft) -> Message:
        """Replace text and blocks. Only a message without blocks shows "(edited)"."""
        with self.state_lock.write_lock():
            known = self.get(message.channel, message.ts)
            changed = replace(
                known,
                text=draft.text[:MAX_TEXT_LENGTH],
                blocks=draft.blocks,
                metadata=message.metadata if draft.metadata is None else draft.metadata,
                edited=not draft.blocks,
            )
            self._messages[message.channel][message.ts] = changed
            self._notify_listeners(
                replace(changed, subtype="message_changed", text_before=known.text)
            )
            return changed

    def remove(self, message: Message) -> None:
        """Remove a message; if it has replies, a tombstone replaces it."""
        with self.state_lock.write_lock():
            if self.replies(message.channel, message.ts):
                tombstone = replace(
                    message,
                    user=SLACKBOT,
                    text="This message was deleted.",
                    blocks=(),
                    files=(),
                    metadata=None,
                    subtype=TOMBSTONE,
                )
                self._messages[message.channel][message.ts] = tombstone
            else:
                del self._messages[message.channel][message.ts]

    def change_channel(self, old: str, new: str) -> None:
        """Move all messages to the channel's new id."""
        with self.state_lock.write_lock():
            moved = self._messages.pop(old, {})
            self._messages[new] = {ts: replace(m, channel=new) for ts, m in moved.items()}

    def get(self, channel: str, ts: str) -> Message:
        """Return a message, or raise SlackError."""
        with self.state_lock.read_lock():
            message = self._messages.get(channel, {}).get(ts)
        if message is None or message.subtype == TOMBSTONE:
            raise SlackError("message_not_found")
        return message

    def all_messages(self, channel: str) -> tuple[Message, ...]:
        """Return the messages of a channel, including replies and ephemeral ones."""
        with self.state_lock.read_lock():
            return tuple(self._messages.get(channel, {}).values())

    def visible_to(self, channel: str, person: str) -> tuple[Message, ...]:
        """Return the messages that this person sees outside threads, oldest first."""
        return tuple(
            m
            for m in self.all_messages(channel)
            if not m.is_reply and m.ephemeral_for in ("", person)
        )

    def replies(self, channel: str, ts: str, person: str = "") -> tuple[Message, ...]:
        """Return the replies in a thread that this person sees."""
        return tuple(
            m
            for m in self.all_messages(channel)
            if m.is_reply and m.thread_ts == ts and m.ephemeral_for in ("", person)
        )

    def mark_read(self, channel: str, person: str) -> None:
        """Mark the channel as read. No write lock, because only this person sees the change."""
        with self.state_lock.read_lock():
            last = list(self._messages.get(channel, {}))[-1:]
            self._last_read[channel, person] = "".join(last)

    def count_unread(self, channel: str, person: str) -> int:
        """Return the number of messages that this person hasn't read."""
        last_read = self._last_read.get((channel, person), "")
        return sum(m.ts > last_read and m.user != person for m in self.visible_to(channel, person))

    def pushes(self, person: str) -> tuple[Push, ...]:
        """Return the notifications on this person's phone."""
        with self.state_lock.read_lock():
            return tuple(p for p in self._pushes if p.person == person)

    def _notify_listeners(self, message: Message) -> None:
        for listener in self.listeners:
            listener(message)

    def _push_notifications(self, message: Message) -> None:
        conversation = self.directory.channels[message.channel]
        if message.ephemeral_for or message.user == SLACKBOT or message.subtype:
            return
        for person in sorted(conversation.members - {message.user, BOT_USER}):
            if self._is_notified(message, conversation, person):
                self._pushes.append(
                    Push(
                        self.state_lock.id("P"),
                        person,
                        conversation.id,
                        message.text,
                        self.state_lock.clock(),
                    )
                )

    def _is_notified(self, message: Message, conversation: Channel, person: str) -> bool:
        """Return whether *message* notifies *person*.

        A reply notifies only the mentioned people and the thread's participants.
        """
        if conversation.is_dm or not message.is_reply or f"<@{person}" in message.text:
            return True
        thread = (
            m
            for m in self.all_messages(conversation.id)
            if message.thread_ts in (m.ts, m.thread_ts)
        )
        return any(m.user == person for m in thread)
