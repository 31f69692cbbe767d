"""Small print below a card: why it stands where it stands, and what becomes of it as plain text."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.cards import Block, Card, Message
from bot.refusals import Refusal, classify_refusal
from bot.render.blocks import context, escape, section
from bot.slack_limits import MESSAGE_BLOCKS

# Slack documents 4,000 characters for a message's text.
_LONGEST_TEXT = 3800


# Slack says more behind it: a read-only channel, a locked thread.
_RESTRICTED = "restricted_action"
# Why a channel will not have a message, by Slack's word for it, and the way out.
_CHANNEL_ERROR_REASONS = {
    "not_in_channel": "I am not in that channel. Type `/invite` there and add me.",
    "channel_not_found": "I do not see that channel. Type `/invite` there and add me.",
    "is_archived": "that channel is archived. Ask in another one.",
    _RESTRICTED: "I may not write in that channel. Ask in another one, or let an admin of "
    "the workspace allow it.",
}


def sent_by_dm(message: Message, error_code: str = "") -> Message:
    """Say that the channel will not have it, *error_code* being Slack's word for the reason."""
    return with_footnote(message, f"Sent to you directly: {_kept_out(error_code)}")


def followed_directly(message: Message, why: str) -> Message:
    """Say to whoever asked that the card goes on in their direct messages, and why."""
    note = f"I can't keep this up to date here, so it goes on in a direct message: {_kept_out(why)}"
    return with_footnote(message, note)


def followed_later(message: Message, code: str) -> Message:
    """Say to whoever asked that the channel doesn't take the card yet, and what Slack says."""
    note = f"Slack doesn't take this in the channel yet ({escape(code)}). I keep trying."
    return with_footnote(message, note)


def replaces(message: Message) -> Message:
    """Say that this takes the place of a message that can't be edited any more."""
    return with_footnote(
        message, "This replaces an earlier message that Slack doesn't let me edit."
    )


def plain(message: Message) -> Message:
    """Return *message* as text without blocks, for a Slack that refuses its blocks."""
    said = [line for block in message.blocks for line in _lines(block)]
    lines = dict.fromkeys((message.text, *said))
    text = "\n".join(line for line in lines if line)
    return Message(text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…")


def shape(message: Message) -> str:
    """Return which blocks *message* has and how long each is, without any of their content."""
    sizes = [f"{block.get('type')} {len(str(dict(block)))}" for block in message.blocks]
    return f"text {len(message.text)}; {', '.join(sizes) or 'no blocks'}"


def not_delivered(error: str) -> str:
    """Say why a card isn't shown as it should be, in the words of its last refusal."""
    return f"not delivered yet: {error or 'it is on its way.'}"


def delivery(card: Card) -> str:
    """Say why *card* isn't shown as it should be; nothing where it is."""
    if card.ts is not None and not card.failing_since:
        return ""
    if not card.has_place:
        return not_delivered(f"I see no channel called #{card.channel}. Invite me there.")
    return not_delivered(card.error or ("it is muted." if card.muted_until else ""))


def undelivered(code: str, error: str) -> Message:
    """Tell the admins that Slack refuses messages for long, and the way out."""
    ways_out = {
        Refusal.CHANNEL: "Invite me to the channel, or allow me to write there.",
        Refusal.AUTH: "Check the app's token and scopes, then install the app again.",
        Refusal.CONTENT: "The log shows which message it is. Please report it.",
    }
    title = f"Slack has refused some of my messages for 10 minutes ({code})"
    way_out = ways_out.get(classify_refusal(code), "I keep trying.")
    text = f":warning: *{title}.*\n{error}\n{way_out} `doctor` shows what is waiting."
    return Message(title, (section(text),))


def delivered(code: str) -> Message:
    """Tell the admins that Slack takes those messages again."""
    title = f"Slack takes my messages again ({code})"
    return Message(title, (section(f":white_check_mark: {title}."),))


def _kept_out(why: str) -> str:
    known = _RESTRICTED if why.startswith(_RESTRICTED) else why
    return _CHANNEL_ERROR_REASONS.get(known, "that channel does not take it. Ask in another one.")


def _lines(block: Block) -> Iterator[str]:
    """Yield what *block* says: its own text, its fields, and the texts of a context."""
    said = [block.get("text"), *block.get("fields", ()), *block.get("elements", ())]
    for part in said:
        if isinstance(part, Mapping) and part.get("type") in {"mrkdwn", "plain_text"}:
            yield _text(part)


def _text(part: Mapping[str, Any]) -> str:
    text = part.get("text")
    return text if isinstance(text, str) else ""


def may_repeat(message: Message) -> Message:
    """Say that this may be there twice."""
    return with_footnote(message, "This may repeat an earlier message of mine.")


def with_footnote(message: Message, footnote: str) -> Message:
    """Put *footnote*, which is mrkdwn, below the message."""
    blocks = message.blocks or (section(message.text),)
    return Message(message.text, (*blocks[: MESSAGE_BLOCKS - 1], context(footnote)))
