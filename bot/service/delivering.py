"""Making Slack show what it should show, newest version only."""

import logging
from dataclasses import replace
from datetime import timedelta

from bot import cards as core
from bot import metrics
from bot.cards import Card, Message, Move, Place
from bot.errors import SlackError, SlackTooFast, SlackUnavailable
from bot.render import notes
from bot.service.parts import Parts
from bot.store import cards

logger = logging.getLogger(__name__)


def deliver(parts: Parts) -> None:
    """Bring every card nearer to what it should be; stop the round when Slack is silent."""
    with parts.leader_transaction() as tx:
        waiting = cards.unequal(tx)
    metrics.delivers(parts.now().timestamp(), len(waiting))
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
    _keep(parts, core.posted(sending, place.channel, place.ts, parts.now()))


def _claimed(parts: Parts, card: Card) -> Card | None:
    """Write down that *card* leaves now, as it is wanted by now; None: it is not any more.

    A moment ago what it answers may have been deleted, or what it tells of muted.
    """
    now = parts.now()
    with parts.leader_transaction() as tx:
        (fresh,) = cards.get(tx, [card.id])
        if core.move(fresh, now) is not Move.POST or fresh.place != card.place:
            return None
        sending = core.posting(fresh, now)
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
    _keep(parts, core.posted(card, card.place, card.ts, parts.now()))


def _look(parts: Parts, card: Card) -> None:
    """A post left and no answer came: look whether it is there before posting again."""
    assert card.sending_since, "only what is being sent can be looked for"
    try:
        found = parts.slack.find(card.place, card.nonce, card.sending_since, thread=card.thread)
    except SlackUnavailable as error:
        _keep(parts, core.unseen(card, error, parts.now()))
        raise
    except SlackError as error:
        logger.warning("the history of %s cannot be read: %s", card.place, error)
        if core.may_be_seen_later(card, error):
            _keep(parts, core.unseen(card, error, parts.now()))
            return
        _keep(parts, replace(core.missing(card, parts.now()), error=notes.MAY_REPEAT))
        return
    after = core.adopted(card, found, parts.now()) if found else core.missing(card, parts.now())
    _keep(parts, after)


def _refused(parts: Parts, card: Card, error: SlackError) -> None:
    """Write down what the refusal means; a silent Slack ends the round."""
    logger.warning("card %s (%s): %s", card.id, card.subject, error)
    with parts.leader_transaction() as tx:
        (fresh,) = cards.get(tx, [card.id])  # it may be over by now, or tell of worse
        cards.keep(tx, core.refused(fresh, error, parts.now()))
    if isinstance(error, SlackUnavailable):
        raise error


def _as_posted(card: Card) -> Message:
    """Return the card's message, with a word about why it stands where it stands."""
    if card.directly:
        return notes.directly(card.message, card.kept_out)
    return notes.may_repeat(card.message) if card.error == notes.MAY_REPEAT else card.message


def _keep(parts: Parts, card: Card) -> None:
    with parts.leader_transaction() as tx:
        cards.keep(tx, card)
