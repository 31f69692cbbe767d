"""The whole state of the sandbox's Slack, behind one lock: what any test may look at."""

import time
from collections.abc import Callable
from typing import TypeVar

from bot.sandbox.slack.installation import Installation
from bot.sandbox.slack.modals import Modals
from bot.sandbox.slack.nouns import SLACKBOT, Message, Push, View
from bot.sandbox.slack.pulse import Pulse
from bot.sandbox.slack.rooms import Rooms
from bot.sandbox.slack.shelf import Shelf
from bot.sandbox.slack.tickets import Tickets
from bot.sandbox.slack.timeline import Draft, Timeline

Found = TypeVar("Found")
PATIENCE = 30.0


class Workspace:
    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        installation: Installation | None = None,
    ) -> None:
        self.installation = installation or Installation()
        self.base_url = ""
        self.pulse = Pulse(clock)
        self.rooms = Rooms(self.pulse)
        self.timeline = Timeline(self.pulse, self.rooms)
        self.modals = Modals(self.pulse)
        self.tickets = Tickets(self.pulse)
        self.shelf = Shelf(self.pulse)

    def messages(self, channel: str, person: str = "") -> tuple[Message, ...]:
        """The top level of a channel as this person sees it, oldest first."""
        return self.timeline.seen_by(self.rooms.find(channel).id, person)

    def replies(self, message: Message, person: str = "") -> tuple[Message, ...]:
        return self.timeline.replies(message.channel, message.ts, person)

    def view(self, person: str) -> View | None:
        """The modal that this person has before their eyes."""
        return self.modals.top(person)

    def pushes(self, person: str) -> tuple[Push, ...]:
        return self.timeline.pushes(person)

    def wait_for(self, predicate: Callable[[], Found], timeout: float = PATIENCE) -> Found:
        """The first truthy answer of the predicate, asked after each change."""
        return self.pulse.wait_for(predicate, timeout)

    def wait_for_text(self, channel: str, words: str, person: str = "") -> Message:
        """The first message, reply or edit there that contains these words."""
        room = self.rooms.find(channel).id

        def found() -> Message | None:
            seen = self.timeline.everything(room)
            mine = (m for m in seen if m.ephemeral_for in ("", person))
            return next((m for m in mine if words in f"{m.text} {m.blocks}"), None)

        message = self.wait_for(found)
        assert message is not None
        return message

    def notice(self, channel: str, person: str, text: str, thread_ts: str = "") -> None:
        """Slackbot tells this person, and nobody else."""
        self.timeline.post(channel, SLACKBOT, Draft(text, thread_ts=thread_ts), only_for=person)
