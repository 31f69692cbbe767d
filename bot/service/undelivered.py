"""Which cards Slack refuses for long, and telling the admins about each cause."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.cards import Card
from bot.refusals import is_answer
from bot.render import admin_notices as render
from bot.service import admin_notices
from bot.service.dependencies import Dependencies
from bot.store import Tx, channels, key_values

# So long a refusal may last before an admin has to hear of it.
NOTICE_AFTER = timedelta(minutes=10)
# The name of the fact that lists the causes that admins have heard of.
_ANNOUNCED = "undelivered"


@dataclass(frozen=True, slots=True)
class AnnouncedRefusals:
    """What admins have heard: *codes* of refusals, and *channels* that keep the bot out."""

    codes: frozenset[str]
    channels: frozenset[str]


def load_announced(tx: Tx) -> AnnouncedRefusals:
    """Return what admins have heard of and what is not over yet."""
    closed = {channel for channel, status in channels.statuses(tx).items() if status.problem}
    return AnnouncedRefusals(frozenset(key_values.get(tx, _ANNOUNCED) or ()), frozenset(closed))


def report(deps: Dependencies, pending: Sequence[Card], announced: AnnouncedRefusals) -> None:
    """Announce each refusal that lasts, once, and end the announcement when it is over.

    A Slack that gives no answer is no cause: it would not take the announcement either. Of a
    channel that keeps the bot out, the admins hear by its own notice.
    """
    causes = _oldest_by_code(
        deps, [card for card in pending if card.target_channel not in announced.channels]
    )
    lasting = {code: card for code, card in causes.items() if _is_lasting(deps, card)}
    started, ended = lasting.keys() - announced.codes, announced.codes - causes.keys()
    if started or ended:
        _announce(deps, announced.codes, {code: lasting[code] for code in started}, ended)


def _announce(
    deps: Dependencies, before: frozenset[str], started: dict[str, Card], ended: frozenset[str]
) -> None:
    admins = admin_notices.resolve_recipients(deps) if started else frozenset()
    now = deps.now()
    with deps.leader_transaction() as tx:
        for code in sorted(ended):
            admin_notices.resolve(tx, _cause_key(code), now, render.messages_accepted(code))
        for code, card in started.items():
            message = render.messages_refused(code, card.error)
            admin_notices.notify_admins(tx, admins, _cause_key(code), message, now)
        key_values.put(tx, _ANNOUNCED, sorted((before - ended) | started.keys()) or None)


def _oldest_by_code(deps: Dependencies, pending: Sequence[Card]) -> dict[str, Card]:
    """Return, by Slack's code, the card that has been refused with it the longest."""
    failing = [card for card in pending if card.failing_since and is_answer(card.refusal)]
    others = [card for card in failing if not admin_notices.is_notice(card.key)]
    oldest = sorted(others, key=lambda card: card.failing_since or deps.now(), reverse=True)
    return {card.refusal: card for card in oldest}


def _is_lasting(deps: Dependencies, card: Card) -> bool:
    return deps.now() - (card.failing_since or deps.now()) >= NOTICE_AFTER


def _cause_key(code: str) -> str:
    return f"undelivered:{code}"
