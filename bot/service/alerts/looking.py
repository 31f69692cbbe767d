"""Looking at the Hub: one list per owner, and a closer look before anything bad is believed."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.alerts import sights
from bot.alerts.hearing import Audience
from bot.alerts.sights import Answers, Sight
from bot.alerts.troubles import Sighting, Trouble
from bot.errors import HubError, NotFound, traced
from bot.model import Space
from bot.service.parts import Parts

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Look:
    """What the eyes need to know to doubt."""

    known: Mapping[str, Sighting]
    audience: Audience
    first: frozenset[str]  # owners never seen before: there is no change to confirm
    now: datetime
    tidy: Callable[[Space], Space]
    troubles: Mapping[str, Trouble] = field(default_factory=dict)  # those of the open incidents
    turns: Mapping[str, str] = field(default_factory=dict)  # owner → whom it looked up last


def look(parts: Parts, looking: Look) -> Sight:
    """Return what is believed of every owner's Spaces."""
    sight = Sight({})
    for owner in parts.settings.owners:
        try:
            sight = sights.both(sight, _owner(parts, owner, looking, sight.renamed.values()))
        except HubError as error:
            logger.warning("nothing is concluded about %s: %s", owner, traced(error))
            sight = replace(sight, blind={**sight.blind, owner: str(error)})
    return sight


def _owner(parts: Parts, owner: str, looking: Look, taken: Collection[str]) -> Sight:
    """Look at the Spaces of one owner; *taken* are names that others have come to bear."""
    listed = _list(parts, owner, looking)
    lacking = sights.missing(looking.known, listed, [owner])
    asked = sights.in_turn(lacking, looking.turns.get(owner, ""))
    answers = _ask(parts, parts.hub.space, asked, looking)
    sight = sights.looked_up(answers, {*looking.known, *taken}, parts.settings.owners)
    there = len(answers.keys() & sight.seen.keys())
    if sights.is_cut_short(len(lacking), there, len(sight.gone), len(listed)):
        raise HubError(
            f"The list of {owner} leaves out {len(lacking)} Spaces, and some of them exist."
        )
    believed = _believed(parts, owner, replace(sight, seen={**listed, **sight.seen}), looking)
    return replace(believed, turns={owner: asked[-1]} if asked else {})


def _believed(parts: Parts, owner: str, sight: Sight, looking: Look) -> Sight:
    """Settle every change for the worse by a second look at it."""
    if owner in looking.first:
        return sight
    doubted = _doubted(sight, looking)
    if len(doubted) <= sights.ASK_EACH:
        answers = _ask(parts, parts.hub.runtime, doubted, looking)
    else:
        answers = _list_again(parts, owner, doubted, looking)
    return replace(
        sight,
        seen=sights.settled(sight.seen, answers),
        confirmed=sights.confirmed(sight.seen, answers),
    )


def _doubted(sight: Sight, looking: Look) -> list[str]:
    """Return who looks worse, if somebody wants to hear of it; who was renamed is who it was."""
    known = sights.under_new_names(looking.known, sight.renamed)
    troubles = {sight.renamed.get(id, id): what for id, what in looking.troubles.items()}
    before = {new: old for old, new in sight.renamed.items()}
    return [
        id
        for id, trouble in sights.doubts(known, sight.seen, troubles, looking.now).items()
        if looking.audience.wants(before.get(id, id), trouble)
    ]


def _list_again(parts: Parts, owner: str, doubted: Iterable[str], looking: Look) -> Answers:
    """So much at once is confirmed by a second list: its cost grows with pages."""
    again = _list(parts, owner, looking)
    return {id: again.get(id, NotFound("missing from the second list")) for id in doubted}


def _list(parts: Parts, owner: str, looking: Look) -> dict[str, Space]:
    return {space.id: looking.tidy(space) for space in parts.hub.fleet(owner)}


def _ask(
    parts: Parts, question: Callable[[str], Space], ids: Iterable[str], looking: Look
) -> Answers:
    """Ask about several Spaces beside each other; a refusal is an answer too."""

    def ask(id: str) -> tuple[str, Space | HubError]:
        try:
            return id, looking.tidy(question(id))
        except HubError as error:
            return id, error

    return dict(parts.calls.map(ask, ids))
