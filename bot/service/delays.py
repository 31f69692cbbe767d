"""Notices to people whose card Slack delays, so that nobody waits without a word.

The response URL of the request is used if there is one, and else a direct message. The message is
a card of its own, with one key for each delayed card, so it's sent once and survives a restart.
"""

from datetime import timedelta

from bot.card_keys import CardKey
from bot.card_transitions import cancel_unposted
from bot.cards import Card, next_attempt_at
from bot.errors import SlackError, SlackTooFast, SlackUnavailable
from bot.refusals import Refusal, classify_refusal
from bot.render import footnotes
from bot.service import reply_channel
from bot.service.dependencies import Dependencies, Job
from bot.store import Tx, cards

# The requester of a card hears of a delay that exceeds this.
DELAY_NOTICE_AFTER = timedelta(seconds=1.5)


def report(deps: Dependencies, before: Card, after: Card, error: SlackError) -> None:
    """Show *after* to its requester if *error* has just made its delay noticeable."""
    if not _is_newly_delayed(before, after):
        return
    is_told = reply_channel.follow_later(deps.slack, deps.response_urls, after, deps.now())
    if is_told or not _is_limited_to_channel(error):
        return
    message = footnotes.followed_later(after.message, after.refusal, after.channel)
    with deps.leadership.transaction() as tx:
        user = after.user or ""
        cards.upsert(tx, CardKey.delay_notice(after.id), user, message, deps.now(), user=user)
    deps.trigger(Job.DELIVER)


def withdraw(tx: Tx, card: Card) -> None:
    """Drop the notice about *card*, which Slack shows now, unless it was sent."""
    if card.user and card.failing_since:
        notices = cards.by_key(tx, CardKey.delay_notice(card.id))
        cards.change(tx, [notice.id for notice in notices], cancel_unposted)


def _is_newly_delayed(before: Card, after: Card) -> bool:
    """Return whether the last failure made the delay of a requested card noticeable.

    Nothing is reported about direct messages, because there is no other place.
    """
    has_other_place = after.user and not after.via_dm and after.channel[:1] not in "DUW"
    if not has_other_place or after.ts is not None:
        return False
    return _delay(before) <= DELAY_NOTICE_AFTER < _delay(after)


def _is_limited_to_channel(error: SlackError) -> bool:
    """Return whether Slack may accept a direct message in spite of *error*."""
    if isinstance(error, SlackUnavailable):
        return isinstance(error, SlackTooFast)
    return classify_refusal(error.code) is not Refusal.AUTH


def _delay(card: Card) -> timedelta:
    """Return how long *card* will have been delayed at its next attempt."""
    attempt_at = next_attempt_at(card)
    if attempt_at is None or card.failing_since is None:
        return timedelta()
    return attempt_at - card.failing_since
