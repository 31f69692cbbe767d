"""What people do to a channel itself: rename, archive, share, delete; add or remove the bot."""

from bot.sandbox.slack.errors import Mistake
from bot.sandbox.slack.events import Events
from bot.sandbox.slack.nouns import BOT_USER, TEAM_ID, Channel, Json
from bot.sandbox.slack.workspace import Workspace


class ChannelAdmin:
    """Changes channels, and tells the app of it as Slack does."""

    def __init__(self, workspace: Workspace, events: Events) -> None:
        self._workspace = workspace
        self._rooms = workspace.rooms
        self._events = events

    def rename(self, channel: str, name: str) -> None:
        taken = any(room.name == name for room in self._rooms.channels.values() if not room.is_dm)
        if taken or not name or name != name.lower():
            raise Mistake(f"A channel can't be called “{name}”, or another one is.")
        room = self._rooms.change(self._room(channel).id, name=name)
        self._tell(room, "rename", channel={"id": room.id, "name": name, "created": 0})

    def archive(self, channel: str) -> None:
        room = self._rooms.change(self._room(channel).id, is_archived=True)
        self._tell(room, "archive", channel=room.id, user="U0LEAD")

    def unarchive(self, channel: str) -> None:
        room = self._rooms.change(self._room(channel).id, is_archived=False)
        self._tell(room, "unarchive", channel=room.id, user="U0LEAD")

    def change_id(self, channel: str, new_id: str) -> None:
        """As when a private channel is shared with another company."""
        room = self._room(channel)
        self._rooms.change_id(room.id, new_id)
        self._workspace.timeline.change_channel(room.id, new_id)
        self._events.tell(
            "channel_id_changed", {"old_channel_id": room.id, "new_channel_id": new_id}
        )

    def remove_bot(self, channel: str) -> None:
        """Slack tells of it in two ways."""
        room = self._room(channel)
        self._rooms.leave(room.id, BOT_USER)
        self._member(room, "member_left_channel")
        self._tell(room, "left", channel=room.id, actor_id="U0LEAD")

    def add_bot(self, channel: str, by: str = "U0LEAD") -> None:
        room = self._room(channel)
        self._rooms.join(room.id, BOT_USER)
        self._member(room, "member_joined_channel", inviter=by)

    def _room(self, channel: str) -> Channel:
        room = self._rooms.find(channel)
        if room.is_dm:
            raise Mistake("Nobody can change direct messages.")
        return room

    def _member(self, room: Channel, kind: str, **more: str) -> None:
        who = {"user": BOT_USER, "channel": room.id, "channel_type": room.id[:1], "team": TEAM_ID}
        self._events.tell(kind, {**who, **more})

    def _tell(self, room: Channel, what: str, **more: Json | str) -> None:
        sort = "group" if room.is_private else "channel"
        self._events.tell(f"{sort}_{what}", dict(more))
