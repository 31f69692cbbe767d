"""What a look at the Hub shows, and how much of it is believed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.alerts.troubles import Sighting, Trouble, sighting, trouble
from bot.errors import HubError, NotFound
from bot.model import Space, owner_of

#: Up to so many doubts are asked one by one; more are settled by reading the list once more.
ASK_EACH = 100
#: So many missing Spaces are looked up in one sweep; the others wait for their turn.
LOOK_UP = 8
#: More missing than this, and most of them exist: the list was cut short.
_FEW, _SHARE = 5, 0.3

Answers = Mapping[str, Space | HubError]


@dataclass(frozen=True, slots=True)
class Sight:
    """What is believed after one look."""

    seen: Mapping[str, Space]  # as the Hub shows it, confirmed where it matters
    gone: frozenset[str] = frozenset()
    renamed: Mapping[str, str] = field(default_factory=dict)  # old id → new id
    blind: Mapping[str, str] = field(default_factory=dict)  # owner → why nothing is concluded
    confirmed: frozenset[str] = frozenset()  # a second look has shown the same
    turns: Mapping[str, str] = field(default_factory=dict)  # owner → the last one looked up


def both(one: Sight, other: Sight) -> Sight:
    """Return what two looks at different owners show together."""
    return Sight(
        {**one.seen, **other.seen},
        one.gone | other.gone,
        {**one.renamed, **other.renamed},
        {**one.blind, **other.blind},
        one.confirmed | other.confirmed,
        {**one.turns, **other.turns},
    )


def missing(known: Iterable[str], listed: Collection[str], owners: Collection[str]) -> list[str]:
    """Return what was known of *owners*, who were listed, and is not in the list."""
    return sorted(id for id in known if id not in listed and owner_of(id) in owners)


def in_turn(lacking: Iterable[str], last: str) -> list[str]:
    """Return whom of the missing to look up now: who comes after *last*, then from the start.

    >>> in_turn([f"acme/{n}" for n in range(9)], "acme/6")[:3]
    ['acme/7', 'acme/8', 'acme/0']
    """
    return sorted(lacking, key=lambda space: (space <= last, space))[:LOOK_UP]


def is_cut_short(lacking: int, there: int, gone: int, listed: int) -> bool:
    """Whether a list is a part of the truth: much is missing, and most of it exists.

    *there* and *gone* is what looking up has shown. Who was deleted with others is no reason
    to see nothing for ever because one more is missing that exists.
    """
    many = min(LOOK_UP, max(_FEW, _SHARE * (listed + lacking)))
    return lacking > many and there > 0 and there >= gone


def doubts(
    known: Mapping[str, Sighting],
    listed: Mapping[str, Space],
    troubles: Mapping[str, Trouble],
    now: datetime,
) -> dict[str, Trouble]:
    """Return who looks worse than was believed, and how: to be looked at again before belief.

    *troubles* are those of the open incidents. Who has none may have been bad for long: a
    build that has become stuck, a newborn whose grace is over.
    """
    found = {}
    for id, space in listed.items():
        before = known.get(id)
        after = trouble(sighting(before, space, now), now)
        if after and _is_worse(after, before, space.stage, troubles.get(id), now):
            found[id] = after
    return found


def _is_worse(
    after: Trouble, before: Sighting | None, stage: str, told: Trouble | None, now: datetime
) -> bool:
    if told is None or after.rank > told.rank:
        return True
    was = trouble(before, now) if before else None
    moved = before is None or before.space.stage != stage
    return moved and (was is None or after.rank > was.rank)


def settled(listed: Mapping[str, Space], answers: Answers) -> dict[str, Space]:
    """Return the list as it is believed: a doubt is settled by its answer.

    Without an answer nothing is believed of the Space, good or bad, until the next sweep.
    """
    believed = dict(listed)
    for id, answer in answers.items():
        if isinstance(answer, Space):
            believed[id] = _closer(listed[id], answer)
        else:
            del believed[id]
    return believed


def confirmed(listed: Mapping[str, Space], answers: Answers) -> frozenset[str]:
    """Return those of whom a second look has shown what the list showed."""
    return frozenset(
        id
        for id, answer in answers.items()
        if isinstance(answer, Space) and answer.stage == listed[id].stage
    )


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
