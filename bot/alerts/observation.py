"""Observation: one listing of the Hub as missing, renamed and confirmed Spaces."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.alerts.flapping import Flip
from bot.alerts.problems import ProblemKind, TrackedSpace, classify, track
from bot.errors import HubError, NotFound, limited_until
from bot.model import Space, owner_of, with_runtime
from bot.stages import Condition

#: Up to this many changes are confirmed one by one; more by a second listing.
MAX_SINGLE_CONFIRMATIONS = 100
#: Missing Spaces that one sweep looks up; the next sweep continues after them.
MAX_LOOKUPS_PER_SWEEP = 8
#: More missing Spaces than this (number, share) that mostly exist mean a truncated list.
_MIN_MISSING, _MISSING_SHARE = 5, 0.3

LookupResults = Mapping[str, Space | HubError]


@dataclass(frozen=True, slots=True)
class FleetObservation:
    """The confirmed result of one sweep."""

    spaces: Mapping[str, Space]  # with confirmed changes for the worse
    missing: frozenset[str] = frozenset()
    renamed: Mapping[str, str] = field(default_factory=dict)  # old id → new id
    unavailable: Mapping[str, str] = field(default_factory=dict)  # owner → error of the listing
    confirmed: frozenset[str] = frozenset()  # a second call showed the same stage
    #: Owner → the missing Space that was looked up last.
    lookup_cursors: Mapping[str, str] = field(default_factory=dict)
    pages: int = 0  # calls of the listing
    calls: int = 0  # all calls: the listing, lookups and confirmations
    #: Owner → the end of the rate limit because of which it is unavailable.
    limited_until: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def retry_at(self) -> datetime | None:
        """When the Hub accepts lists of every owner again; None: it refuses none."""
        return max(self.limited_until.values(), default=None)

    @property
    def limit_ends_at(self) -> datetime | None:
        """The end of the last rate limit, if nothing else makes an owner unavailable."""
        is_limit = self.unavailable.keys() == self.limited_until.keys()
        return self.retry_at if is_limit else None


@dataclass(frozen=True, slots=True)
class Observation:
    """What one sweep shows of one Space, with the facts that its incident depends on."""

    space: Space
    problem: ProblemKind | None  # if it is routed
    now: datetime
    flips: Sequence[Flip] = ()  # recent ones
    is_by_operation: bool = False  # an operation caused this change, if it is a flip
    gap_since: datetime | None = None  # no sweep from then until now
    unrouted_problem: ProblemKind | None = None  # if no route receives it
    is_without_class: bool = False  # class hours silence the unrouted problem
    is_confirmed: bool = False  # a second call showed the same stage

    @property
    def is_recovering(self) -> bool:
        """Whether the Space is starting and has no problem."""
        return self.problem is None and self.space.condition is Condition.STARTING

    @property
    def is_healthy(self) -> bool:
        """Whether the Space has no routed problem and isn't starting."""
        return self.problem is None and not self.is_recovering


def merge(one: FleetObservation, other: FleetObservation) -> FleetObservation:
    """Return the union of observations of different owners."""
    return FleetObservation(
        {**one.spaces, **other.spaces},
        one.missing | other.missing,
        {**one.renamed, **other.renamed},
        {**one.unavailable, **other.unavailable},
        one.confirmed | other.confirmed,
        {**one.lookup_cursors, **other.lookup_cursors},
        one.pages + other.pages,
        one.calls + other.calls,
        {**one.limited_until, **other.limited_until},
    )


def observe_failure(owner: str, error: HubError) -> FleetObservation:
    """Return the observation of an *owner* whose listing failed with *error*."""
    until = limited_until(error)
    limits = {owner: until} if until else {}
    return FleetObservation(
        {}, unavailable={owner: str(error)}, pages=1, calls=1, limited_until=limits
    )


def missing_ids(
    known: Iterable[str], listed: Collection[str], owners: Collection[str]
) -> list[str]:
    """Return the *known* Spaces of *owners* that aren't *listed*, sorted."""
    return sorted(id for id in known if id not in listed and owner_of(id) in owners)


