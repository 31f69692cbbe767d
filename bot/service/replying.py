"""Saying something to the one person who asked, by the way that is open."""

import logging

from bot.cards import Message
from bot.command import File
from bot.errors import SlackError
from bot.model import Ask, Source
from bot.render import answers, files, notes
from bot.service.parts import Parts

logger = logging.getLogger(__name__)


def reply(parts: Parts, ask: Ask, message: Message, *, replace: bool = False) -> None:
    """Tell the person who asked, and nobody else.

    By the response URL, which needs no membership; else in the channel, seen by them alone;
    else directly. Raises SlackError when no way is open.
    """
    if ask.source is Source.DIRECT:
        parts.slack.post(ask.channel, message, thread=ask.thread)
    elif ask.respond is None or not _responded(parts, ask.respond, message, replace=replace):
        _whisper(parts, ask, message)


def tell(parts: Parts, ask: Ask, message: Message, *, replace: bool = False) -> None:
    """Reply about what is over: a Slack that takes no word changes nothing about that."""
    try:
        reply(parts, ask, message, replace=replace)
    except SlackError as error:
        logger.warning("could not tell %s: %s", ask.user, error)


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


def _responded(parts: Parts, url: str, message: Message, *, replace: bool) -> bool:
    try:
        parts.slack.respond(url, message, replace=replace)
    except SlackError as error:
        logger.info("the response URL took nothing: %s", error)
        return False
    return True


def _whisper(parts: Parts, ask: Ask, message: Message) -> None:
    try:
        parts.slack.whisper(ask.channel, ask.user, message, thread=ask.thread)
    except SlackError as error:
        logger.info("no whisper in %s, so directly: %s", ask.channel, error)
        parts.slack.post(ask.user, message)
