"""What a look at the Hub shows, and how much of it is believed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.alerts.problems import ProblemKind, TrackedSpace, classify, track
from bot.errors import HubError, NotFound
from bot.model import Condition, Space, owner_of

#: Up to so many doubts are asked one by one; more are settled by reading the list once more.
MAX_SINGLE_CONFIRMATIONS = 100
#: So many missing Spaces are looked up in one sweep; the others wait for their turn.
MAX_LOOKUPS_PER_SWEEP = 8
#: More missing than this, and most of them exist: the list was cut short.
_MIN_MISSING, _MISSING_SHARE = 5, 0.3

LookupResults = Mapping[str, Space | HubError]


@dataclass(frozen=True, slots=True)
class FleetObservation:
    """What is believed after one look."""

    spaces: Mapping[str, Space]  # as the Hub shows it, confirmed where it matters
    missing: frozenset[str] = frozenset()
    renamed: Mapping[str, str] = field(default_factory=dict)  # old id → new id
    unavailable: Mapping[str, str] = field(default_factory=dict)  # owner → why nothing is concluded
    confirmed: frozenset[str] = frozenset()  # a second look has shown the same
    lookup_cursors: Mapping[str, str] = field(
        default_factory=dict
    )  # owner → the last one looked up


@dataclass(frozen=True, slots=True)
class Observation:
    """What one look shows of one Space, and what it needs to be judged by."""

    space: Space
    problem: ProblemKind | None  # as far as anybody wants to hear of it
    now: datetime
    flips: Sequence[datetime] = ()  # when it went up or down lately
    gap_since: datetime | None = None  # nobody looked from then until now
    unrouted_problem: ProblemKind | None = None  # what is wrong, but nobody wants to hear of it
    is_confirmed: bool = False  # a second look showed the same

    @property
    def is_recovering(self) -> bool:
        return self.problem is None and self.space.condition is Condition.STARTING

    @property
    def is_healthy(self) -> bool:
        """Whether nothing is wrong: it is up, or as nobody wants to hear of."""
        return self.problem is None and not self.is_recovering


def merge(one: FleetObservation, other: FleetObservation) -> FleetObservation:
    """Return what two looks at different owners show together."""
    return FleetObservation(
        {**one.spaces, **other.spaces},
        one.missing | other.missing,
        {**one.renamed, **other.renamed},
        {**one.unavailable, **other.unavailable},
        one.confirmed | other.confirmed,
        {**one.lookup_cursors, **other.lookup_cursors},
    )


def missing_ids(
    known: Iterable[str], listed: Collection[str], owners: Collection[str]
) -> list[str]:
    """Return what was known of *owners*, who were listed, and is not in the list."""
    return sorted(id for id in known if id not in listed and owner_of(id) in owners)


def next_lookups(missing: Iterable[str], last: str) -> list[str]:
    """Return whom of the missing to look up now: who comes after *last*, then from the start.

    >>> next_lookups([f"acme/{n}" for n in range(9)], "acme/6")[:3]
    ['acme/7', 'acme/8', 'acme/0']
    """
    return sorted(missing, key=lambda space: (space <= last, space))[:MAX_LOOKUPS_PER_SWEEP]


def is_truncated(missing: int, existing: int, deleted: int, listed: int) -> bool:
    """Whether a list is a part of the truth: much is missing, and most of it exists.

    *existing* and *deleted* is what looking up has shown. Who was deleted with others is no reason
    to see nothing for ever because one more is missing that exists.
    """
    threshold = min(MAX_LOOKUPS_PER_SWEEP, max(_MIN_MISSING, _MISSING_SHARE * (listed + missing)))
    return missing > threshold and existing > 0 and existing >= deleted


def changes_to_confirm(
    known: Mapping[str, TrackedSpace],
    listed: Mapping[str, Space],
    kinds: Mapping[str, ProblemKind],
    now: datetime,
) -> dict[str, ProblemKind]:
    """Return who looks worse than was believed, and how: to be looked at again before belief.

    *kinds* are those of the open incidents. Who has none may have been bad for long: a
    build that has become stuck, a newborn whose grace is over.
    """
    found = {}
    for id, space in listed.items():
        before = known.get(id)
        after = classify(track(before, space, now), now)
        if after and _is_worse(after, before, space.stage, kinds.get(id), now):
            found[id] = after
    return found


def _is_worse(
    after: ProblemKind,
    before: TrackedSpace | None,
    stage: str,
    open_kind: ProblemKind | None,
    now: datetime,
) -> bool:
    if open_kind is None or after.severity > open_kind.severity:
        return True
    was = classify(before, now) if before else None
    moved = before is None or before.space.stage != stage
    return moved and (was is None or after.severity > was.severity)


def apply_confirmations(listed: Mapping[str, Space], results: LookupResults) -> dict[str, Space]:
    """Return the list as it is believed: a doubt is settled by its answer.

    Without an answer nothing is believed of the Space, good or bad, until the next sweep.
    """
    confirmed_spaces = dict(listed)
    for id, answer in results.items():
        if isinstance(answer, Space):
            confirmed_spaces[id] = _with_runtime(listed[id], answer)
        else:
            del confirmed_spaces[id]
    return confirmed_spaces


def confirmed_ids(listed: Mapping[str, Space], answers: LookupResults) -> frozenset[str]:
    """Return those of whom a second look has shown what the list showed."""
    return frozenset(
        id
        for id, answer in answers.items()
        if isinstance(answer, Space) and answer.stage == listed[id].stage
    )


def resolve_missing(
    answers: LookupResults, known: Collection[str], owners: Collection[str]
) -> FleetObservation:
    """Return what looking the missing up has shown: there, under another name, or gone.

    One that went to somebody else, or to a name that we know already, is gone from its place.
    """
    found = {id: answer for id, answer in answers.items() if isinstance(answer, Space)}
    ours = {id: space for id, space in found.items() if owner_of(space.id) in owners}
    renamed = _renamed(ours, known)
    there = {id for id, space in ours.items() if space.id == id}
    lost = {id for id, answer in answers.items() if isinstance(answer, NotFound)}
    seen = {space.id: space for id, space in ours.items() if id in there or id in renamed}
    return FleetObservation(seen, frozenset(lost | found.keys() - there - renamed.keys()), renamed)


def apply_renames(
    known: Mapping[str, TrackedSpace], renamed: Mapping[str, str]
) -> dict[str, TrackedSpace]:
    """Return what was known, under the names of today.

    >>> apply_renames({"a": TrackedSpace(Space("a", "RUNNING"), datetime.min)}, {"a": "z"}).keys()
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


def _with_runtime(listed: Space, runtime: Space) -> Space:
    """Return the list's picture with what a look at the runtime alone has told."""
    return replace(
        listed,
        stage=runtime.stage,
        error=runtime.error,
        hardware=runtime.hardware or listed.hardware,
        sha=runtime.sha,
        sleep_after=runtime.sleep_after,
    )
