"""Saying something to the one person who asked, by the way that is open."""

import logging

from bot.cards import Message
from bot.errors import SlackError
from bot.model import Ask, Source
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
