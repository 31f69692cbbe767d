"""
Reports of cards that Slack refuses or delays, to requesters and admins.

Admins get one message per cause of a lasting refusal. The requester of a delayed card is told
through the response URL of the request if there is one, otherwise by a direct message. That one is
a card with a key for each delayed card, so it's sent once and survives a restart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.cards import Card, next_attempt_at
from bot.cards.keys import CardKey, CardKind
from bot.cards.transitions import cancel_unposted
from bot.errors import SlackError, SlackRateLimited, SlackUnavailable
from bot.refusals import Refusal, classify_refusal, is_answer
from bot.render import admin_notices as render
from bot.render import footnotes
from bot.service import admin_notices, reply_channel
from bot.service.dependencies import Dependencies, Job
from bot.store import Tx, cards, channels, key_values

# How long a refusal must last before the admins are notified.
NOTICE_AFTER = timedelta(minutes=10)
# The key under which the announced causes are stored.
_ANNOUNCED = "undelivered"
# The requester is notified of a longer delay.
DELAY_NOTICE_AFTER = timedelta(seconds=1.5)


@dataclass(frozen=True, slots=True)
class AnnouncedRefusals:
    """The refusal *codes* that admins know of, and the *channels* that reject the bot."""

    codes: frozenset[str]
    channels: frozenset[str]


def load_announced(tx: Tx) -> AnnouncedRefusals:
    """Return the unresolved refusals that admins have been notified of."""
    closed = {channel for channel, status in channels.statuses(tx).items() if status.problem}
    return AnnouncedRefusals(frozenset(key_values.get(tx, _ANNOUNCED) or ()), frozenset(closed))


def report_refusals(
    deps: Dependencies, pending: Sequence[Card], announced: AnnouncedRefusals
) -> None:
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


def report_delay(deps: Dependencies, before: Card, after: Card, error: SlackError) -> None:
    """Show *after* to its requester if *error* has just made its delay noticeable."""
    if not _is_newly_delayed(before, after):
        return
    is_notified = reply_channel.follow_later(deps.slack, deps.response_urls, after, deps.now())
    if is_notified or not _is_limited_to_channel(error):
        return
    message = footnotes.followed_later(after.message, after.refusal, after.channel)
    with deps.leadership.transaction() as tx:
        user = after.user or ""
        cards.upsert(tx, CardKey.delay_notice(after.id), user, message, deps.now(), user=user)
    deps.trigger(Job.DELIVER)


def withdraw_delay_notice(tx: Tx, card: Card) -> None:
    """Drop the notice about *card*, which Slack shows now, unless it was sent."""
    if card.user and card.failing_since:
        notices = cards.by_key(tx, CardKey.delay_notice(card.id))
        cards.change(tx, [notice.id for notice in notices], cancel_unposted)


def _is_newly_delayed(before: Card, after: Card) -> bool:
    """Return whether the last failure made the delay of a requested card noticeable.

    Nothing is reported about direct messages, because there is no other channel.
    """
    has_other_channel = after.user and not after.via_dm and after.channel[:1] not in "DUW"
    if not has_other_channel or after.ts is not None:
        return False
    return _delay(before) <= DELAY_NOTICE_AFTER < _delay(after)


def _is_limited_to_channel(error: SlackError) -> bool:
    """Return whether Slack may accept a direct message in spite of *error*."""
    if isinstance(error, SlackUnavailable):
        return isinstance(error, SlackRateLimited)
    return classify_refusal(error.code) is not Refusal.AUTH


def _delay(card: Card) -> timedelta:
    """Return how long *card* will have been delayed at its next attempt."""
    attempt_at = next_attempt_at(card)
    if attempt_at is None or card.failing_since is None:
        return timedelta()
    return attempt_at - card.failing_since
