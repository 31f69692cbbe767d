"""Saying something to the one person who asked, by the way that is open."""

import logging
from collections.abc import Callable
from functools import partial
from uuid import uuid4

from bot.cards import Card, Message
from bot.command import File
from bot.errors import DatabaseUnavailable, SlackError
from bot.model import Ask, Source
from bot.refusals import Refusal, refusal
from bot.render import answers, files, notes
from bot.service.parts import Job, Parts
from bot.store import cards

logger = logging.getLogger(__name__)

#: A way of saying something to one person.
Way = Callable[[Message], object]


def reply(parts: Parts, ask: Ask, message: Message, *, replace: bool = False) -> None:
    """Tell the person who asked, and nobody else.

    By the response URL, which needs no membership; else in the channel, seen by them alone;
    else directly. Raises SlackError when no way is open.
    """
    ways = _ways(parts, ask, replace=replace)
    for way in ways[:-1]:
        try:
            _say(way, message)
        except SlackError as error:
            logger.info("the next way of telling %s is tried: %s", ask.user, error)
        else:
            return
    _say(ways[-1], message)


def tell(parts: Parts, ask: Ask, message: Message, *, replace: bool = False) -> None:
    """Reply about what is over; a Slack that refuses every way hears it later, directly."""
    try:
        reply(parts, ask, message, replace=replace)
    except SlackError as error:
        logger.warning("could not tell %s now: %s", ask.user, error)
        _queue(parts, ask, message)


def hand_over(parts: Parts, ask: Ask, file: File) -> str:
    """Tell the person who asked, and give them the file where nobody else sees it.

    Without the file the answer is still an answer, and says why there is none.
    """
    directly = ask.source is Source.DIRECT
    try:
        if directly:
            parts.slack.upload(ask.channel, file.name, file.content, thread=ask.thread)
        else:
            _send_directly(parts, ask, file)
    except SlackError as error:
        logger.warning("%s was not handed over: %s", file.name, error)
        note = files.not_handed(file.name, error)
    else:
        note = files.handed(file.name, here=directly)
    reply(parts, ask, notes.noted(file.message, note))
    return file.message.text


def _send_directly(parts: Parts, ask: Ask, file: File) -> None:
    """Put the file into the person's direct messages: what only they see cannot carry one."""
    # A file needs the channel's id, and a post is answered with it.
    place = parts.slack.post(ask.user, files.parcel(file.name, ask.channel))
    try:
        parts.slack.upload(place.channel, file.name, file.content)
    except SlackError as error:
        parts.slack.update(place, answers.say(files.not_handed(file.name, error)))
        raise


def follow_directly(parts: Parts, card: Card) -> None:
    """Tell whoever asked, where they asked, that *card* goes on in their direct messages."""
    _respond(parts, card, notes.followed_directly(card.message, card.kept_out))


def follow_later(parts: Parts, card: Card) -> None:
    """Show *card* to whoever asked, where they asked, while the channel doesn't take it yet."""
    _respond(parts, card, notes.followed_later(card.message, card.refusal))


def _respond(parts: Parts, card: Card, message: Message) -> None:
    url = parts.response_urls.get(card.user or "", card.channel, parts.now())
    if url is None:
        return
    try:
        _say(partial(parts.slack.respond, url), message)
    except SlackError as error:
        logger.info("the response URL took nothing: %s", error)


def _ways(parts: Parts, ask: Ask, *, replace: bool) -> list[Way]:
    """Return how *ask* can be answered for that person alone, the best way first."""
    slack = parts.slack
    directly = partial(slack.post, ask.user)
    if ask.source is Source.DIRECT:
        here = partial(slack.post, ask.channel, thread=ask.thread)
        return [here, directly] if ask.thread else [here]
    whisper = partial(slack.whisper, ask.channel, ask.user, thread=ask.thread)
    if ask.respond is None:
        return [whisper, directly]
    return [partial(slack.respond, ask.respond, replace=replace), whisper, directly]


def _queue(parts: Parts, ask: Ask, message: Message) -> None:
    """Let the outbox tell the person directly, once Slack takes it."""
    subject = f"reply:{uuid4().hex}"
    try:
        with parts.transaction() as tx:
            cards.want(tx, subject, ask.user, message, parts.now(), user=ask.user)
    except DatabaseUnavailable as error:
        logger.warning("could not tell %s at all: %s", ask.user, error)
        return
    parts.nudge(Job.DELIVER)


def _say(way: Way, message: Message) -> None:
    """Say *message*; once more as plain text where Slack blames its content."""
    try:
        way(message)
    except SlackError as error:
        if refusal(error.code) is not Refusal.CONTENT:
            raise
        logger.warning("the content of a reply is refused (%s): %s", error, notes.shape(message))
        way(notes.plain(message))
