"""The workspace's people, user groups, channels and their members."""

from dataclasses import replace
from typing import Any

from bot.sandbox.slack.errors import InvalidAction, SlackError
from bot.sandbox.slack.model import BOT_USER, SLACKBOT, Channel, Person, UserGroup
from bot.sandbox.slack.state_lock import StateLock

LEAD = Person("U0LEAD", "Dana", "Course lead", is_admin=True, is_owner=True)
ASSISTANT = Person("U0TA01", "Tomás", "Teaching assistant")
STUDENT = Person("U0STUD", "Sam", "Student")
OPS = Channel("C0OPS", "space-ops", frozenset({LEAD.id, ASSISTANT.id, STUDENT.id, BOT_USER}))
SECTION = Channel("C0SEC1", "section-1", frozenset({LEAD.id, ASSISTANT.id, STUDENT.id}))
ASSISTANTS = UserGroup("S0TAS", "tas", "Teaching assistants", (ASSISTANT.id,))


class Directory:
    """The registry of people and channels. Thread-safe."""

    def __init__(self, state_lock: StateLock, bot_name: str) -> None:
        self._state_lock = state_lock
        self.people = {p.id: p for p in (LEAD, ASSISTANT, STUDENT)}
        self.bots = {
            BOT_USER: Person(BOT_USER, bot_name, "App", is_bot=True),
            SLACKBOT: Person(SLACKBOT, "Slackbot", "Slack"),
        }
        self.groups = {ASSISTANTS.id: ASSISTANTS}
        self.channels = {c.id: c for c in (OPS, SECTION)}
        for person in self.people.values():
            self._open_dm(person)

    def _open_dm(self, person: Person) -> Channel:
        dm = Channel(
            f"D{person.id[1:]}", self.bot.name, frozenset({person.id, BOT_USER}), is_dm=True
        )
        self.channels[dm.id] = dm
        return dm

    @property
    def bot(self) -> Person:
        """The bot, with the name in its manifest."""
        return self.bots[BOT_USER]

    def add_channel(self, channel: Channel) -> None:
        """Add a channel."""
        with self._state_lock.write_lock():
            self.channels[channel.id] = channel

    def person(self, id: str) -> Person:
        """Return a person or bot, or raise SlackError."""
        known = {**self.people, **self.bots}
        if id not in known:
            raise SlackError("user_not_found")
        return known[id]

    def dm(self, person: str) -> Channel:
        """Return the person's direct messages with the bot, or raise SlackError."""
        with self._state_lock.read_lock():
            for channel in self.channels.values():
                if channel.is_dm and person in channel.members:
                    return channel
        raise SlackError("user_not_found")

    def by_id(self, id: str) -> Channel:
        """Return a channel, or raise SlackError."""
        with self._state_lock.read_lock():
            if id in self.channels:
                return self.channels[id]
        raise SlackError("channel_not_found")

    def find(self, name: str) -> Channel:
        """Return a channel by id, #name or, for direct messages, the person's id.

        Raises:
            SlackError: if there is none.
        """
        with self._state_lock.read_lock():
            if name in self.channels:
                return self.channels[name]
            if name in self.people:
                return self.dm(name)
            for channel in self.channels.values():
                if not channel.is_dm and channel.name == name.removeprefix("#"):
                    return channel
        raise SlackError("channel_not_found")

    def channels_of(self, person: str) -> tuple[Channel, ...]:
        """Return the channels that this person is in."""
        with self._state_lock.read_lock():
            return tuple(c for c in self.channels.values() if person in c.members)

    def join(self, channel: str, user: str) -> Channel:
        """Add a member to a channel."""
        with self._state_lock.write_lock():
            conversation = self.channels[channel]
            self.channels[channel] = replace(conversation, members=conversation.members | {user})
            return self.channels[channel]

    def leave(self, channel: str, user: str) -> None:
        """Remove a member from a channel."""
        with self._state_lock.write_lock():
            conversation = self.channels[channel]
            self.channels[channel] = replace(conversation, members=conversation.members - {user})

    def archive(self, channel: str, *, archived: bool = True) -> None:
        """Archive or unarchive a channel without an event."""
        self.update(channel, is_archived=archived)

    def update(self, channel: str, **values: Any) -> Channel:
        """Change fields of a channel; return the new channel."""
        with self._state_lock.write_lock():
            self.channels[channel] = replace(self.channels[channel], **values)
            return self.channels[channel]

    def change_id(self, old: str, new: str) -> None:
        """Change a channel's id."""
        with self._state_lock.write_lock():
            self.channels[new] = replace(self.channels.pop(old), id=new)

    def visible_channel(self, channel: str, person: str) -> Channel:
        """Return the channel, or raise InvalidAction if this person isn't in it."""
        with self._state_lock.read_lock():
            conversation = self.channels.get(channel)
        if conversation is None or person not in conversation.members:
            raise InvalidAction(f"There is no channel {channel} in this person's Slack.")
        return conversation
