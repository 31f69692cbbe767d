"""Replies to the person who sent a request, by the best method that works."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from bot.cards import Card, Message
from bot.cards.keys import CardKey, CardKind
from bot.errors import DatabaseUnavailable, SlackError
from bot.model import Ask, Source
from bot.refusals import Refusal, classify_refusal
from bot.render import footnotes, replies
from bot.results import File
from bot.service.dependencies import Dependencies, Job, Slack, Trigger
from bot.service.response_urls import ResponseUrls
from bot.store import Store, cards

logger = logging.getLogger(__name__)

#: Sends a message to one person.
ReplyMethod = Callable[[Message], object]


def reply(slack: Slack, ask: Ask, message: Message, *, replace: bool = False) -> None:
    """Send *message* to the requester alone, by the first method that works.

    The order is the response URL, which needs no membership, an ephemeral message in the channel,
    and a direct message.

    Raises:
        SlackError: Every method failed.
    """
    methods = _reply_methods(slack, ask, replace=replace)
    for method in methods[:-1]:
        try:
            _send(method, message)
        except SlackError as error:
            logger.info("the next way to reply to %s is tried: %s", ask.user, error)
        else:
            return
    _send(methods[-1], message)


def reply_best_effort(
    deps: Dependencies, ask: Ask, message: Message, *, replace: bool = False
) -> None:
    """Send *message* to the requester; queue it as a direct message if that fails."""
    try:
        reply(deps.slack, ask, message, replace=replace)
    except SlackError as error:
        logger.warning("couldn't reply to %s now: %s", ask.user, error)
        _queue(deps.store, deps.trigger, ask, message, deps.now())


def reply_with_file(slack: Slack, ask: Ask, file: File, *, replace: bool = False) -> str:
    """Reply with a file that only the requester sees; return the reply's text.

    The reply is sent even if the upload fails, with a note about the reason.
    """
    is_direct = ask.source is Source.DIRECT
    try:
        if is_direct:
            slack.upload(ask.channel, file.name, file.content, thread=ask.thread)
        else:
            _send_file_by_dm(slack, ask, file)
    except SlackError as error:
        logger.warning("%s wasn't uploaded: %s", file.name, error)
        note = replies.file_failed_note(file.name, error)
    else:
        note = replies.file_sent_note(file.name, is_here=is_direct)
    reply(slack, ask, footnotes.with_footnote(file.message, note), replace=replace)
    return file.message.text


def _send_file_by_dm(slack: Slack, ask: Ask, file: File) -> None:
    """Upload the file to the requester's direct messages.

    Ephemeral messages can't contain files.

    Raises:
        SlackError: The post or the upload failed.
    """
    # An upload needs the id of the conversation, which the response to a post contains.
    ref = slack.post(ask.user, replies.file_dm(file.name, ask.channel))
    try:
        slack.upload(ref.channel, file.name, file.content)
    except SlackError as error:
        slack.update(ref, replies.text_reply(replies.file_failed_note(file.name, error)))
        raise


def follow_up_by_dm(slack: Slack, response_urls: ResponseUrls, card: Card, now: datetime) -> None:
    """Reply in the original channel that *card* continues as a direct message."""
    _respond(
        slack,
        response_urls,
        card,
        footnotes.followed_directly(card.message, card.channel_error, card.channel),
        now,
    )


def follow_later(slack: Slack, response_urls: ResponseUrls, card: Card, now: datetime) -> bool:
    """Show *card* to the requester in the original channel while Slack delays it there.

    Return whether the request has a response URL that worked.
    """
    message = footnotes.followed_later(card.message, card.refusal)
    return _respond(slack, response_urls, card, message, now)


def _respond(
    slack: Slack, response_urls: ResponseUrls, card: Card, message: Message, now: datetime
) -> bool:
    url = response_urls.get(card.user or "", card.channel, now)
    if url is None:
        return False
    try:
        _send(partial(slack.respond, url), message)
    except SlackError as error:
        logger.info("the response URL rejected the message: %s", error)
        return False
    return True


def _reply_methods(slack: Slack, ask: Ask, *, replace: bool) -> list[ReplyMethod]:
    """Return the methods that reach the requester alone, the best one first."""
    by_dm = partial(slack.post, ask.user)
    if ask.source in (Source.DIRECT, Source.SCHEDULE):
        # Nobody may be looking when a schedule runs, so its replies stay in the channel.
        in_conversation = partial(slack.post, ask.channel, thread=ask.thread)
        is_sure = ask.source is Source.DIRECT and not ask.thread
        return [in_conversation] if is_sure else [in_conversation, by_dm]
    ephemeral = partial(slack.post_ephemeral, ask.channel, ask.user, thread=ask.thread)
    if ask.response_url is None:
        return [ephemeral, by_dm]
    return [partial(slack.respond, ask.response_url, replace=replace), ephemeral, by_dm]


def _queue(store: Store, trigger: Trigger, ask: Ask, message: Message, now: datetime) -> None:
    """Queue *message* as a direct message in the outbox."""
    key = CardKey.unique(CardKind.DIRECT_REPLY)
    try:
        with store.transaction() as tx:
            cards.upsert(tx, key, ask.user, message, now, user=ask.user)
    except DatabaseUnavailable as error:
        logger.warning("couldn't reply to %s at all: %s", ask.user, error)
        return
    trigger(Job.DELIVER)


def _send(method: ReplyMethod, message: Message) -> None:
    """Send *message*; once more as plain text if Slack rejects its content."""
    try:
        method(message)
    except SlackError as error:
        if classify_refusal(error.code) is not Refusal.CONTENT:
            raise
        logger.warning(
            "the content of a reply is refused (%s): %s", error, footnotes.shape(message)
        )
        method(footnotes.plain(message))
