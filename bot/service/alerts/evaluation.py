"""Evaluations, stored: the incidents that an observation opens, changes and closes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.alerts import flapping, polling
from bot.alerts.evaluation import PreviousState, SweepDecision, annotate
from bot.alerts.incident import IncidentUpdate
from bot.alerts.observation import FleetObservation, apply_renames
from bot.alerts.problems import TrackedSpace
from bot.alerts.reasons import Reason
from bot.command import Command
from bot.model import Fleet
from bot.service.alerts import routing
from bot.service.alerts.notify import SweepResult, notify
from bot.settings import Settings
from bot.store import Tx, health, incidents, operations, spaces

#: Poll intervals without a sweep that make a gap: changes in it are marked as seen late.
_GAP_POLLS = 3
_MIN_GAP = timedelta(seconds=60)
#: A Space that goes missing within this time after a requested deletion opens no incident.
_DELETION_WINDOW = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Evaluated:
    """An observation with the state before it and the decision about it."""

    before: Mapping[str, TrackedSpace]
    previous: PreviousState
    observation: FleetObservation
    decision: SweepDecision
    #: Reasons by Space for the transitions, in addition to those of the cards.
    notes: Mapping[str, Sequence[Reason]] = field(default_factory=dict)


def store(
    tx: Tx, settings: Settings, commands: Mapping[str, Command], evaluated: Evaluated, now: datetime
) -> None:
    """Store the Spaces, incidents, transitions and cards of a decision."""
    before, previous, decision = evaluated.before, evaluated.previous, evaluated.decision
    observation = evaluated.observation
    _save_fleet(tx, decision, before)
    updates = _save_incidents(tx, decision)
    fleet = {**to_fleet(apply_renames(before, observation.renamed)), **observation.spaces}
    for id in decision.dropped:
        fleet.pop(id, None)
    found = {incident.id: incident for incident in previous.incidents.values()}
    found |= {update.incident.id: update.incident for update in updates}
    result = SweepResult(updates, found, fleet, previous.routing, previous.new_owners, now)
    reasons = notify(tx, settings, commands, result)
    notes = {
        id: [*evaluated.notes.get(id, ()), *reasons.get(id, ())]
        for id in {*evaluated.notes, *reasons}
    }
    spaces.add_transitions(tx, annotate(decision.transitions, notes), now)


def load_previous(
    tx: Tx,
    settings: Settings,
    before: Mapping[str, TrackedSpace],
    observation: FleetObservation,
    now: datetime,
) -> PreviousState:
    """Return the stored state that *observation* is compared with.

    The routes are resolved again, after those with which the sweep was observed: renamed watches,
    new Spaces and new stages may match other targets, and a watch may be added during the sweep.
    """
    last_seen = spaces.last_observed(tx)
    fleet = {**to_fleet(apply_renames(before, observation.renamed)), **observation.spaces}
    return PreviousState(
        spaces=before,
        incidents=incidents.open_incidents(tx),
        flips=spaces.flips(tx, now - flapping.WINDOW),
        routing=routing.load_routing(tx, settings, fleet, now),
        owners=frozenset(settings.owners),
        gaps={o: at for o, at in last_seen.items() if now - at > _max_gap(settings)},
        new_owners=frozenset(settings.owners) - last_seen.keys() - observation.unavailable.keys(),
        sent=operations.last_sent(tx, now - flapping.WINDOW),
        deleted=spaces.delete_requested(tx, now - _DELETION_WINDOW),
        health=health.records(tx),
    )


def to_fleet(tracked_spaces: Mapping[str, TrackedSpace]) -> Fleet:
    """Return the Spaces without the times of their stages."""
    return {id: tracked.space for id, tracked in tracked_spaces.items()}


def _save_fleet(tx: Tx, decision: SweepDecision, before: Mapping[str, TrackedSpace]) -> None:
    spaces.delete_rows(tx, decision.dropped)
    rows = {decision.renamed.get(id, id) for id in before} - set(decision.dropped)
    spaces.save(tx, decision.tracked, rows)


def _save_incidents(tx: Tx, decision: SweepDecision) -> list[IncidentUpdate]:
    """Save incidents; return the updates, with ids for the new incidents."""
    old = [update for update in decision.updates if update.incident.id]
    new = [update for update in decision.updates if not update.incident.id]
    incidents.save(tx, [update.incident for update in old])
    numbered = incidents.add(tx, [update.incident for update in new])
    return old + [replace(u, incident=i) for u, i in zip(new, numbered, strict=True)]


def _max_gap(settings: Settings) -> timedelta:
    return max(_MIN_GAP, _GAP_POLLS * polling.longest_interval(settings.poll_seconds))
