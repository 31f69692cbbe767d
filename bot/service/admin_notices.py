"""Direct messages to the admins named in SPACEBOT_ADMINS, once for each cause."""

import logging
from collections.abc import Iterable
from datetime import datetime

from bot.cards import Card, Message
from bot.cards.keys import CardKey
from bot.cards.transitions import cancel_unposted, mark_resolved, set_content
from bot.errors import SlackError
from bot.service.dependencies import Slack
from bot.settings import Settings
from bot.store import Tx, cards

logger = logging.getLogger(__name__)


def resolve_recipients(slack: Slack, settings: Settings) -> frozenset[str]:
    """Return the user ids that SPACEBOT_ADMINS names, members of its user groups included.

    It calls Slack, so call it before the transaction opens. A group that Slack doesn't return is
    left out. Other admins of the workspace get no notices, because they didn't ask for them.
    """
    configured = settings.admins
    groups = sorted(id for id in configured if id.startswith("S"))
    members = (user for group in groups for user in _group_members(slack, group))
    return frozenset({*configured.difference(groups), *members})


def notify_admins(
    tx: Tx, admins: Iterable[str], cause: str, message: Message, now: datetime
) -> None:
    """Queue *message* as an admin notice to each of *admins* without one for *cause*.

    A cause is a short key such as `channel_archived:C1`. It is announced once until `resolve` ends
    it; a later message for the same cause changes nothing.
    """
    key = CardKey.notice(cause)
    notified = {card.channel for card in cards.by_key(tx, key)}
    for admin in sorted(set(admins) - notified):
        cards.upsert(tx, key, admin, message, now)


def resolve(tx: Tx, cause: str, now: datetime, message: Message | None = None) -> None:
    """Resolve the notices of *cause*, so that it is announced again if it returns.

    An unposted notice is canceled; a posted one is edited to show *message*.
    """

    def end(card: Card) -> Card:
        shown = set_content(card, message) if message and card.is_visible else card
        return mark_resolved(cancel_unposted(shown), now)

    key = CardKey.notice(cause)
    cards.change(tx, [card.id for card in cards.by_key(tx, key)], end)
    cards.rename(tx, key, CardKey.notice(cause, now))


def _group_members(slack: Slack, group: str) -> frozenset[str]:
    try:
        return slack.group(group)
    except SlackError as error:
        logger.warning("the members of %s are unknown: %s", group, error)
        return frozenset()
