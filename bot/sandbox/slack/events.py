"""The Events API: events about messages, channels and the Home tab."""

from dataclasses import replace

from bot.sandbox.slack import payloads, serializers
from bot.sandbox.slack.delivery import EVENT, Dispatcher, Envelope
from bot.sandbox.slack.model import BOT_USER, Json, Message
from bot.sandbox.slack.workspace import Workspace

EDIT_SUBTYPE = "message_changed"
MENTION = f"<@{BOT_USER}>"


class Events:
    """Sends the events that the app has subscribed to.

    As in Slack, the bot gets events for its own direct messages as well.
    """

    def __init__(self, workspace: Workspace, dispatcher: Dispatcher) -> None:
        self._workspace = workspace
        self._dispatcher = dispatcher
        # The number of mentions in direct messages still to be delivered as both kinds of event,
        # as developers have observed.
        self.mentions_to_duplicate = 0
        workspace.message_store.listeners.append(self._on_message)

    def home_opened(self, person: str) -> None:
        """Send the event that a person opened the Home tab."""
        dm = self._workspace.directory.dm(person)
        opened = {"type": "app_home_opened", "user": person, "channel": dm.id, "tab": "home"}
        self._send("app_home_opened", {**opened, "event_ts": self._workspace.state_lock.ts()})

    def send_event(self, kind: str, inner: Json) -> None:
        """Send an event about a channel. Its subscription has the same name."""
        self._send(kind, {"type": kind, **inner, "event_ts": self._workspace.state_lock.ts()})

    def _on_message(self, message: Message) -> None:
        if message.ephemeral_for:
            return
        conversation = self._workspace.directory.channels[message.channel]
        if conversation.is_dm:
            self._send_direct_message(message)
        elif (
            MENTION in message.text and not message.is_bot and message.subtype in ("", EDIT_SUBTYPE)
        ):
            if BOT_USER in conversation.members:
                self._send_mention(message)
            elif not message.subtype:
                self._notice_bot_absent(message)

    def _send_mention(self, message: Message) -> None:
        """Send a mention. That of an edited message differs only in its `edited` field."""
        event = payloads.message_event(self._workspace, replace(message, subtype=""), "app_mention")
        self._send("app_mention", event)

    def _send_direct_message(self, message: Message) -> None:
        if message.subtype == EDIT_SUBTYPE:
            self._send("message.im", self._edit_event(message))
        elif not message.subtype:
            self._send("message.im", payloads.message_event(self._workspace, message, "message"))
            if self.mentions_to_duplicate and MENTION in message.text and not message.is_bot:
                self.mentions_to_duplicate -= 1
                self._send_mention(message)

    def _edit_event(self, message: Message) -> Json:
        body = serializers.message(self._workspace, message)
        del body["subtype"]
        return {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "channel": message.channel,
            "channel_type": "im",
            "ts": self._workspace.state_lock.ts(),
            "event_ts": message.ts,
            "message": body,
            "previous_message": {**body, "text": message.text_before, "edited": None},
        }

    def _notice_bot_absent(self, message: Message) -> None:
        name = self._workspace.directory.bot.name
        text = (
            f"You mentioned @{name}, but they're not in this channel. "
            f"Type /invite @{name} to let them in."
        )
        self._workspace.post_notice(message.channel, message.user, text, message.thread_ts)

    def _send(self, subscription: str, inner: Json) -> None:
        if subscription not in self._workspace.installation.events:
            return
        envelope = Envelope(
            id=self._workspace.state_lock.id("E"),
            kind=EVENT,
            payload=payloads.event(self._workspace, inner),
            on_ack=lambda _payload: None,
            on_error=lambda _code: None,
        )
        self._dispatcher.send(envelope)
