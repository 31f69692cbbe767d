"""The card of an upload, which the operation that follows the build takes over."""

from dataclasses import dataclass

from bot.card_keys import CardKey, CardKind
from bot.cards import Message
from bot.model import Ask
from bot.render import uploads as render
from bot.service import request_state
from bot.service.dependencies import Clock, Job, Trigger
from bot.store import Store, Tx, asks, cards


@dataclass(frozen=True, slots=True)
class UploadCard:
    """The card of the upload that *ask* requested."""

    store: Store
    trigger: Trigger
    clock: Clock
    ask: Ask

    @property
    def key(self) -> CardKey:
        return _key(self.ask)

    def show(self, message: Message, *, is_start: bool = False) -> None:
        """Show *message*, which is also a heartbeat; *is_start* records that effects may begin."""
        ask, now = self.ask, self.clock()
        with self.store.transaction() as tx:
            asks.heartbeat(tx, ask.idempotency_key, now)
            if is_start:
                request_state.mark_started(tx, ask)
            cards.upsert(tx, self.key, ask.channel, message, now, user=ask.user, thread=ask.thread)
        self.trigger(Job.DELIVER)


def show_interrupted(tx: Tx, ask: Ask) -> None:
    """Show on the card of an upload, if it has one, that its process stopped."""
    interrupted = render.interrupted_card()
    cards.set_contents(tx, {card.id: interrupted for card in cards.by_key(tx, _key(ask))})


def _key(ask: Ask) -> CardKey:
    return CardKey.of_request(CardKind.UPLOAD, ask.idempotency_key)
