"""What somebody can say of the bot who sees the Hub and Slack, and knows nothing of its store.

A card tells of a Space if it says why it was sent and names the Space on a line. Hellos of a
fleet that is well, reminders, questions and cards of what is over do not.
"""

import re
from collections.abc import Iterable, Iterator

from bot.model import Condition, Space
from bot.render import words as said
from tests.alerts.timeline import words
from tests.fakes import FakeSlack, Shown

#: What is fine, as far as the settings of these stories ask.
_FINE = (Condition.UP, Condition.PAUSED, Condition.LEAVING)
#: What people are to hear of at once, by the word that asks for it.
_HEARD = {
    Condition.BROKEN: "error",
    Condition.UNKNOWN: "error",
    Condition.ASLEEP: "sleeping",
}


def trouble(space: Space) -> str:
    """Return the word by which people ask to hear of *space* as it is; "": there is none."""
    return _HEARD.get(space.condition, "")


def told(slack: FakeSlack, channel: str, name: str) -> list[str]:
    """Return what the cards of *channel* say of a Space in trouble, one line a card."""
    cards = (card for card in _at(slack, channel) if _tells(card))
    return [line for card in cards for line in _lines(card, name)[:1]]


def named(card: Shown, names: Iterable[str]) -> set[str]:
    """Return those of *names* of whom *card* tells."""
    return {name for name in names if _tells(card) and _lines(card, name)}


def reminded(slack: FakeSlack, channel: str, name: str) -> list[str]:
    """Return what reminders say in *channel* of a trouble that lasts, one line a reminder."""
    cards = (card for card in _at(slack, channel) if _reminds(card))
    return [line for card in cards for line in _lines(card, name)[:1]]


def is_true(line: str, space: Space | None) -> bool:
    """Whether a card's *line* tells what the Hub shows; what is fine has none, if not unstable."""
    if space is None:
        return "gone" in line
    fine = space.condition in _FINE and "unstable" not in line
    return not fine and said.stage(space.stage).replace("\u2060", "") in line


def _at(slack: FakeSlack, channel: str) -> Iterator[Shown]:
    return (card for card in slack.cards if card.channel == channel)


def _tells(card: Shown) -> bool:
    return "Why: " in words(card) and not _reminds(card)


def _reminds(card: Shown) -> bool:
    return "stops reminders" in words(card)


def _lines(card: Shown, name: str) -> list[str]:
    """Return the lines of *card* that name a Space; what its buttons type is no line."""
    sections = [block["text"]["text"] for block in card.message.blocks if "text" in block]
    sections = sections or [card.text]  # Slack refuses its blocks
    lines = "\n".join(sections).replace("\u2060", "").split("\n")
    return [line for line in lines if re.search(rf"(?<![\w-]){name}(?![\w-])", line)]
