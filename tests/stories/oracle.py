"""What somebody can say of the bot who sees the Hub and Slack, and knows nothing of its store.

A card tells of a Space if it says why it was sent and names the Space on a line. Hellos of a
fleet that is well, reminders, questions and cards of what is over do not.
"""

import re
from collections.abc import Iterable, Iterator

from bot.model import Condition, Space
from bot.render import formatting as said
from tests.fakes import FakeSlack, PostedMessage
from tests.stories.scenario import rendered_text

#: The first line of a group card, which names up to three Spaces without their stages.
_PLAIN_ALERT = re.compile(r"Since |First scan since|Others within|Alerts paused until")
_HEADLINE = re.compile(r"needs? attention|\d+/\d+ running")
#: What is fine, as far as the settings of these stories ask.
_HEALTHY = (Condition.RUNNING, Condition.PAUSED, Condition.DELETING)
#: What people are to hear of at once, by the word that asks for it.
_WATCH_WORDS = {
    Condition.FAILED: "error",
    Condition.UNKNOWN: "error",
    Condition.ASLEEP: "sleeping",
}


def watch_word(space: Space) -> str:
    """Return the word by which people ask to hear of *space* as it is; "": there is none."""
    return _WATCH_WORDS.get(space.condition, "")


def alert_lines(slack: FakeSlack, channel: str, name: str) -> list[str]:
    """Return what the cards of *channel* say of a Space in trouble, one line a card."""
    cards = (card for card in _cards_in(slack, channel) if _is_alert(card))
    return [line for card in cards for line in _lines_about(card, name)[:1]]


def alerted_spaces(card: PostedMessage, names: Iterable[str]) -> set[str]:
    """Return those of *names* of whom *card* tells."""
    return {name for name in names if _is_alert(card) and _lines_about(card, name)}


def reminder_lines(slack: FakeSlack, channel: str, name: str) -> list[str]:
    """Return what reminders say in *channel* of a trouble that lasts, one line a reminder."""
    cards = (card for card in _cards_in(slack, channel) if _is_reminder(card))
    return [line for card in cards for line in _lines_about(card, name)[:1]]


def matches_hub(line: str, space: Space | None) -> bool:
    """Whether a card's *line* tells what the Hub shows; what is fine has none, if not unstable."""
    if space is None:
        return "missing" in line
    fine = space.condition in _HEALTHY and "flapping" not in line
    return not fine and said.describe_stage(space.stage).replace("\u2060", "") in line


def _cards_in(slack: FakeSlack, channel: str) -> Iterator[PostedMessage]:
    """Return the cards of *channel*; of a repeated one the newest, which the bot keeps true."""
    cards = [card for card in slack.cards if card.channel == channel]
    newest = {card.nonce: card for card in cards if card.nonce}
    return (card for card in cards if newest.get(card.nonce, card) is card)


def _is_alert(card: PostedMessage) -> bool:
    shown = rendered_text(card)
    is_owned = '"ack ' in shown or '"release ' in shown  # only alerts have an owner
    is_plain_alert = not card.message.blocks and bool(_PLAIN_ALERT.search(shown))
    return (
        (is_owned or is_plain_alert) and "Still working on" not in shown and not _is_reminder(card)
    )


def _is_reminder(card: PostedMessage) -> bool:
    return "stops reminders" in rendered_text(card)


def _lines_about(card: PostedMessage, name: str) -> list[str]:
    """Return the lines of *card* that name a Space; what its buttons type is no line."""
    sections = [block["text"]["text"] for block in card.message.blocks if "text" in block]
    sections = sections or [card.text]  # Slack refuses its blocks
    lines = "\n".join(sections).replace("\u2060", "").split("\n")
    return [
        line
        for line in lines
        if re.search(rf"(?<![\w-]){name}(?![\w-])", line) and not _HEADLINE.search(line)
    ]
