"""Footnotes about the delivery of a message, and its fallback as plain text."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.cards import Block, Card, Message
from bot.refusals import is_answer
from bot.render.blocks import context, escape, section
from bot.slack_limits import MESSAGE_BLOCKS, is_channel

# Slack recommends up to 4,000 characters for a message's text.
# https://api.slack.com/methods/chat.postMessage
_MAX_TEXT_LENGTH = 3800


# A prefix: Slack appends the kind, such as a read-only channel or a locked thread.
_RESTRICTED = "restricted_action"
# The reason why a channel refuses messages and the next step, by Slack's error code.
_CHANNEL_ERROR_REASONS = {
    "not_in_channel": "I'm not in {channel}. Run `/invite @Spacebot` there.",
    "channel_not_found": "I can't see {channel}. Run `/invite @Spacebot` there.",
    "is_archived": "{channel} is archived. Use another channel.",
    _RESTRICTED: (
        "I can't post in {channel}. Use another channel, or ask a workspace admin to allow it."
    ),
}


def sent_by_dm(message: Message, error_code: str = "", channel: str = "") -> Message:
    """Return *message* with the footnote that it was sent as a direct message.

    *error_code* is the one with which Slack refused it in *channel*.
    """
    reason = _channel_error_reason(error_code, channel)
    return with_footnote(message, f"Sent as a DM because {reason}")


def followed_directly(message: Message, error_code: str, channel: str = "") -> Message:
    """Return *message* with the footnote that its card continues as a direct message."""
    reason = _channel_error_reason(error_code, channel)
    return with_footnote(message, f"Follow it in our DM, because {reason}")


def followed_later(message: Message, error_code: str, channel: str = "") -> Message:
    """Return *message* with the footnote that Slack doesn't show its card for now.

    *channel* is the id of the card's channel, for a message that is elsewhere.
    """
    where = f"<#{channel}>" if channel else "the channel"
    if is_answer(error_code):
        note = (
            f"Slack isn't accepting this in {where} yet ({escape(error_code)}). I'll keep trying."
        )
    else:
        note = f"Slack hasn't confirmed this in {where} yet. I'll keep trying."
    return with_footnote(message, note)


def replaces(message: Message) -> Message:
    """Return *message* with the footnote that it replaces one that can't be edited."""
    return with_footnote(message, "This replaces an earlier message that I can't edit.")


def plain(message: Message) -> Message:
    """Return *message* as text without blocks, for when Slack refuses its blocks."""
    block_lines = [line for block in message.blocks for line in _lines(block)]
    lines = dict.fromkeys((message.text, *block_lines))
    text = "\n".join(line for line in lines if line)
    return Message(text if len(text) <= _MAX_TEXT_LENGTH else f"{text[:_MAX_TEXT_LENGTH]}…")


def shape(message: Message) -> str:
    """Return the types and sizes of the blocks of *message*, for the log.

    Contains no content, because a message may hold private data.
    """
    sizes = [f"{block.get('type')} {len(str(dict(block)))}" for block in message.blocks]
    return f"text {len(message.text)}; {', '.join(sizes) or 'no blocks'}"


def not_delivered(error: str) -> str:
    """Return why a card isn't delivered, with its last *error*."""
    return f"not delivered yet: {error or 'on its way.'}"


def delivery(card: Card) -> str:
    """Return why *card* isn't delivered, or nothing if it is."""
    if card.ts is not None and not card.failing_since:
        return ""
    if not card.has_channel_id:
        return not_delivered(f"I can't see #{card.channel}. Run `/invite @Spacebot` there.")
    return not_delivered(card.error or ("muted." if card.muted_until else ""))


def _channel_error_reason(error_code: str, channel: str) -> str:
    known = _RESTRICTED if error_code.startswith(_RESTRICTED) else error_code
    reason = _CHANNEL_ERROR_REASONS.get(known, "{channel} refused it. Use another channel.")
    return reason.format(channel=f"<#{channel}>" if is_channel(channel) else "that channel")


def _lines(block: Block) -> Iterator[str]:
    """Yield the texts of *block*: its own, its fields' and its elements'."""
    parts = [block.get("text"), *block.get("fields", ()), *block.get("elements", ())]
    for part in parts:
        if isinstance(part, Mapping) and part.get("type") in {"mrkdwn", "plain_text"}:
            yield _text(part)


def _text(part: Mapping[str, Any]) -> str:
    text = part.get("text")
    return text if isinstance(text, str) else ""


def may_repeat(message: Message) -> Message:
    """Return *message* with the footnote that it may repeat an earlier one."""
    return with_footnote(message, "This may repeat an earlier message of mine.")


def with_footnote(message: Message, footnote: str) -> Message:
    """Return *message* with *footnote*, which is mrkdwn, as its last block."""
    blocks = message.blocks or (section(message.text),)
    return Message(message.text, (*blocks[: MESSAGE_BLOCKS - 1], context(footnote)))
