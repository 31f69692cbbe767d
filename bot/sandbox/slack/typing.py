"""The composer: slash commands, /invite, and messages with mentions and files."""

import re
from collections.abc import Sequence
from typing import Any

from bot.sandbox.slack import payloads, response_urls
from bot.sandbox.slack.channel_admin import ChannelAdmin
from bot.sandbox.slack.delivery import COMMAND, Dispatcher, Envelope
from bot.sandbox.slack.ephemeral_ids import ResponseUrl
from bot.sandbox.slack.errors import InvalidAction, SlackError
from bot.sandbox.slack.messages import Draft
from bot.sandbox.slack.model import BOT_USER, Channel
from bot.sandbox.slack.workspace import Workspace


class Composer:
    """Sends and edits what people type."""

    def __init__(
        self, workspace: Workspace, dispatcher: Dispatcher, channels: ChannelAdmin
    ) -> None:
        self._workspace = workspace
        self._channels = channels
        self._dispatcher = dispatcher

    def type(
        self,
        person: str,
        channel: str,
        text: str,
        thread_ts: str = "",
        files: Sequence[str] = (),
    ) -> None:
        """Send a message or a slash command of *person*."""
        conversation = self._workspace.directory.visible_channel(channel, person)
        if not text.strip() and not files:
            raise InvalidAction("There is nothing to send: type a message or attach a file.")
        if text.startswith("/"):
            self._command(person, conversation, text, thread_ts)
        else:
            self._post_message(person, conversation, text, thread_ts, files)

    def edit(self, person: str, channel: str, ts: str, text: str) -> None:
        """Edit a message of *person*."""
        message = self._workspace.message_store.get(
            self._workspace.directory.visible_channel(channel, person).id, ts
        )
        if message.user != person or message.ephemeral_for:
            raise InvalidAction("Only your own messages can be edited.")
        if not text.strip():
            raise InvalidAction("There is nothing to save: type a message.")
        self._workspace.message_store.edit(message, Draft(self._escape(text)))

    def _post_message(
        self, person: str, conversation: Channel, text: str, thread_ts: str, files: Sequence[str]
    ) -> None:
        if conversation.is_archived:
            raise InvalidAction(f"#{conversation.name} is archived, so no one can write there.")
        attached = tuple(self._workspace.files.get(id) for id in files)
        draft = Draft(self._escape(text), thread_ts=thread_ts, files=attached)
        self._workspace.message_store.post(conversation.id, person, draft)

    def _escape(self, text: str) -> str:
        """Return *text* as Slack stores it: entities escaped, names replaced by mentions."""
        for raw, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
            text = text.replace(raw, entity)
        known = [
            *self._workspace.directory.people.values(),
            *self._workspace.directory.bots.values(),
        ]
        for person in known:
            name = re.compile(rf"(?<!\w)@{re.escape(person.name)}(?!\w)", re.IGNORECASE)
            text = name.sub(f"<@{person.id}>", text)
        return text

    def _command(self, person: str, conversation: Channel, line: str, thread_ts: str) -> None:
        name, _, text = line.partition(" ")
        if thread_ts:
            reply = f"{name} is not supported in threads. Sorry!"
            self._workspace.post_notice(conversation.id, person, reply, thread_ts)
        elif name == "/invite":
            self._invite(person, conversation, text.strip())
        elif name not in self._workspace.installation.commands:
            reply = f"“{name}” is not a valid command. The app's commands are listed by “/”."
            self._workspace.post_notice(conversation.id, person, reply)
        else:
            self._dispatch_command(person, conversation, line)

    def _dispatch_command(self, person: str, conversation: Channel, line: str) -> None:
        name, _, text = line.partition(" ")
        workspace = self._workspace
        if name in workspace.installation.escaped_commands:
            text = self._escape(text)
        response_url = workspace.ephemeral_ids.create_response_url(
            person, conversation.id, command=line
        )
        payload = payloads.command(workspace, response_url, conversation, name, text.strip())
        id = workspace.state_lock.id("C")
        on_error = self._on_error(response_url)
        on_ack = self._on_ack(response_url)
        self._dispatcher.send(Envelope(id, COMMAND, payload, on_ack, on_error))

    def _on_ack(self, response_url: ResponseUrl) -> Any:
        def on_ack(payload: Any) -> None:
            if not isinstance(payload, dict):
                return
            try:
                response_urls.post_ack_response(self._workspace, response_url, payload)
            except SlackError as refusal:
                self._on_error(response_url)(refusal.code)

        return on_ack

    def _on_error(self, response_url: ResponseUrl) -> Any:
        def on_error(code: str) -> None:
            name = response_url.command.partition(" ")[0]
            sentence = f'{name} failed with the error "{code}"'
            self._workspace.post_notice(response_url.channel, response_url.person, sentence)

        return on_error

    def _invite(self, person: str, conversation: Channel, name: str) -> None:
        bot = self._workspace.directory.bot.name
        if name.lstrip("@").casefold() != bot.casefold() or conversation.is_dm:
            self._workspace.post_notice(
                conversation.id, person, f"There is no one called {name} to invite."
            )
        elif BOT_USER in conversation.members:
            self._workspace.post_notice(
                conversation.id, person, f"{bot} is already in this channel."
            )
        else:
            self._channels.add_bot(conversation.id, person)
            text = f"was added to #{conversation.name} by <@{person}>."
            joined = Draft(text, subtype="channel_join")
            self._workspace.message_store.post(conversation.id, BOT_USER, joined)
