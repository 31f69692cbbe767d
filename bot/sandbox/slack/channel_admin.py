"""Changes of a channel: rename, archive, change its id; add or remove the bot."""

from bot.sandbox.slack.errors import InvalidAction
from bot.sandbox.slack.events import Events
from bot.sandbox.slack.model import BOT_USER, TEAM_ID, Channel, Json
from bot.sandbox.slack.workspace import Workspace


class ChannelAdmin:
    """Changes channels and sends the events that Slack sends."""

    def __init__(self, workspace: Workspace, events: Events) -> None:
        self._workspace = workspace
        self._directory = workspace.directory
        self._events = events

    def rename(self, channel: str, name: str) -> None:
        """Rename a channel."""
        is_taken = any(
            room.name == name for room in self._directory.channels.values() if not room.is_dm
        )
        if is_taken or not name or name != name.lower():
            raise InvalidAction(f"A channel can't be called “{name}”, or another one is.")
        conversation = self._directory.update(self._require_channel(channel).id, name=name)
        self._send_channel_event(
            conversation, "rename", channel={"id": conversation.id, "name": name, "created": 0}
        )

    def archive(self, channel: str) -> None:
        """Archive a channel."""
        conversation = self._directory.update(self._require_channel(channel).id, is_archived=True)
        self._send_channel_event(conversation, "archive", channel=conversation.id, user="U0LEAD")

    def unarchive(self, channel: str) -> None:
        """Unarchive a channel."""
        conversation = self._directory.update(self._require_channel(channel).id, is_archived=False)
        self._send_channel_event(conversation, "unarchive", channel=conversation.id, user="U0LEAD")

    def change_id(self, channel: str, new_id: str) -> None:
        """Change a channel's id, as Slack does when a private channel is shared."""
        conversation = self._require_channel(channel)
        self._directory.change_id(conversation.id, new_id)
        self._workspace.message_store.change_channel(conversation.id, new_id)
        self._events.send_event(
            "channel_id_changed", {"old_channel_id": conversation.id, "new_channel_id": new_id}
        )

    def remove_bot(self, channel: str) -> None:
        """Remove the bot from a channel, for which Slack sends two events."""
        conversation = self._require_channel(channel)
        self._directory.leave(conversation.id, BOT_USER)
        self._send_membership_event(conversation, "member_left_channel")
        self._send_channel_event(conversation, "left", channel=conversation.id, actor_id="U0LEAD")

    def add_bot(self, channel: str, by: str = "U0LEAD") -> None:
        """Add the bot to a channel."""
        conversation = self._require_channel(channel)
        self._directory.join(conversation.id, BOT_USER)
        self._send_membership_event(conversation, "member_joined_channel", inviter=by)

    def _require_channel(self, channel: str) -> Channel:
        conversation = self._directory.find(channel)
        if conversation.is_dm:
            raise InvalidAction("Direct messages can't be changed.")
        return conversation

    def _send_membership_event(self, conversation: Channel, kind: str, **more: str) -> None:
        event = {
            "user": BOT_USER,
            "channel": conversation.id,
            "channel_type": conversation.id[:1],
            "team": TEAM_ID,
        }
        self._events.send_event(kind, {**event, **more})

    def _send_channel_event(self, conversation: Channel, what: str, **more: Json | str) -> None:
        prefix = "group" if conversation.is_private else "channel"
        self._events.send_event(f"{prefix}_{what}", dict(more))
