"""What a look at the Hub shows, and how much of it is believed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.alerts.hearing import Audience
from bot.alerts.troubles import Sighting, trouble
from bot.errors import HubError, NotFound
from bot.model import Space

#: Up to so many doubts are asked one by one; more are settled by reading the list once more.
ASK_EACH = 100
#: So many missing Spaces are looked up in one sweep; the others wait for the next.
LOOK_UP = 8
#: More missing than this, and one of them found: the list was cut short.
_FEW, _SHARE = 5, 0.3

Answers = Mapping[str, Space | HubError]


@dataclass(frozen=True, slots=True)
class Sight:
    """What is believed after one look."""

    seen: Mapping[str, Space]  # as the Hub shows it, confirmed where it matters
    gone: frozenset[str] = frozenset()
    renamed: Mapping[str, str] = field(default_factory=dict)  # old id → new id
    blind: Mapping[str, str] = field(default_factory=dict)  # owner → why nothing is concluded


def owner_of(id: str) -> str:
    return id.partition("/")[0]


def missing(known: Iterable[str], listed: Collection[str], owners: Collection[str]) -> list[str]:
    """Return what was known of *owners*, who were listed, and is not in the list."""
    return sorted(id for id in known if id not in listed and owner_of(id) in owners)


def is_cut_short(lacking: Collection[str], found: int, listed: int) -> bool:
    """Whether a list is a part of the truth: much is missing, and some of that exists."""
    many = max(_FEW, _SHARE * (listed + len(lacking)))
    return found > 0 and len(lacking) > many


def doubts(
    known: Mapping[str, Sighting], listed: Mapping[str, Space], audience: Audience, now: datetime
) -> list[str]:
    """Return the Spaces that look worse than they were: to be looked at again before belief."""
    return [
        id
        for id, space in listed.items()
        if (id not in known or known[id].space.stage != space.stage)
        and is_worse(known.get(id), space, audience, now)
    ]


def is_worse(before: Sighting | None, space: Space, audience: Audience, now: datetime) -> bool:
    """Whether *space* is in a trouble that it was not in, and somebody wants to hear of it."""
    after = trouble(Sighting(space, now), now)
    was = trouble(before, now) if before else None
    worse = after is not None and (was is None or after.rank > was.rank)
    return worse and audience.wants(space.id, after)


def confirmed(
    listed: Mapping[str, Space], known: Mapping[str, Sighting], answers: Answers
) -> dict[str, Space]:
    """Return the list as it is believed: a doubt is settled by its answer.

    Without an answer the Space stays as it was known, or unknown for one more sweep.
    """
    believed = dict(listed)
    for id, answer in answers.items():
        if isinstance(answer, Space):
            believed[id] = _closer(listed[id], answer)
        elif id in known:
            believed[id] = known[id].space
        else:
            del believed[id]
    return believed


def looked_up(answers: Answers, known: Collection[str], owners: Collection[str]) -> Sight:
    """Return what looking the missing up has shown: there, under another name, or gone.

    One that went to somebody else, or to a name that we know already, is gone from its place.
    """
    found = {id: answer for id, answer in answers.items() if isinstance(answer, Space)}
    ours = {id: space for id, space in found.items() if owner_of(space.id) in owners}
    renamed = _renamed(ours, known)
    there = {id for id, space in ours.items() if space.id == id}
    lost = {id for id, answer in answers.items() if isinstance(answer, NotFound)}
    seen = {space.id: space for id, space in ours.items() if id in there or id in renamed}
    return Sight(seen, frozenset(lost | found.keys() - there - renamed.keys()), renamed)


def under_new_names(
    known: Mapping[str, Sighting], renamed: Mapping[str, str]
) -> dict[str, Sighting]:
    """Return what was known, under the names of today.

    >>> under_new_names({"a": Sighting(Space("a", "RUNNING"), datetime.min)}, {"a": "z"}).keys()
    dict_keys(['z'])
    """
    found = dict(known)
    for old, new in renamed.items():
        sighting = found.pop(old)
        found[new] = replace(sighting, space=replace(sighting.space, id=new))
    return found


def _renamed(found: Mapping[str, Space], known: Collection[str]) -> dict[str, str]:
    """Return the new names. The Hub may lead two old ones to the same: only one has become it."""
    renamed: dict[str, str] = {}
    for id, space in sorted(found.items()):
        if space.id != id and space.id not in known and space.id not in renamed.values():
            renamed[id] = space.id
    return renamed


def _closer(listed: Space, runtime: Space) -> Space:
    """Return the list's picture with what a look at the runtime alone has told."""
    return replace(
        listed,
        stage=runtime.stage,
        error=runtime.error,
        hardware=runtime.hardware or listed.hardware,
        sha=runtime.sha,
        sleep_after=runtime.sleep_after,
    )
