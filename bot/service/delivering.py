"""Making Slack show what it should show, newest version only."""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from bot import cards as core
from bot import delivery, metrics
from bot.cards import Card, Message, Move, Place
from bot.errors import SlackError, SlackTooFast, SlackUnavailable
from bot.render import notes
from bot.service import replying, undelivered
from bot.service.parts import Parts
from bot.store import cards, lease

logger = logging.getLogger(__name__)


def deliver(parts: Parts) -> None:
    """Bring every card nearer to what it should be; stop the round when Slack is silent."""
    waiting, known = _waiting(parts)
    reasons = Counter(card.refusal or "no answer" for card in waiting if card.failing_since)
    metrics.delivers(parts.now().timestamp(), len(waiting), reasons)
    undelivered.report(parts, waiting, known)
    _round(parts, waiting)


def _waiting(parts: Parts) -> tuple[Sequence[Card], undelivered.Known]:
    """Return the cards that are behind, and what admins have heard of.

    Whoever begins to lead waits for none of the pauses that were written down before.
    """
    held = parts.leading()
    if held is None:
        raise lease.Deposed
    with parts.leader_transaction() as tx:
        if parts.pace.begins(held.epoch):
            cards.retry(tx)
        return cards.unequal(tx), undelivered.known(tx)


def _round(parts: Parts, waiting: Sequence[Card]) -> None:
    for card in waiting:
        move = core.move(card, parts.now())
        if move is Move.WAIT or not parts.pace.lets(move, card.place, parts.now()):
            continue
        try:
            _bring(parts, card, move)
        except SlackTooFast as error:
            parts.pace.hold(move, card.place, parts.now() + timedelta(seconds=error.after))
        except SlackUnavailable as error:
            logger.warning("Slack does not take cards now: %s", error)
            return


def _bring(parts: Parts, card: Card, move: Move) -> None:
    match move:
        case Move.POST:
            _post(parts, card)
        case Move.UPDATE:
            _update(parts, card)
        case Move.LOOK:
            _look(parts, card)
        case Move.DELETE:
            _delete(parts, card)


def _post(parts: Parts, card: Card) -> None:
    sending = _claimed(parts, card)
    if sending is None:
        return
    parts.still_lead()
    message, thread, nonce = _as_posted(sending), sending.thread, sending.nonce
    try:
        place = parts.slack.post(sending.place, message, thread=thread, nonce=nonce)
    except SlackError as error:
        _refused(parts, sending, error)
        return
    _keep(parts, delivery.posted(sending, place.channel, place.ts, parts.now()))


def _claimed(parts: Parts, card: Card) -> Card | None:
    """Write down that *card* leaves now, as it is wanted by now; None: it is not any more.

    A moment ago what it answers may have been deleted, or what it tells of muted.
    """
    now = parts.now()
    with parts.leader_transaction() as tx:
        (fresh,) = cards.get(tx, [card.id])
        if core.move(fresh, now) is not Move.POST or fresh.place != card.place:
            return None
        sending = delivery.posting(fresh, now)
        cards.keep(tx, sending)
    return sending


def _update(parts: Parts, card: Card) -> None:
    assert card.ts, "only what was posted can be updated"
    parts.still_lead()
    try:
        parts.slack.update(Place(card.place, card.ts), _as_posted(card))
    except SlackError as error:
        _refused(parts, card, error)
        return
    _keep(parts, delivery.posted(card, card.place, card.ts, parts.now()))


def _look(parts: Parts, card: Card) -> None:
    """A post left and no answer came: look whether it is there before posting again."""
    assert card.sending_since, "only what is being sent can be looked for"
    try:
        found = parts.slack.find(card.place, card.nonce, card.sending_since, thread=card.thread)
    except SlackError as error:
        logger.warning("the history of %s cannot be read: %s", card.place, error)
        _keep(parts, delivery.unseen(card, error, parts.now()))
        if isinstance(error, SlackUnavailable):
            raise
        return
    now = parts.now()
    _keep(parts, delivery.adopted(card, found, now) if found else delivery.missing(card, now))


def _delete(parts: Parts, card: Card) -> None:
    """Take away the message that another one has replaced, if Slack lets us."""
    assert card.replaced_ts, "only what was replaced is deleted"
    parts.still_lead()
    try:
        parts.slack.delete(Place(card.place, card.replaced_ts))
    except SlackError as error:
        logger.info("a message that was replaced is still there: %s", error)
        _keep(parts, delivery.undeleted(card, error, parts.now()))
        if isinstance(error, SlackUnavailable):
            raise
        return
    _keep(parts, delivery.deleted(card))


def _refused(parts: Parts, card: Card, error: SlackError) -> None:
    """Write down what the refusal means; a silent Slack ends the round."""
    logger.warning("card %s (%s): %s", card.id, card.subject, error)
    with parts.leader_transaction() as tx:
        (fresh,) = cards.get(tx, [card.id])  # it may be over by now, or tell of worse
        after = delivery.refused(fresh, error, parts.now())
        cards.keep(tx, after)
    if after.plain and not fresh.plain:
        logger.warning("its content is refused; its shape: %s", notes.shape(_as_posted(fresh)))
    if after.directly and not fresh.directly:
        replying.follow_directly(parts, after)
    elif _is_first_delay(fresh, after, error):
        replying.follow_later(parts, after)
    if isinstance(error, SlackUnavailable):
        raise error


def _is_first_delay(before: Card, after: Card, error: SlackError) -> bool:
    """Return whether somebody waits for a card that Slack has just refused for a while."""
    is_asked_for = bool(after.user) and after.ts is None and not after.thread
    is_refused = not isinstance(error, SlackUnavailable)
    return is_asked_for and is_refused and (before.tries, after.tries) == (0, 1)


def _as_posted(card: Card) -> Message:
    """Return the card's message, with a word about why it stands where it stands."""
    message = card.message
    if card.directly:
        message = notes.directly(message, card.kept_out)
    elif card.replacements:
        message = notes.replaces(message)
    if card.may_repeat:
        message = notes.may_repeat(message)
    return notes.plain(message) if card.plain else message


def _keep(parts: Parts, card: Card) -> None:
    with parts.leader_transaction() as tx:
        cards.keep(tx, card)
