"""Judge the cards by what the Hub and Slack show, without reading the bot's store.

A card is about a Space if it says why it was sent and names the Space on a line. An initial
scan without problems, reminders, ack checks and cards of resolved incidents don't.
"""

import re
from collections.abc import Iterable, Iterator

from bot.model import Space
from bot.render import formatting as said
from bot.stages import Condition
from tests.fakes import FakeSlack, PostedMessage
from tests.stories.scenario import rendered_text

#: The first line of a group card, which names up to three Spaces without their stages.
_PLAIN_ALERT = re.compile(r"Since |First scan since|Others within|Alerts paused until")
_HEADLINE = re.compile(r"needs? attention|\d+/\d+ running")
#: The stages that the settings of these stories treat as healthy.
_HEALTHY = (Condition.RUNNING, Condition.PAUSED, Condition.DELETING)
#: The stages that alert at once, by the word that routes them.
_WATCH_WORDS = {
    Condition.FAILED: "error",
    Condition.UNKNOWN: "error",
    Condition.ASLEEP: "sleeping",
}


def watch_word(space: Space) -> str:
    """Return the word that routes the current problem of *space*; "" if it has none."""
    return _WATCH_WORDS.get(space.condition, "")


def alert_lines(slack: FakeSlack, channel: str, name: str) -> list[str]:
    """Return what the cards of *channel* say about a Space with a problem, one line per card."""
    cards = (card for card in _cards_in(slack, channel) if _is_alert(card))
    return [line for card in cards for line in _lines_about(card, name)[:1]]


def alerted_spaces(card: PostedMessage, names: Iterable[str]) -> set[str]:
    """Return those of *names* that *card* is about."""
    return {name for name in names if _is_alert(card) and _lines_about(card, name)}


def reminder_lines(slack: FakeSlack, channel: str, name: str) -> list[str]:
    """Return what the reminders in *channel* say about a Space, one line per reminder."""
    cards = (card for card in _cards_in(slack, channel) if _is_reminder(card))
    return [line for card in cards for line in _lines_about(card, name)[:1]]


def matches_hub(line: str, space: Space | None) -> bool:
    """Return whether a card's *line* matches the Hub; a healthy, stable Space has no line."""
    if space is None:
        return "missing" in line
    fine = space.condition in _HEALTHY and "flapping" not in line
    return not fine and said.describe_stage(space.stage).replace("\u2060", "") in line


def _cards_in(slack: FakeSlack, channel: str) -> Iterator[PostedMessage]:
    """Return the cards of *channel*; of repeated ones the newest, which the bot keeps current."""
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
    """Return the lines of *card* that name a Space, without the commands of its buttons."""
    sections = [block["text"]["text"] for block in card.message.blocks if "text" in block]
    sections = sections or [card.text]  # Slack refuses its blocks
    lines = "\n".join(sections).replace("\u2060", "").split("\n")
    return [
        line
        for line in lines
        if re.search(rf"(?<![\w-]){name}(?![\w-])", line) and not _HEADLINE.search(line)
    ]
