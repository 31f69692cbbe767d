"""Who hears of what: the watches, read against the fleet as it is."""

import logging
from collections.abc import Iterable, Sequence

from bot.alerts import troubles
from bot.alerts.hearing import Audience, Hearing
from bot.alerts.watches import SETTINGS, Watch
from bot.errors import Misunderstood
from bot.model import Fleet
from bot.parsing import Names, select
from bot.service import alert_channel
from bot.service.parts import Parts
from bot.store import Tx, watches

logger = logging.getLogger(__name__)


def watched(parts: Parts, tx: Tx) -> list[Watch]:
    """Return all watches; the one of the settings comes first."""
    channel = alert_channel.key(parts, tx)
    ours = Watch(channel, (), tuple(sorted(parts.settings.alert_on)), SETTINGS)
    return [ours, *watches.every(tx)]


def audience(parts: Parts, tx: Tx, fleet: Fleet) -> Audience:
    """Return who hears of which of these Spaces."""
    found = watched(parts, tx)
    narrow = any(watch.targets for watch in found)
    names = Names.of(fleet if narrow else (), parts.settings.prefix)
    return Audience.of(_hearing(watch, fleet, names) for watch in found)


def _hearing(watch: Watch, fleet: Fleet, names: Names) -> Hearing:
    heard = troubles.named(watch.troubles)
    return Hearing(watch.channel, heard, matching(watch.targets, fleet, names))


def matching(targets: Sequence[str], fleet: Fleet, names: Names) -> frozenset[str] | None:
    """Return the Spaces that the targets of a watch mean; None: all of them."""
    return _meant(targets, fleet, names) if targets else None


def _meant(targets: Iterable[str], fleet: Fleet, names: Names) -> frozenset[str]:
    """Return what *targets* mean now; a name that means nothing any more hears nothing."""
    words = tuple(targets)
    try:
        return frozenset(select(words, fleet, names, acting=True))
    except Misunderstood as error:
        logger.debug("a watch of %s: %s", words, error)
    if len(words) == 1:
        return frozenset()
    return frozenset().union(*(_meant([word], fleet, names) for word in words))
