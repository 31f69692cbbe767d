"""The whole state of the simulated Slack, protected by one lock."""

import time
from collections.abc import Callable
from typing import TypeVar

from bot.sandbox.slack.directory import Directory
from bot.sandbox.slack.ephemeral_ids import EphemeralIds
from bot.sandbox.slack.files import FileStore
from bot.sandbox.slack.installation import Installation
from bot.sandbox.slack.messages import Draft, MessageStore
from bot.sandbox.slack.modals import Modals
from bot.sandbox.slack.model import SLACKBOT, Message, Push, View
from bot.sandbox.slack.state_lock import StateLock

Found = TypeVar("Found")
WAIT_SECONDS = 30.0


class Workspace:
    """The stores of people, messages, modals and files. Thread-safe."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        installation: Installation | None = None,
    ) -> None:
        self.installation = installation or Installation()
        self.base_url = ""
        self.state_lock = StateLock(clock)
        self.directory = Directory(self.state_lock, self.installation.bot_name)
        self.message_store = MessageStore(self.state_lock, self.directory)
        self.modals = Modals(self.state_lock)
        self.ephemeral_ids = EphemeralIds(self.state_lock)
        self.files = FileStore(self.state_lock)

    def messages(self, channel: str, person: str = "") -> tuple[Message, ...]:
        """Return the messages that this person sees outside threads, oldest first."""
        return self.message_store.visible_to(self.directory.find(channel).id, person)

    def replies(self, message: Message, person: str = "") -> tuple[Message, ...]:
        """Return the replies to *message* that this person sees."""
        return self.message_store.replies(message.channel, message.ts, person)

    def view(self, person: str) -> View | None:
        """Return the modal that this person sees, or None."""
        return self.modals.top(person)

    def pushes(self, person: str) -> tuple[Push, ...]:
        """Return the notifications on this person's phone."""
        return self.message_store.pushes(person)

    def wait_for(self, predicate: Callable[[], Found], timeout: float = WAIT_SECONDS) -> Found:
        """Wait until *predicate* returns a true value after a change; return that value.

        Raises:
            TimeoutError: after *timeout* seconds.
        """
        return self.state_lock.wait_for(predicate, timeout)

    def wait_for_text(self, channel: str, text: str, person: str = "") -> Message:
        """Wait for the first message or reply in *channel* that contains *text*.

        Raises:
            TimeoutError: after 30 seconds.
        """
        channel_id = self.directory.find(channel).id

        def found() -> Message | None:
            seen = self.message_store.all_messages(channel_id)
            mine = (m for m in seen if m.ephemeral_for in ("", person))
            return next((m for m in mine if text in f"{m.text} {m.blocks}"), None)

        message = self.wait_for(found)
        assert message is not None
        return message

    def post_notice(self, channel: str, person: str, text: str, thread_ts: str = "") -> None:
        """Post an ephemeral message of Slackbot's to *person*."""
        self.message_store.post(
            channel, SLACKBOT, Draft(text, thread_ts=thread_ts), ephemeral_for=person
        )
