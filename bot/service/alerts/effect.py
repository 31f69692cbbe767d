"""The effect of an action on alerts: its reply, announcement and cards."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.alerts.incident import Incident
from bot.cards import Message
from bot.cards.keys import CardKey
from bot.command import Context
from bot.render.alerts.context import AlertContext
from bot.service.alerts.board import make_context
from bot.settings import Settings
from bot.store import Tx, spaces


@dataclass(frozen=True, slots=True)
class Effect:
    """The reply of an action, and the incidents and Spaces whose cards it changes.

    `announce` returns the message for another channel about the Spaces routed there, or about those
    that `shown_in` names.
    """

    reply: Message
    changed: tuple[Incident, ...] = ()
    spaces: tuple[str, ...] = ()
    announce: Callable[[Sequence[str]], Message] | None = None
    key: CardKey | None = None  # of the announcement; None: it is that of the request
    audit_line: str = ""  # "": the text of the reply
    shown_in: Mapping[str, Sequence[str]] = field(default_factory=dict)  # Spaces by channel
    confirmation: Message | None = None  # of what it costs, after the reply


def load_context(
    tx: Tx, settings: Settings, context: Context, shown: Sequence[str]
) -> AlertContext:
    """Return the context of messages about the Spaces *shown*."""
    return make_context(settings, context.commands, spaces.fleet(tx), shown, {})
