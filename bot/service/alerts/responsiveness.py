"""The responsiveness of apps: incidents about those that don't answer, and due probes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.alerts.evaluation import evaluate_sweep
from bot.alerts.observation import FleetObservation
from bot.alerts.problems import ProblemKind, TrackedSpace, find_problem
from bot.class_hours import ClassHours, is_class_time
from bot.command import Command
from bot.health.check import HealthCheck
from bot.health.plan import FOLLOW_FOR, ProbeFacts, due_probes
from bot.health.record import HealthRecord
from bot.model import Fleet
from bot.parsing import NameIndex
from bot.parsing.targets import select_existing
from bot.service.alerts import evaluation
from bot.service.dependencies import Dependencies, Job
from bot.service.probing import load_checks, send_probes
from bot.settings import Settings
from bot.store import Tx, class_hours, health, incidents, spaces


def watch_apps(deps: Dependencies) -> None:
    """Evaluate the newest probes, then send the probes that are due."""
    now = deps.now()
    with deps.leadership.transaction() as tx:
        checks, facts = _gather_facts(tx, deps.settings, now)
        changed = _changed_spaces(tx, facts, now)
        if changed:
            incidents.lock_incidents(tx)
            _evaluate(tx, deps.settings, deps.commands, changed, now)
    if changed:
        deps.trigger(Job.DELIVER)
    due = [facts.fleet[id] for id in due_probes(facts, now)]
    send_probes(deps, due, checks, Job.PROBE)


def _gather_facts(
    tx: Tx, settings: Settings, now: datetime
) -> tuple[Mapping[str, HealthCheck], ProbeFacts]:
    """Return the checks, and the facts about the Spaces that may have to be probed.

    The whole fleet is read only where people selected Spaces by words, because most fleets have
    no Space to probe.
    """
    records = health.records(tx)
    with_incident = incidents.running_spaces(tx)
    recoveries = incidents.recovered(tx, now - FOLLOW_FOR)
    in_class = [hours for hours in class_hours.list_all(tx) if is_class_time(hours, now)]
    needs_all = bool(in_class or health.stored_checks(tx))
    unsettled = {id for id, one in records.items() if one.is_down or not one.is_decided}
    candidates = {*unsettled, *with_incident, *recoveries}
    tracked = spaces.tracked_spaces(tx) if needs_all else spaces.tracked_among(tx, candidates)
    fleet = evaluation.to_fleet(tracked)
    checks = load_checks(tx, settings.prefix, fleet)
    facts = ProbeFacts(
        fleet=fleet,
        records=records,
        incidents=with_incident,
        recoveries=recoveries,
        in_class=_select(in_class, settings, fleet),
        continuous=[id for id, check in checks.items() if check.is_continuous],
    )
    return checks, facts


def _select(current: Sequence[ClassHours], settings: Settings, fleet: Fleet) -> frozenset[str]:
    """Return the Spaces of *current* class hours."""
    names = NameIndex.of(fleet if current else (), settings.prefix)
    return frozenset().union(*(select_existing(one.targets, fleet, names) for one in current))


def _changed_spaces(tx: Tx, facts: ProbeFacts, now: datetime) -> list[str]:
    """Return the Spaces whose probes contradict their open incident, or its absence."""
    unresponsive = incidents.spaces_with(tx, ProblemKind.UNRESPONSIVE)
    problems = dict.fromkeys(unresponsive, ProblemKind.UNRESPONSIVE)
    down = {id for id, one in facts.records.items() if one.is_down and now - one.at <= FOLLOW_FOR}
    tracked = spaces.tracked_among(tx, down | unresponsive)
    return [
        id
        for id in sorted(tracked)
        if _is_changed(tracked[id], facts.records.get(id), problems.get(id), now)
    ]


def _is_changed(
    tracked: TrackedSpace,
    record: HealthRecord | None,
    open_problem: ProblemKind | None,
    now: datetime,
) -> bool:
    problem = find_problem(tracked, now, record, open_problem)
    is_about_app = ProblemKind.UNRESPONSIVE in (problem, open_problem)
    return is_about_app and problem is not open_problem


def _evaluate(
    tx: Tx,
    settings: Settings,
    commands: Mapping[str, Command],
    changed: Iterable[str],
    now: datetime,
) -> None:
    """Evaluate the *changed* Spaces as the last sweep found them, and store the decision."""
    tracked = spaces.tracked_spaces(tx)
    observation = FleetObservation({id: tracked[id].space for id in changed})
    previous = evaluation.load_previous(tx, settings, tracked, observation, now)
    decision = evaluate_sweep(previous, observation, now)
    evaluated = evaluation.Evaluated(tracked, previous, observation, decision)
    evaluation.store(tx, settings, commands, evaluated, now)
