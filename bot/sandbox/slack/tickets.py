"""What Slack hands out for a short while: trigger ids, response URLs, one-shot socket addresses."""

from dataclasses import dataclass, field, replace

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.nouns import Message
from bot.sandbox.slack.pulse import Pulse

TRIGGER_SECONDS = 3.0
HOOK_SECONDS = 30 * 60.0
HOOK_USES = 5


@dataclass(frozen=True, slots=True)
class Trigger:
    person: str
    at: float
    used: bool = False


@dataclass(frozen=True, slots=True)
class Hook:
    """Where a response_url leads: the person and place it was made for, the message clicked."""

    id: str
    person: str
    channel: str
    at: float
    command: str = ""
    source: Message | None = None
    uses: int = 0


@dataclass(slots=True)
class Tickets:
    pulse: Pulse
    _triggers: dict[str, Trigger] = field(default_factory=dict)
    _hooks: dict[str, Hook] = field(default_factory=dict)
    _links: set[str] = field(default_factory=set)

    def trigger(self, person: str) -> str:
        with self.pulse.reading():
            id = f"{self.pulse.id('')}.{self.pulse.id('')}.trigger"
            self._triggers[id] = Trigger(person, self.pulse.clock())
            return id

    def redeem(self, id: str) -> str:
        """The person behind a trigger id: once, and within three seconds."""
        with self.pulse.reading():
            trigger = self._triggers.get(id)
            if trigger is None:
                raise SlackError("invalid_trigger_id")
            if trigger.used:
                raise SlackError("exchanged_trigger_id")
            if self.pulse.clock() - trigger.at > TRIGGER_SECONDS:
                raise SlackError("expired_trigger_id")
            self._triggers[id] = replace(trigger, used=True)
            return trigger.person

    def hook(
        self, person: str, channel: str, *, command: str = "", source: Message | None = None
    ) -> Hook:
        with self.pulse.reading():
            hook = Hook(self.pulse.id("R"), person, channel, self.pulse.clock(), command, source)
            self._hooks[hook.id] = hook
            return hook

    def use(self, id: str) -> Hook:
        """The hook behind a response URL: thirty minutes, five times."""
        with self.pulse.reading():
            hook = self._hooks.get(id)
            if hook is None:
                raise SlackError("no_service")
            if self.pulse.clock() - hook.at > HOOK_SECONDS:
                raise SlackError("expired_url")
            if hook.uses >= HOOK_USES:
                raise SlackError("used_url")
            self._hooks[id] = replace(hook, uses=hook.uses + 1)
            return hook

    def link(self) -> str:
        with self.pulse.reading():
            ticket = self.pulse.id("L")
            self._links.add(ticket)
            return ticket

    def spend_link(self, ticket: str) -> bool:
        with self.pulse.reading():
            known = ticket in self._links
            self._links.discard(ticket)
            return known
