"""Delivery: posts, edits, verifies and deletes cards until Slack shows their current content."""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot import cards as core
from bot import metrics
from bot.cards import Card, DeliveryAction, Message, MessageRef, delivery
from bot.errors import SlackError, SlackRateLimited, SlackUnavailable
from bot.render import footnotes
from bot.service import reply_channel, undelivered
from bot.service.dependencies import Dependencies, Job
from bot.service.leadership import Leadership
from bot.slack.rate_limiter import SlackRateLimiter
from bot.store import Tx, cards

logger = logging.getLogger(__name__)


def deliver(deps: Dependencies) -> None:
    """Deliver every card that is behind; end the run if Slack doesn't answer."""
    pending, announced = _load_pending(deps.leadership, deps.rate_limiter)
    reasons = Counter(card.refusal or "no answer" for card in pending if card.failing_since)
    metrics.record_backlog(deps.now().timestamp(), len(pending), reasons)
    undelivered.report_refusals(deps, pending, announced)
    _perform_all(deps, pending)


def _load_pending(
    leadership: Leadership, rate_limiter: SlackRateLimiter
) -> tuple[Sequence[Card], undelivered.AnnouncedRefusals]:
    """Return the cards that are behind, and the refusals that admins know of.

    A new leader retries at once, without the pauses that the former leader stored.
    """
    own_lease = leadership.require_lease()
    with leadership.transaction() as tx:
        if rate_limiter.is_new_epoch(own_lease.epoch):
            cards.retry(tx)
        return cards.pending(tx), undelivered.load_announced(tx)


def _perform_all(deps: Dependencies, pending: Sequence[Card]) -> None:
    for card in pending:
        action = core.next_action(card, deps.now())
        if action is DeliveryAction.WAIT:
            continue
        if not deps.rate_limiter.try_acquire(action, card.target_channel, deps.now()):
            _record_pause(deps, card, action)
            continue
        try:
            _perform(deps, card, action)
        except SlackRateLimited as error:
            deps.rate_limiter.block_until(
                action, card.target_channel, deps.now() + timedelta(seconds=error.after)
            )
        except SlackUnavailable as error:
            logger.warning("Slack does not accept cards now: %s", error)
            return


def _record_pause(deps: Dependencies, card: Card, action: DeliveryAction) -> None:
    """Record that a rate limit of another card delays a requested card."""
    pause = deps.rate_limiter.pause(action, card.target_channel, deps.now())
    if card.user and card.ts is None and pause > undelivered.DELAY_NOTICE_AFTER:
        seconds = pause.total_seconds()
        error = SlackRateLimited(
            "Slack is rate-limiting me in that channel.", "ratelimited", seconds
        )
        _record_rejection(deps, card, error)


def _perform(deps: Dependencies, card: Card, action: DeliveryAction) -> None:
    match action:
        case DeliveryAction.POST:
            _post(deps, card)
        case DeliveryAction.UPDATE:
            _update(deps, card)
        case DeliveryAction.VERIFY:
            _verify(deps, card)
        case DeliveryAction.DELETE:
            _delete(deps, card)


def _post(deps: Dependencies, card: Card) -> None:
    sending = _claim(deps.leadership, card, deps.now())
    if sending is None:
        return
    deps.leadership.assert_leading()
    message, thread, nonce = _with_footnotes(sending), sending.thread, sending.nonce
    try:
        ref = deps.slack.post(sending.target_channel, message, thread=thread, nonce=nonce)
    except SlackError as error:
        _record_rejection(deps, card, error)
        _stop_if_unavailable(error)
        return
    with deps.leadership.transaction() as tx:
        posted = delivery.mark_posted(sending, ref.channel, ref.ts, deps.now())
        cards.save_delivery(tx, sending, posted)
        undelivered.withdraw_delay_notice(tx, sending)


def _claim(leadership: Leadership, card: Card, now: datetime) -> Card | None:
    """Store that *card* is being sent, and return its current content.

    None means that it must not be posted any more, because its thread was deleted or its incident
    muted meanwhile.
    """
    with leadership.transaction() as tx:
        current = cards.lock(tx, card.id)
        if (
            core.next_action(current, now) is not DeliveryAction.POST
            or current.target_channel != card.target_channel
        ):
            return None
        sending = delivery.mark_sending(current, now)
        cards.save_delivery(tx, current, sending)
    return sending


