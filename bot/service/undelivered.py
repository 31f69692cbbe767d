"""Which cards Slack refuses for long, and telling the admins about each cause."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.cards import Card
from bot.refusals import is_answer
from bot.render import notes
from bot.service import admin_notices
from bot.service.parts import Parts
from bot.store import Tx, channels, facts

# So long a refusal may last before an admin has to hear of it.
NOTICE_AFTER = timedelta(minutes=10)
# The name of the fact that lists the causes that admins have heard of.
_ANNOUNCED = "undelivered"


@dataclass(frozen=True, slots=True)
class Known:
    """What admins have heard: *codes* of refusals, and *channels* that keep the bot out."""

    codes: frozenset[str]
    channels: frozenset[str]


def known(tx: Tx) -> Known:
    """Return what admins have heard of and what is not over yet."""
    closed = {channel for channel, status in channels.statuses(tx).items() if status.problem}
    return Known(frozenset(facts.get(tx, _ANNOUNCED) or ()), frozenset(closed))


def report(parts: Parts, waiting: Sequence[Card], known: Known) -> None:
    """Announce each refusal that lasts, once, and end the announcement when it is over.

    A Slack that gives no answer is no cause: it would not take the announcement either. Of a
    channel that keeps the bot out, the admins hear by its own notice.
    """
    causes = _causes(parts, [card for card in waiting if card.place not in known.channels])
    lasting = {code: card for code, card in causes.items() if _lasts(parts, card)}
    begun, over = lasting.keys() - known.codes, known.codes - causes.keys()
    if begun or over:
        _announce(parts, known.codes, {code: lasting[code] for code in begun}, over)


def _announce(
    parts: Parts, before: frozenset[str], begun: dict[str, Card], over: frozenset[str]
) -> None:
    admins = admin_notices.recipients(parts) if begun else frozenset()
    now = parts.now()
    with parts.leader_transaction() as tx:
        for code in sorted(over):
            admin_notices.resolve(tx, _cause(code), now, notes.delivered(code))
        for code, card in begun.items():
            message = notes.undelivered(code, card.error)
            admin_notices.notify_admins(tx, admins, _cause(code), message, now)
        facts.put(tx, _ANNOUNCED, sorted((before - over) | begun.keys()) or None)


def _causes(parts: Parts, waiting: Sequence[Card]) -> dict[str, Card]:
    """Return, by Slack's code, the card that has been refused with it the longest."""
    failing = [card for card in waiting if card.failing_since and is_answer(card.refusal)]
    others = [card for card in failing if not admin_notices.is_notice(card.subject)]
    oldest = sorted(others, key=lambda card: card.failing_since or parts.now(), reverse=True)
    return {card.refusal: card for card in oldest}


def _lasts(parts: Parts, card: Card) -> bool:
    return parts.now() - (card.failing_since or parts.now()) >= NOTICE_AFTER


def _cause(code: str) -> str:
    return f"undelivered:{code}"
