"""Saying something to the one person who asked, by the way that is open."""

import logging
from collections.abc import Callable
from functools import partial
from uuid import uuid4

from bot.cards import Card, Message
from bot.command import File
from bot.errors import DatabaseUnavailable, SlackError
from bot.model import Ask, Source
from bot.refusals import Refusal, classify_refusal
from bot.render import footnotes, replies
from bot.service.dependencies import Dependencies, Job
from bot.store import cards

logger = logging.getLogger(__name__)

#: A way of saying something to one person.
ReplyMethod = Callable[[Message], object]


def reply(deps: Dependencies, ask: Ask, message: Message, *, replace: bool = False) -> None:
    """Tell the person who asked, and nobody else.

    By the response URL, which needs no membership; else in the channel, seen by them alone;
    else directly. Raises SlackError when no way is open.
    """
    methods = _reply_methods(deps, ask, replace=replace)
    for method in methods[:-1]:
        try:
            _send(method, message)
        except SlackError as error:
            logger.info("the next way of telling %s is tried: %s", ask.user, error)
        else:
            return
    _send(methods[-1], message)


def reply_best_effort(
    deps: Dependencies, ask: Ask, message: Message, *, replace: bool = False
) -> None:
    """Reply about what is over; a Slack that refuses every way hears it later, directly."""
    try:
        reply(deps, ask, message, replace=replace)
    except SlackError as error:
        logger.warning("could not tell %s now: %s", ask.user, error)
        _queue(deps, ask, message)


def reply_with_file(deps: Dependencies, ask: Ask, file: File) -> str:
    """Tell the person who asked, and give them the file where nobody else sees it.

    Without the file the answer is still an answer, and says why there is none.
    """
    is_direct = ask.source is Source.DIRECT
    try:
        if is_direct:
            deps.slack.upload(ask.channel, file.name, file.content, thread=ask.thread)
        else:
            _send_file_by_dm(deps, ask, file)
    except SlackError as error:
        logger.warning("%s was not handed over: %s", file.name, error)
        note = replies.file_failed_note(file.name, error)
    else:
        note = replies.file_sent_note(file.name, is_here=is_direct)
    reply(deps, ask, footnotes.with_footnote(file.message, note))
    return file.message.text


def _send_file_by_dm(deps: Dependencies, ask: Ask, file: File) -> None:
    """Put the file into the person's direct messages: what only they see cannot carry one."""
    # A file needs the channel's id, and a post is answered with it.
    ref = deps.slack.post(ask.user, replies.file_dm(file.name, ask.channel))
    try:
        deps.slack.upload(ref.channel, file.name, file.content)
    except SlackError as error:
        deps.slack.update(ref, replies.text_reply(replies.file_failed_note(file.name, error)))
        raise


def follow_up_by_dm(deps: Dependencies, card: Card) -> None:
    """Tell whoever asked, where they asked, that *card* goes on in their direct messages."""
    _respond(deps, card, footnotes.followed_directly(card.message, card.channel_error))


def follow_later(parts: Dependencies, card: Card) -> None:
    """Show *card* to whoever asked, where they asked, while the channel doesn't take it yet."""
    _respond(parts, card, footnotes.followed_later(card.message, card.refusal))


def _respond(parts: Dependencies, card: Card, message: Message) -> None:
    url = parts.response_urls.get(card.user or "", card.channel, parts.now())
    if url is None:
        return
    try:
        _send(partial(parts.slack.respond, url), message)
    except SlackError as error:
        logger.info("the response URL took nothing: %s", error)


def _reply_methods(deps: Dependencies, ask: Ask, *, replace: bool) -> list[ReplyMethod]:
    """Return how *ask* can be answered for that person alone, the best way first."""
    slack = deps.slack
    by_dm = partial(slack.post, ask.user)
    if ask.source is Source.DIRECT:
        in_conversation = partial(slack.post, ask.channel, thread=ask.thread)
        return [in_conversation, by_dm] if ask.thread else [in_conversation]
    ephemeral = partial(slack.post_ephemeral, ask.channel, ask.user, thread=ask.thread)
    if ask.response_url is None:
        return [ephemeral, by_dm]
    return [partial(slack.respond, ask.response_url, replace=replace), ephemeral, by_dm]


def _queue(parts: Dependencies, ask: Ask, message: Message) -> None:
    """Let the outbox tell the person directly, once Slack takes it."""
    subject = f"reply:{uuid4().hex}"
    try:
        with parts.transaction() as tx:
            cards.upsert(tx, subject, ask.user, message, parts.now(), user=ask.user)
    except DatabaseUnavailable as error:
        logger.warning("could not tell %s at all: %s", ask.user, error)
        return
    parts.trigger(Job.DELIVER)


def _send(method: ReplyMethod, message: Message) -> None:
    """Say *message*; once more as plain text where Slack blames its content."""
    try:
        method(message)
    except SlackError as error:
        if classify_refusal(error.code) is not Refusal.CONTENT:
            raise
        logger.warning(
            "the content of a reply is refused (%s): %s", error, footnotes.shape(message)
        )
        method(footnotes.plain(message))
