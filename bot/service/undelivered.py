"""Reports cards that Slack keeps refusing to the admins, once per cause."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.card_keys import CardKind
from bot.cards import Card
from bot.refusals import is_answer
from bot.render import admin_notices as render
from bot.service import admin_notices
from bot.service.dependencies import Dependencies
from bot.store import Tx, channels, key_values

# How long a refusal must last before the admins are notified.
NOTICE_AFTER = timedelta(minutes=10)
# The key under which the announced causes are stored.
_ANNOUNCED = "undelivered"


@dataclass(frozen=True, slots=True)
class AnnouncedRefusals:
    """The refusal *codes* that admins know of, and the *channels* that reject the bot."""

    codes: frozenset[str]
    channels: frozenset[str]


def load_announced(tx: Tx) -> AnnouncedRefusals:
    """Return the unresolved refusals that admins have been notified of."""
    closed = {channel for channel, status in channels.statuses(tx).items() if status.problem}
    return AnnouncedRefusals(frozenset(key_values.get(tx, _ANNOUNCED) or ()), frozenset(closed))


def report(deps: Dependencies, pending: Sequence[Card], announced: AnnouncedRefusals) -> None:
    """Notify the admins of each lasting refusal once, and resolve ended ones.

    A missing answer isn't a cause, because the notice couldn't be delivered either. Channels that
    reject the bot have notices of their own.
    """
    causes = _oldest_by_code(
        [card for card in pending if card.target_channel not in announced.channels], deps.now()
    )
    lasting = {code: card for code, card in causes.items() if _is_lasting(card, deps.now())}
    started, ended = lasting.keys() - announced.codes, announced.codes - causes.keys()
    if started or ended:
        _announce(deps, announced.codes, {code: lasting[code] for code in started}, ended)


def _announce(
    deps: Dependencies, before: frozenset[str], started: dict[str, Card], ended: frozenset[str]
) -> None:
    admins = admin_notices.resolve_recipients(deps.slack, deps.settings) if started else frozenset()
    now = deps.now()
    with deps.leadership.transaction() as tx:
        for code in sorted(ended):
            admin_notices.resolve(tx, _cause_key(code), now, render.messages_accepted(code))
        for code, card in started.items():
            message = render.messages_refused(code, card.error)
            admin_notices.notify_admins(tx, admins, _cause_key(code), message, now)
        key_values.put(tx, _ANNOUNCED, sorted((before - ended) | started.keys()) or None)


def _oldest_by_code(pending: Sequence[Card], now: datetime) -> dict[str, Card]:
    """Return the card that has been failing the longest, by Slack's error code."""
    failing = [card for card in pending if card.failing_since and is_answer(card.refusal)]
    others = [card for card in failing if card.key.kind is not CardKind.NOTICE]
    oldest = sorted(others, key=lambda card: card.failing_since or now, reverse=True)
    return {card.refusal: card for card in oldest}


def _is_lasting(card: Card, now: datetime) -> bool:
    return now - (card.failing_since or now) >= NOTICE_AFTER


def _cause_key(code: str) -> str:
    return f"undelivered:{code}"
