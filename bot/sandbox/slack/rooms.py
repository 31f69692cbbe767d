"""The workspace's people, channels and direct messages, and who is in which."""

from dataclasses import replace
from typing import Any

from bot.sandbox.slack.errors import Mistake, SlackError
from bot.sandbox.slack.nouns import (
    BOT_NAME,
    BOT_USER,
    SLACKBOT,
    Channel,
    Person,
    UserGroup,
)
from bot.sandbox.slack.pulse import Pulse

LEAD = Person("U0LEAD", "Dana", "Course lead", is_admin=True, is_owner=True)
ASSISTANT = Person("U0TA01", "Tomás", "Teaching assistant")
STUDENT = Person("U0STUD", "Sam", "Student")
OPS = Channel("C0OPS", "space-ops", frozenset({LEAD.id, ASSISTANT.id, STUDENT.id, BOT_USER}))
SECTION = Channel("C0SEC1", "section-1", frozenset({LEAD.id, ASSISTANT.id, STUDENT.id}))
ASSISTANTS = UserGroup("S0TAS", "tas", "Teaching assistants", (ASSISTANT.id,))


class Rooms:
    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse
        self.people = {p.id: p for p in (LEAD, ASSISTANT, STUDENT)}
        self.bots = {
            BOT_USER: Person(BOT_USER, BOT_NAME, "App", is_bot=True),
            SLACKBOT: Person(SLACKBOT, "Slackbot", "Slack"),
        }
        self.groups = {ASSISTANTS.id: ASSISTANTS}
        self.channels = {c.id: c for c in (OPS, SECTION)}
        for person in self.people.values():
            self._open(person)

    def _open(self, person: Person) -> Channel:
        dm = Channel(f"D{person.id[1:]}", BOT_NAME, frozenset({person.id, BOT_USER}), is_dm=True)
        self.channels[dm.id] = dm
        return dm

    def add_person(self, person: Person) -> None:
        with self._pulse.changing():
            self.people[person.id] = person
            self._open(person)

    def add_channel(self, channel: Channel) -> None:
        with self._pulse.changing():
            self.channels[channel.id] = channel

    def person(self, id: str) -> Person:
        known = {**self.people, **self.bots}
        if id not in known:
            raise SlackError("user_not_found")
        return known[id]

    def dm(self, person: str) -> Channel:
        """The person's direct messages with the bot."""
        with self._pulse.reading():
            for channel in self.channels.values():
                if channel.is_dm and person in channel.members:
                    return channel
        raise SlackError("user_not_found")

    def by_id(self, id: str) -> Channel:
        with self._pulse.reading():
            if id in self.channels:
                return self.channels[id]
        raise SlackError("channel_not_found")

    def find(self, name: str) -> Channel:
        """A channel by id, by #name or, for direct messages, by the person's id."""
        with self._pulse.reading():
            if name in self.channels:
                return self.channels[name]
            if name in self.people:
                return self.dm(name)
            for channel in self.channels.values():
                if not channel.is_dm and channel.name == name.removeprefix("#"):
                    return channel
        raise SlackError("channel_not_found")

    def of(self, person: str) -> tuple[Channel, ...]:
        """The channels in this person's side bar."""
        with self._pulse.reading():
            return tuple(c for c in self.channels.values() if person in c.members)

    def join(self, channel: str, user: str) -> Channel:
        with self._pulse.changing():
            room = self.channels[channel]
            self.channels[channel] = replace(room, members=room.members | {user})
            return self.channels[channel]

    def leave(self, channel: str, user: str) -> None:
        with self._pulse.changing():
            room = self.channels[channel]
            self.channels[channel] = replace(room, members=room.members - {user})

    def archive(self, channel: str, *, archived: bool = True) -> None:
        self.change(channel, is_archived=archived)

    def change(self, channel: str, **values: Any) -> Channel:
        with self._pulse.changing():
            self.channels[channel] = replace(self.channels[channel], **values)
            return self.channels[channel]

    def change_id(self, old: str, new: str) -> None:
        with self._pulse.changing():
            self.channels[new] = replace(self.channels.pop(old), id=new)

    def visible(self, channel: str, person: str) -> Channel:
        """The channel, if this person may read and write there."""
        with self._pulse.reading():
            room = self.channels.get(channel)
        if room is None or person not in room.members:
            raise Mistake(f"There is no channel {channel} in this person's Slack.")
        return room
