"""The whole state of the sandbox's Slack, behind one lock: what any test may look at."""

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
    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        installation: Installation | None = None,
    ) -> None:
        self.installation = installation or Installation()
        self.base_url = ""
        self.state_lock = StateLock(clock)
        self.directory = Directory(self.state_lock)
        self.message_store = MessageStore(self.state_lock, self.directory)
        self.modals = Modals(self.state_lock)
        self.ephemeral_ids = EphemeralIds(self.state_lock)
        self.files = FileStore(self.state_lock)

    def messages(self, channel: str, person: str = "") -> tuple[Message, ...]:
        """The top level of a channel as this person sees it, oldest first."""
        return self.message_store.visible_to(self.directory.find(channel).id, person)

    def replies(self, message: Message, person: str = "") -> tuple[Message, ...]:
        return self.message_store.replies(message.channel, message.ts, person)

    def view(self, person: str) -> View | None:
        """The modal that this person has before their eyes."""
        return self.modals.top(person)

    def pushes(self, person: str) -> tuple[Push, ...]:
        return self.message_store.pushes(person)

    def wait_for(self, predicate: Callable[[], Found], timeout: float = WAIT_SECONDS) -> Found:
        """The first truthy answer of the predicate, asked after each change."""
        return self.state_lock.wait_for(predicate, timeout)

    def wait_for_text(self, channel: str, text: str, person: str = "") -> Message:
        """The first message, reply or edit there that contains these words."""
        channel_id = self.directory.find(channel).id

        def found() -> Message | None:
            seen = self.message_store.all_messages(channel_id)
            mine = (m for m in seen if m.ephemeral_for in ("", person))
            return next((m for m in mine if text in f"{m.text} {m.blocks}"), None)

        message = self.wait_for(found)
        assert message is not None
        return message

    def post_notice(self, channel: str, person: str, text: str, thread_ts: str = "") -> None:
        """Slackbot tells this person, and nobody else."""
        self.message_store.post(
            channel, SLACKBOT, Draft(text, thread_ts=thread_ts), ephemeral_for=person
        )
