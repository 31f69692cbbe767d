"""The Events API: what is said where the bot can hear it, mentions and direct messages."""

from dataclasses import replace

from bot.sandbox.slack import payloads, portraits
from bot.sandbox.slack.delivery import EVENT, Courier, Envelope
from bot.sandbox.slack.nouns import BOT_NAME, BOT_USER, Json, Message
from bot.sandbox.slack.workspace import Workspace

EDIT = "message_changed"
MENTION = f"<@{BOT_USER}>"


class Events:
    """Listens to the timeline. As in Slack, the bot hears its own direct messages too."""

    def __init__(self, workspace: Workspace, courier: Courier) -> None:
        self._workspace = workspace
        self._courier = courier
        # So many mentions in direct messages yet arrive as both kinds of event, as some have seen.
        self.as_both_kinds = 0
        workspace.timeline.listeners.append(self._said)

    def home_opened(self, person: str) -> None:
        dm = self._workspace.rooms.dm(person)
        opened = {"type": "app_home_opened", "user": person, "channel": dm.id, "tab": "home"}
        self._send("app_home_opened", {**opened, "event_ts": self._workspace.pulse.ts()})

    def tell(self, kind: str, inner: Json) -> None:
        """An event about a channel: its subscription is called like it."""
        self._send(kind, {"type": kind, **inner, "event_ts": self._workspace.pulse.ts()})

    def _said(self, said: Message) -> None:
        if said.ephemeral_for:
            return
        room = self._workspace.rooms.channels[said.channel]
        if room.is_dm:
            self._said_directly(said)
        elif MENTION in said.text and not said.is_bot and said.subtype in ("", EDIT):
            if BOT_USER in room.members:
                self._mentioned(said)
            elif not said.subtype:
                self._nobody_here(said)

    def _mentioned(self, said: Message) -> None:
        """An edit looks like what was said at first, but for its mark."""
        heard = payloads.heard(self._workspace, replace(said, subtype=""), "app_mention")
        self._send("app_mention", heard)

    def _said_directly(self, said: Message) -> None:
        if said.subtype == EDIT:
            self._send("message.im", self._changed(said))
        elif not said.subtype:
            self._send("message.im", payloads.heard(self._workspace, said, "message"))
            if self.as_both_kinds and MENTION in said.text and not said.is_bot:
                self.as_both_kinds -= 1
                self._mentioned(said)

    def _changed(self, said: Message) -> Json:
        shown = portraits.message(self._workspace, said)
        del shown["subtype"]
        return {
            "type": "message",
            "subtype": "message_changed",
            "hidden": True,
            "channel": said.channel,
            "channel_type": "im",
            "ts": self._workspace.pulse.ts(),
            "event_ts": said.ts,
            "message": shown,
            "previous_message": {**shown, "text": said.text_before, "edited": None},
        }

    def _nobody_here(self, said: Message) -> None:
        text = (
            f"You mentioned @{BOT_NAME}, but they're not in this channel. "
            f"Type /invite @{BOT_NAME} to let them in."
        )
        self._workspace.notice(said.channel, said.user, text, said.thread_ts)

    def _send(self, subscription: str, inner: Json) -> None:
        if subscription not in self._workspace.installation.events:
            return
        envelope = Envelope(
            id=self._workspace.pulse.id("E"),
            kind=EVENT,
            payload=payloads.event(self._workspace, inner),
            answered=lambda _payload: None,
            failed=lambda _code: None,
        )
        self._courier.send(envelope)
