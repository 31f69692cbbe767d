"""What people type: slash commands, /invite, and messages with mentions and files."""

from collections.abc import Sequence
from typing import Any

from bot.sandbox.slack import hooks, payloads
from bot.sandbox.slack.channel_admin import ChannelAdmin
from bot.sandbox.slack.delivery import COMMAND, Courier, Envelope
from bot.sandbox.slack.errors import Mistake, SlackError
from bot.sandbox.slack.nouns import BOT_NAME, BOT_USER, Channel
from bot.sandbox.slack.tickets import Hook
from bot.sandbox.slack.timeline import Draft
from bot.sandbox.slack.workspace import Workspace


class Speech:
    def __init__(self, workspace: Workspace, courier: Courier, channels: ChannelAdmin) -> None:
        self._workspace = workspace
        self._channels = channels
        self._courier = courier

    def type(
        self,
        person: str,
        channel: str,
        text: str,
        thread_ts: str = "",
        files: Sequence[str] = (),
    ) -> None:
        """A person presses Enter."""
        room = self._workspace.rooms.visible(channel, person)
        if not text.strip() and not files:
            raise Mistake("There is nothing to send: type a message or attach a file.")
        if text.startswith("/"):
            self._command(person, room, text, thread_ts)
        else:
            self._message(person, room, text, thread_ts, files)

    def edit(self, person: str, channel: str, ts: str, text: str) -> None:
        """A person changes the words of their own message."""
        said = self._workspace.timeline.get(self._workspace.rooms.visible(channel, person).id, ts)
        if said.user != person or said.ephemeral_for:
            raise Mistake("Only your own messages can be edited.")
        if not text.strip():
            raise Mistake("There is nothing to save: type a message.")
        self._workspace.timeline.edit(said, Draft(self._marked_up(text)))

    def _message(
        self, person: str, room: Channel, text: str, thread_ts: str, files: Sequence[str]
    ) -> None:
        if room.is_archived:
            raise Mistake(f"#{room.name} is archived: nobody can write there.")
        kept = tuple(self._workspace.shelf.get(id) for id in files)
        draft = Draft(self._marked_up(text), thread_ts=thread_ts, files=kept)
        self._workspace.timeline.post(room.id, person, draft)

    def _marked_up(self, text: str) -> str:
        """As Slack stores it: entities escaped, names turned into mentions."""
        for raw, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
            text = text.replace(raw, entity)
        known = [*self._workspace.rooms.people.values(), *self._workspace.rooms.bots.values()]
        for person in known:
            text = text.replace(f"@{person.name}", f"<@{person.id}>")
        return text

    def _command(self, person: str, room: Channel, typed: str, thread_ts: str) -> None:
        name, _, text = typed.partition(" ")
        if thread_ts:
            sorry = f"{name} is not supported in threads. Sorry!"
            self._workspace.notice(room.id, person, sorry, thread_ts)
        elif name == "/invite":
            self._invite(person, room, text.strip())
        elif name not in self._workspace.installation.commands:
            sorry = f"“{name}” is not a valid command. The app's commands are listed by “/”."
            self._workspace.notice(room.id, person, sorry)
        else:
            self._call(person, room, typed)

    def _call(self, person: str, room: Channel, typed: str) -> None:
        name, _, text = typed.partition(" ")
        workspace = self._workspace
        if name in workspace.installation.escaped_commands:
            text = self._marked_up(text)
        hook = workspace.tickets.hook(person, room.id, command=typed)
        payload = payloads.command(workspace, hook, room, name, text.strip())
        id = workspace.pulse.id("C")
        failed = self._failure(hook)
        answered = self._answer(hook)
        self._courier.send(Envelope(id, COMMAND, payload, answered, failed))

    def _answer(self, hook: Hook) -> Any:
        def answered(payload: Any) -> None:
            if not isinstance(payload, dict):
                return
            try:
                hooks.acknowledged(self._workspace, hook, payload)
            except SlackError as refusal:
                self._failure(hook)(refusal.code)

        return answered

    def _failure(self, hook: Hook) -> Any:
        def failed(code: str) -> None:
            name = hook.command.partition(" ")[0]
            sentence = f'{name} failed with the error "{code}"'
            self._workspace.notice(hook.channel, hook.person, sentence)

        return failed

    def _invite(self, person: str, room: Channel, who: str) -> None:
        if who.lstrip("@") != BOT_NAME or room.is_dm:
            self._workspace.notice(room.id, person, f"There is nobody called {who} to invite.")
        elif BOT_USER in room.members:
            self._workspace.notice(room.id, person, f"{BOT_NAME} is in this channel already.")
        else:
            self._channels.add_bot(room.id, person)
            text = f"was added to #{room.name} by <@{person}>."
            joined = Draft(text, subtype="channel_join")
            self._workspace.timeline.post(room.id, BOT_USER, joined)
