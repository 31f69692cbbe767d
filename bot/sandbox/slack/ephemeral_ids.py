"""Ids that expire: trigger ids, response URLs, tickets for one socket."""

from dataclasses import dataclass, field, replace

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.model import Message
from bot.sandbox.slack.state_lock import StateLock

TRIGGER_SECONDS = 3.0
RESPONSE_URL_SECONDS = 30 * 60.0
RESPONSE_URL_MAX_USES = 5


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger id's person and time."""

    person: str
    at: float
    is_used: bool = False


@dataclass(frozen=True, slots=True)
class ResponseUrl:
    """A response URL's person and channel, and the message or command it belongs to."""

    id: str
    person: str
    channel: str
    at: float
    command: str = ""
    source: Message | None = None
    uses: int = 0


@dataclass(slots=True)
class EphemeralIds:
    """Creates and redeems ids that expire. Thread-safe."""

    state_lock: StateLock
    _triggers: dict[str, Trigger] = field(default_factory=dict)
    _response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    _socket_tickets: set[str] = field(default_factory=set)

    def create_trigger(self, person: str) -> str:
        """Return a new trigger id."""
        with self.state_lock.read_lock():
            id = f"{self.state_lock.id('')}.{self.state_lock.id('')}.trigger"
            self._triggers[id] = Trigger(person, self.state_lock.clock())
            return id

    def redeem_trigger(self, id: str) -> str:
        """Return the person of a trigger id and use it up.

        Raises:
            SlackError: if the id is unknown, used or older than three seconds.
        """
        with self.state_lock.read_lock():
            trigger = self._triggers.get(id)
            if trigger is None:
                raise SlackError("invalid_trigger_id")
            if trigger.is_used:
                raise SlackError("exchanged_trigger_id")
            if self.state_lock.clock() - trigger.at > TRIGGER_SECONDS:
                raise SlackError("expired_trigger_id")
            self._triggers[id] = replace(trigger, is_used=True)
            return trigger.person

    def create_response_url(
        self, person: str, channel: str, *, command: str = "", source: Message | None = None
    ) -> ResponseUrl:
        """Return a new response URL."""
        with self.state_lock.read_lock():
            response_url = ResponseUrl(
                self.state_lock.id("R"), person, channel, self.state_lock.clock(), command, source
            )
            self._response_urls[response_url.id] = response_url
            return response_url

    def use_response_url(self, id: str) -> ResponseUrl:
        """Return a response URL and count its use.

        Raises:
            SlackError: if it is unknown, older than 30 minutes or used five times.
        """
        with self.state_lock.read_lock():
            response_url = self._response_urls.get(id)
            if response_url is None:
                raise SlackError("no_service")
            if self.state_lock.clock() - response_url.at > RESPONSE_URL_SECONDS:
                raise SlackError("expired_url")
            if response_url.uses >= RESPONSE_URL_MAX_USES:
                raise SlackError("used_url")
            self._response_urls[id] = replace(response_url, uses=response_url.uses + 1)
            return response_url

    def set_source(self, id: str, message: Message) -> None:
        """Let the response URL of a command replace *message*, its last reply."""
        with self.state_lock.read_lock():
            self._response_urls[id] = replace(self._response_urls[id], source=message)

    def create_socket_ticket(self) -> str:
        """Return a new ticket for one socket."""
        with self.state_lock.read_lock():
            ticket = self.state_lock.id("L")
            self._socket_tickets.add(ticket)
            return ticket

    def use_socket_ticket(self, ticket: str) -> bool:
        """Use up a ticket; return whether it was valid."""
        with self.state_lock.read_lock():
            is_valid = ticket in self._socket_tickets
            self._socket_tickets.discard(ticket)
            return is_valid
