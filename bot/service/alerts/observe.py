"""Observation of the Hub: one listing per owner, and calls that confirm problems."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.alerts import observation
from bot.alerts.observation import FleetObservation, LookupResults
from bot.alerts.problems import ProblemKind, TrackedSpace
from bot.alerts.routing import RoutingTable
from bot.errors import HubError, NotFound, with_request_id
from bot.hub_facts import count_pages
from bot.model import Space
from bot.service.dependencies import Dependencies, Hub

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SweepInput:
    """Inputs that decide which observed changes need confirmation."""

    tracked: Mapping[str, TrackedSpace]
    routing: RoutingTable
    new_owners: frozenset[str]  # without a sweep so far: no changes to confirm
    now: datetime
    sanitize: Callable[[Space], Space]
    problems: Mapping[str, ProblemKind] = field(default_factory=dict)  # of the open incidents
    #: Owner → the missing Space that was looked up last.
    lookup_cursors: Mapping[str, str] = field(default_factory=dict)


def observe(deps: Dependencies, inputs: SweepInput) -> FleetObservation:
    """Return the confirmed observation of all owners' Spaces.

    An owner whose listing fails is `unavailable`: nothing is concluded about its Spaces.
    """
    observed = FleetObservation({})
    for owner in deps.settings.owners:
        try:
            observed = observation.merge(
                observed, _observe_owner(deps, owner, inputs, observed.renamed.values())
            )
        except HubError as error:
            logger.warning(
                "can't list the Spaces of %s, so its state is unknown: %s",
                owner,
                with_request_id(error),
            )
            observed = observation.merge(observed, observation.observe_failure(owner, error))
    return observed


def _observe_owner(
    deps: Dependencies, owner: str, inputs: SweepInput, new_names: Collection[str]
) -> FleetObservation:
    """Return the confirmed observation of one owner.

    *new_names* are the names that Spaces of other owners were renamed to.

    Raises:
        HubError: The listing failed or is truncated.
    """
    listed = _list_spaces(deps.hub, owner, inputs)
    missing = observation.missing_ids(inputs.tracked, listed, [owner])
    lookups = observation.next_lookups(missing, inputs.lookup_cursors.get(owner, ""))
    results = _query_spaces(deps.hub_pool, deps.hub.space, lookups, inputs)
    observed = observation.resolve_missing(
        results, {*inputs.tracked, *new_names}, deps.settings.owners
    )
    existing = len(results.keys() & observed.spaces.keys())
    if observation.is_truncated(len(missing), existing, len(observed.missing), len(listed)):
        raise HubError(
            f"Hugging Face's list of {owner} leaves out {len(missing)} Spaces, and some of "
            "them exist."
        )
    confirmed = _confirm_changes(
        deps.hub,
        deps.hub_pool,
        owner,
        replace(
            observed,
            spaces={**listed, **observed.spaces},
            pages=count_pages(len(listed)),
            calls=count_pages(len(listed)) + len(lookups),
        ),
        inputs,
    )
    return replace(confirmed, lookup_cursors={owner: lookups[-1]} if lookups else {})


def _confirm_changes(
    hub: Hub, hub_pool: Executor, owner: str, observed: FleetObservation, inputs: SweepInput
) -> FleetObservation:
    """Return *observed* with every change for the worse confirmed by a second call."""
    if owner in inputs.new_owners:
        return observed
    to_confirm = _changes_to_confirm(observed, inputs)
    if len(to_confirm) <= observation.MAX_SINGLE_CONFIRMATIONS:
        results = _query_spaces(hub_pool, hub.runtime, to_confirm, inputs)
        calls = len(to_confirm)
    else:
        results, calls = _confirm_by_list(hub, owner, to_confirm, inputs), observed.pages
    return replace(
        observed,
        spaces=observation.apply_confirmations(observed.spaces, results),
        confirmed=observation.confirmed_ids(observed.spaces, results),
        calls=observed.calls + calls,
    )


def _changes_to_confirm(observed: FleetObservation, inputs: SweepInput) -> list[str]:
    """Return the ids of Spaces with a routed change for the worse, renames considered."""
    tracked = observation.apply_renames(inputs.tracked, observed.renamed)
    open_problems = {
        observed.renamed.get(id, id): problem for id, problem in inputs.problems.items()
    }
    old_names = {new: old for old, new in observed.renamed.items()}
    return [
        id
        for id, problem in observation.changes_to_confirm(
            tracked, observed.spaces, open_problems, inputs.now
        ).items()
        if inputs.routing.is_routed(old_names.get(id, id), problem)
    ]


def _confirm_by_list(
    hub: Hub, owner: str, to_confirm: Iterable[str], inputs: SweepInput
) -> LookupResults:
    """Return a second listing's answers for *to_confirm*.

    Cheaper than single calls for many Spaces, because its cost grows with pages.
    """
    second_list = _list_spaces(hub, owner, inputs)
    return {
        id: second_list.get(id, NotFound("It's missing from the second list.")) for id in to_confirm
    }


def _list_spaces(hub: Hub, owner: str, inputs: SweepInput) -> dict[str, Space]:
    return {space.id: inputs.sanitize(space) for space in hub.fleet(owner)}


def _query_spaces(
    hub_pool: Executor, query: Callable[[str], Space], ids: Iterable[str], inputs: SweepInput
) -> LookupResults:
    """Return the results of concurrent calls for *ids*; an error is a result, too."""

    def query_one(id: str) -> tuple[str, Space | HubError]:
        try:
            return id, inputs.sanitize(query(id))
        except HubError as error:
            return id, error

    return dict(hub_pool.map(query_one, ids))