def next_lookups(missing: Iterable[str], last: str) -> list[str]:
    """Return the missing Spaces to look up now: those after *last*, then from the start.

    >>> next_lookups([f"acme/{n}" for n in range(9)], "acme/6")[:3]
    ['acme/7', 'acme/8', 'acme/0']
    """
    return sorted(missing, key=lambda space: (space <= last, space))[:MAX_LOOKUPS_PER_SWEEP]


def is_truncated(missing: int, existing: int, deleted: int, listed: int) -> bool:
    """Return whether a list is truncated: many Spaces are missing, and most of them exist.

    *existing* and *deleted* count the lookups. If more are deleted than exist, the list is trusted;
    otherwise one stray entry would mark it truncated forever.
    """
    threshold = min(MAX_LOOKUPS_PER_SWEEP, max(_MIN_MISSING, _MISSING_SHARE * (listed + missing)))
    return missing > threshold and existing > 0 and existing >= deleted


def changes_to_confirm(
    known: Mapping[str, TrackedSpace],
    listed: Mapping[str, Space],
    kinds: Mapping[str, ProblemKind],
    now: datetime,
) -> dict[str, ProblemKind]:
    """Return the Spaces whose problem got worse, by id. A second call must confirm them.

    *kinds* are the problems of the open incidents. A Space without one can become a problem by
    time alone: a stuck build, or the end of the grace period of a new Space.
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
    """Return *listed* with the confirmed runtimes.

    Drops a Space whose confirmation failed; nothing is concluded about it until the next sweep.
    """
    confirmed_spaces = dict(listed)
    for id, result in results.items():
        if isinstance(result, Space):
            if result != listed[id]:
                confirmed_spaces[id] = with_runtime(listed[id], result)
        else:
            del confirmed_spaces[id]
    return confirmed_spaces


def confirmed_ids(listed: Mapping[str, Space], results: LookupResults) -> frozenset[str]:
    """Return the Spaces whose second call showed the listed stage."""
    return frozenset(
        id
        for id, result in results.items()
        if isinstance(result, Space) and result.stage == listed[id].stage
    )


def resolve_missing(
    results: LookupResults, known: Collection[str], owners: Collection[str]
) -> FleetObservation:
    """Return the observation of looked-up Spaces: existing, renamed or missing.

    A Space that moved to another owner, or to a name that is known already, counts as missing.
    """
    found = {id: result for id, result in results.items() if isinstance(result, Space)}
    owned = {id: space for id, space in found.items() if owner_of(space.id) in owners}
    renamed = _renamed(owned, known)
    existing = {id for id, space in owned.items() if space.id == id}
    not_found = {id for id, result in results.items() if isinstance(result, NotFound)}
    spaces = {space.id: space for id, space in owned.items() if id in existing or id in renamed}
    return FleetObservation(
        spaces, frozenset(not_found | found.keys() - existing - renamed.keys()), renamed
    )


def apply_renames(
    known: Mapping[str, TrackedSpace], renamed: Mapping[str, str]
) -> dict[str, TrackedSpace]:
    """Return *known* with the new ids of *renamed* Spaces.

    >>> apply_renames({"a": TrackedSpace(Space("a", "RUNNING"), datetime.min)}, {"a": "z"}).keys()
    dict_keys(['z'])
    """
    found = dict(known)
    for old, new in renamed.items():
        tracked = found.pop(old)
        found[new] = replace(tracked, space=replace(tracked.space, id=new))
    return found


def _renamed(found: Mapping[str, Space], known: Collection[str]) -> dict[str, str]:
    """Return the new names by old ids.

    If the Hub redirects two old ids to one name, only the first counts as renamed.
    """
    renamed: dict[str, str] = {}
    for id, space in sorted(found.items()):
        if space.id != id and space.id not in known and space.id not in renamed.values():
            renamed[id] = space.id
    return renamed
