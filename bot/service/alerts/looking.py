"""Looking at the Hub: one list per owner, and a closer look before anything bad is believed."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.alerts import sights
from bot.alerts.hearing import Audience
from bot.alerts.sights import Answers, Sight
from bot.alerts.troubles import Sighting
from bot.errors import HubError, NotFound
from bot.model import Space
from bot.service import tidying
from bot.service.parts import Parts

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Look:
    """What the eyes need to know to doubt."""

    known: Mapping[str, Sighting]
    audience: Audience
    first: frozenset[str]  # owners never seen before: there is no change to confirm
    now: datetime


def look(parts: Parts, looking: Look) -> Sight:
    """Return what is believed of every owner's Spaces."""
    seen: dict[str, Space] = {}
    gone: set[str] = set()
    renamed: dict[str, str] = {}
    blind: dict[str, str] = {}
    for owner in parts.settings.owners:
        try:
            sight = _owner(parts, owner, looking)
        except HubError as error:
            logger.warning("nothing is concluded about %s: %s", owner, error)
            blind[owner] = str(error)
            continue
        seen |= sight.seen
        gone |= sight.gone
        renamed |= sight.renamed
    return Sight(seen, frozenset(gone), renamed, blind)


def _owner(parts: Parts, owner: str, looking: Look) -> Sight:
    listed = _list(parts, owner)
    lacking = sights.missing(looking.known, listed, [owner])
    answers = _ask(parts, parts.hub.space, lacking[: sights.LOOK_UP])
    sight = sights.looked_up(answers, looking.known, parts.settings.owners)
    there = len(answers.keys() & sight.seen.keys())
    if sights.is_cut_short(lacking, there, len(listed)):
        raise HubError(
            f"The list of {owner} leaves out {len(lacking)} Spaces, and some of them exist."
        )
    pictures = {**listed, **sight.seen}
    return Sight(_believed(parts, owner, pictures, looking), sight.gone, sight.renamed)


def _believed(
    parts: Parts, owner: str, pictures: Mapping[str, Space], looking: Look
) -> Mapping[str, Space]:
    """Settle every change for the worse by a second look at it."""
    if owner in looking.first:
        return pictures
    doubted = sights.doubts(looking.known, pictures, looking.audience, looking.now)
    if len(doubted) <= sights.ASK_EACH:
        answers = _ask(parts, parts.hub.runtime, doubted)
    else:
        answers = _list_again(parts, owner, doubted)
    return sights.confirmed(pictures, looking.known, answers)


def _list_again(parts: Parts, owner: str, doubted: Iterable[str]) -> Answers:
    """So much at once is confirmed by a second list: its cost grows with pages."""
    again = _list(parts, owner)
    return {id: again.get(id, NotFound("missing from the second list")) for id in doubted}


def _list(parts: Parts, owner: str) -> dict[str, Space]:
    tidy = tidying.tidier(parts)
    return {space.id: tidy(space) for space in parts.hub.fleet(owner)}


def _ask(parts: Parts, question: Callable[[str], Space], ids: Iterable[str]) -> Answers:
    """Ask about several Spaces beside each other; a refusal is an answer too."""
    tidy = tidying.tidier(parts)

    def ask(id: str) -> tuple[str, Space | HubError]:
        try:
            return id, tidy(question(id))
        except HubError as error:
            return id, error

    return dict(parts.calls.map(ask, ids))
