"""The sweep: observe the fleet, evaluate it, store renames, incidents and notifications."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

from bot import metrics
from bot.alerts import hub_outage
from bot.alerts.evaluation import evaluate_sweep
from bot.alerts.hub_outage import HubOutage
from bot.alerts.observation import FleetObservation
from bot.alerts.polling import SweepReport
from bot.alerts.problems import TrackedSpace
from bot.alerts.reasons import Reason, ReasonCode
from bot.cards.keys import CardKey
from bot.cards.transitions import mark_resolved, reopen
from bot.command import Command
from bot.model import repo_of
from bot.parsing import NameIndex
from bot.render.alerts import outage_card
from bot.schedules.schedule import rename_targets
from bot.service import channels, schedule_card
from bot.service.alerts import evaluation, lessons, log_diagnosis, routing
from bot.service.alerts.observe import SweepInput, observe
from bot.service.dependencies import Dependencies, Job
from bot.settings import Settings
from bot.store import (
    Tx,
    cards,
    class_hours,
    cold_starts,
    health,
    incidents,
    key_values,
    loans,
    operations,
    schedules,
    spaces,
    watches,
)

_OUTAGE_KEY = "hub_outage"
_CURSORS_KEY = "lookup_cursors"  # by owner


def sweep(deps: Dependencies) -> SweepReport:
    """Observe all Spaces and store the decision in one transaction; return the cost."""
    with deps.leadership.transaction() as tx:
        tracked = spaces.tracked_spaces(tx)
        last_seen = spaces.last_observed(tx)
        routing_table = routing.load_routing(
            tx, deps.settings, evaluation.to_fleet(tracked), deps.now()
        )
        open_problems = incidents.open_problems(tx)
        cursors = key_values.get(tx, _CURSORS_KEY) or {}
    new_owners = frozenset(deps.settings.owners) - last_seen.keys()
    observation = observe(
        deps,
        SweepInput(
            tracked,
            routing_table,
            new_owners,
            deps.now(),
            deps.sanitizer.sanitize,
            open_problems,
            cursors,
        ),
    )
    with deps.leadership.transaction() as tx:
        if spaces.last_observed(tx) == last_seen:  # else another sweep is newer
            incidents.lock_incidents(tx)
            _write(tx, deps.settings, deps.commands, tracked, observation, now=deps.now())
    if not observation.unavailable:
        metrics.record_sweep(
            deps.now().timestamp(), (space.stage for space in observation.spaces.values())
        )
    deps.trigger(Job.DELIVER)
    log_diagnosis.diagnose_logs(deps)
    return SweepReport(
        not observation.unavailable, observation.pages, observation.calls, observation.retry_at
    )


def _write(
    tx: Tx,
    settings: Settings,
    commands: Mapping[str, Command],
    before: dict[str, TrackedSpace],
    observation: FleetObservation,
    *,
    now: datetime,
) -> None:
    """Evaluate *observation* and store the decision, the cards and the Hub outage."""
    # Before the routes are resolved, because renames change the targets of watches.
    rename_notes = rename_stored(tx, settings.prefix, before, observation.renamed, now)
    previous = evaluation.load_previous(tx, settings, before, observation, now)
    decision = evaluate_sweep(previous, observation, now)
    spaces.mark_observed(tx, previous.owners - observation.unavailable.keys(), now)
    if observation.lookup_cursors:
        key_values.put(
            tx,
            _CURSORS_KEY,
            {**(key_values.get(tx, _CURSORS_KEY) or {}), **observation.lookup_cursors},
        )
    _update_outage(tx, settings, observation, now)
    swept = evaluation.Evaluated(before, previous, observation, decision, rename_notes)
    evaluation.store(tx, settings, commands, swept, now)


def _update_outage(
    tx: Tx, settings: Settings, observation: FleetObservation, now: datetime
) -> None:
    """Update the stored Hub outage and its card."""
    before = hub_outage.from_json(key_values.get(tx, _OUTAGE_KEY))
    after = hub_outage.update(before, observation.unavailable, now, observation.limit_ends_at)
    if after == before:
        return
    key_values.put(tx, _OUTAGE_KEY, hub_outage.to_json(after) if after else None)
    if after and after.announced:
        _show_outage(tx, after, channels.load_alert_channel_key(tx, settings), now)


def _show_outage(tx: Tx, outage: HubOutage, channel: str, now: datetime) -> None:
    """Update the card of *outage*; a deleted card returns only while the outage lasts."""
    key = CardKey.hub_outage(outage.started_at)
    ids = [card.id for card in cards.by_key(tx, key)]
    cards.change(tx, ids, partial(mark_resolved, now=now) if outage.ended_at else reopen)
    cards.upsert(tx, key, channel, outage_card.card(outage), now)


def rename_stored(
    tx: Tx, prefix: str, known: Iterable[str], renamed: Mapping[str, str], now: datetime
) -> Mapping[str, Sequence[Reason]]:
    """Rename stored Spaces where people named them; return reasons by Space for transitions."""
    reasons: dict[str, list[Reason]] = {}
    ids = set(known)
    for old, new in renamed.items():
        new_spellings = map_spellings(old, new, ids, prefix)
        ids = ids - {old} | {new}
        spaces.rename(tx, old, new)
        for number in class_hours.rename(tx, new_spellings):
            lessons.remove_schedule(tx, number)
        _rename_schedules(tx, new_spellings, now)
        health.rename_targets(tx, new_spellings)
        loans.rename(tx, old, new)
        operations.rename(tx, old, new)
        cold_starts.rename(tx, old, new)
        reasons[new] = [
            Reason(ReasonCode.WATCH_RENAMED, channel=channel)
            for channel in watches.rename(tx, new_spellings)
        ]
    return reasons


def _rename_schedules(tx: Tx, new_spellings: Mapping[str, str], now: datetime) -> None:
    """Let schedules, and their cards, go on with the new name of a Space."""
    for schedule in schedules.lock_kept(tx):
        after = rename_targets(schedule, new_spellings)
        if after == schedule:
            continue
        schedules.save(tx, after)
        if cards.by_key(tx, CardKey.schedule(after.id)):
            schedule_card.show(tx, after, None, now)


def map_spellings(old: str, new: str, known: set[str], prefix: str) -> Mapping[str, str]:
    """Return the new spelling of each word that meant only *old* among *known*.

    >>> map_spellings("acme/if-a", "acme/if-z", {"acme/if-a", "acme/if-b"}, "if-")
    {'if-a': 'z', 'a': 'z', 'acme/if-a': 'acme/if-z'}
    """
    before, after = NameIndex.of(known, prefix), NameIndex.of(known - {old} | {new}, prefix)
    repo = repo_of(old)
    words = [word for word in (repo, before.short_name(old)) if before.find(word) == (old,)]
    return dict.fromkeys(map(str.casefold, words), after.short_name(new)) | {old.casefold(): new}
