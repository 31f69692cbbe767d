"""Direct messages to the admins named in SPACEBOT_ADMINS, once for each cause."""

import logging
from collections.abc import Iterable
from datetime import datetime

from bot.cards import Message
from bot.errors import SlackError
from bot.service.parts import Parts
from bot.store import Tx, cards

logger = logging.getLogger(__name__)

# A card's subject takes 120 characters, and the time of resolution is appended to it.
_CAUSE_CHARACTERS = 70


def recipients(parts: Parts) -> frozenset[str]:
    """Return the user ids that SPACEBOT_ADMINS names, members of its user groups included.

    It asks Slack, so call it before the transaction opens. A group that Slack doesn't tell
    about is left out; other admins of the workspace never asked for these messages.
    """
    named = parts.settings.admins
    groups = sorted(id for id in named if id.startswith("S"))
    members = (user for group in groups for user in _members(parts, group))
    return frozenset({*named.difference(groups), *members})


def notify_admins(
    tx: Tx, admins: Iterable[str], cause: str, message: Message, now: datetime
) -> None:
    """Queue *message* as a direct message to each of *admins* who hasn't heard of *cause*.

    A cause is a short key such as `channel_archived:C1`. It is announced once until `resolve`
    ends it; a later message for the same cause changes nothing.
    """
    subject = _subject(cause)
    informed = {card.channel for card in cards.of(tx, subject)}
    for admin in sorted(set(admins) - informed):
        cards.want(tx, subject, admin, message, now)


def resolve(tx: Tx, cause: str, now: datetime, message: Message | None = None) -> None:
    """End *cause*, so that it is announced again if it comes back.

    A notice that hasn't been posted is withdrawn; one that was posted says *message* from now on.
    """
    subject = _subject(cause)
    for card in cards.of(tx, subject):
        cards.withdraw(tx, card.id)
        if message and card.is_there:
            cards.change(tx, card.id, message)
        cards.finish(tx, card.id, now)
    cards.rename(tx, subject, f"{subject}:{now.isoformat()}")


def is_notice(subject: str) -> bool:
    """Return whether a card of *subject* is such a direct message."""
    return subject.startswith(_subject(""))


def _subject(cause: str) -> str:
    return f"notice:{cause[:_CAUSE_CHARACTERS]}"


def _members(parts: Parts, group: str) -> frozenset[str]:
    try:
        return parts.slack.group(group)
    except SlackError as error:
        logger.warning("the members of %s are not known: %s", group, error)
        return frozenset()