def _update(deps: Dependencies, card: Card) -> None:
    assert card.ts, "only what was posted can be updated"
    deps.leadership.assert_leading()
    try:
        deps.slack.update(MessageRef(card.target_channel, card.ts), _with_footnotes(card))
    except SlackError as error:
        _record_rejection(deps, card, error)
        _stop_if_unavailable(error)
        return
    _save(
        deps.leadership, card, delivery.mark_posted(card, card.target_channel, card.ts, deps.now())
    )


def _verify(deps: Dependencies, card: Card) -> None:
    """Search the history for a post with unknown outcome before it is posted again."""
    assert card.sending_since, "only what is being sent can be looked for"
    try:
        found = deps.slack.find(
            card.target_channel, card.nonce, card.sending_since, thread=card.thread
        )
    except SlackError as error:
        logger.warning("the history of %s cannot be read: %s", card.target_channel, error)
        after = delivery.mark_unverified(card, error, deps.now())
        _save(deps.leadership, card, after)
        undelivered.report_delay(deps, card, after, error)
        _stop_if_unavailable(error)
        return
    now = deps.now()
    if found:
        _save(deps.leadership, card, delivery.mark_adopted(card, found, now))
    else:
        _save(deps.leadership, card, delivery.mark_not_found(card, now))
        deps.trigger(Job.DELIVER)


def _delete(deps: Dependencies, card: Card) -> None:
    """Delete the message that a newer one of the same card has replaced."""
    assert card.replaced_ts, "only what was replaced is deleted"
    deps.leadership.assert_leading()
    try:
        deps.slack.delete(MessageRef(card.target_channel, card.replaced_ts))
    except SlackError as error:
        logger.info("a message that was replaced is still there: %s", error)
        _save(deps.leadership, card, delivery.mark_not_deleted(card, error, deps.now()))
        _stop_if_unavailable(error)
        return
    _save(deps.leadership, card, delivery.mark_deleted(card))


def _record_rejection(deps: Dependencies, card: Card, error: SlackError) -> None:
    """Store the consequences of a rejection, and tell the person who waits for *card*."""
    logger.warning("card %s (%s): %s", card.id, card.key, error)
    with deps.leadership.transaction() as tx:
        current = cards.lock(tx, card.id)  # read again: it may be resolved or changed by now
        after = delivery.mark_rejected(current, error, deps.now())
        cards.save_delivery(tx, current, after)
        if delivery.is_thread_gone(current, error):
            _repost_parent(tx, current, deps.now())
    if after.plain and not current.plain:
        logger.warning(
            "its content is rejected; its shape: %s", footnotes.shape(_with_footnotes(current))
        )
    if after.via_dm and not current.via_dm:
        reply_channel.follow_up_by_dm(deps.slack, deps.response_urls, after, deps.now())
    else:
        undelivered.report_delay(deps, card, after, error)


def _stop_if_unavailable(error: SlackError) -> None:
    """Raise *error* if Slack doesn't answer, which ends the run."""
    if isinstance(error, SlackUnavailable):
        raise error


def _repost_parent(tx: Tx, reply: Card, now: datetime) -> None:
    """Post the deleted card that *reply* belongs to again, because it has the reply's news."""
    parent = cards.parent_in_channel(tx, reply.id)
    if parent is not None:
        cards.save_delivery(tx, parent, delivery.mark_gone(parent, now))


def _with_footnotes(card: Card) -> Message:
    """Return the card's message with the footnotes that explain its place."""
    message = card.content
    if card.via_dm:
        message = footnotes.sent_by_dm(message, card.channel_error, card.channel)
    elif card.replacements:
        message = footnotes.replaces(message)
    if card.may_repeat:
        message = footnotes.may_repeat(message)
    return footnotes.plain(message) if card.plain else message


def _save(leadership: Leadership, before: Card, after: Card) -> None:
    with leadership.transaction() as tx:
        cards.save_delivery(tx, before, after)
