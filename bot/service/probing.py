"""Probes: sent concurrently, a few at a time, and their verdicts recorded."""

from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from datetime import datetime, timedelta
from functools import partial

from bot import metrics
from bot.errors import HubError
from bot.health.check import HealthCheck, merge, paths
from bot.health.plan import may_probe
from bot.health.record import HealthRecord, record
from bot.health.verdict import ProbeProblem, Verdict, describe_problem, judge
from bot.model import Fleet, Space
from bot.parsing import NameIndex
from bot.parsing.targets import select_existing
from bot.service.dependencies import Dependencies, Hub, Job, Prober
from bot.store import Tx, health
from bot.store.spaces import fleet as stored_fleet

#: The pause between two probes of an app that an operation waits for.
PROOF_INTERVAL = timedelta(seconds=5)
_DEFAULT = HealthCheck()
#: The problems of a request that hasn't reached the app's host.
_UNREACHED = (
    ProbeProblem.UNREACHABLE,
    ProbeProblem.CERTIFICATE,
    ProbeProblem.FORBIDDEN,
    ProbeProblem.NO_ADDRESS,
)


def load_proof(
    deps: Dependencies, fleet: Fleet, ids: Collection[str]
) -> Mapping[str, HealthRecord]:
    """Return the records of the Spaces *ids*, which an operation waits for; start due probes.

    The verdict of a probe triggers the next run of the operations.
    """
    if not ids:
        return {}
    with deps.store.transaction() as tx:
        known = health.records(tx, ids)
        checks = load_checks(tx, deps.settings.prefix, fleet)
    now = deps.now()
    due = [id for id in ids if _is_due(known.get(id), now)]
    send_probes(deps, [fleet[id] for id in due], checks, Job.ADVANCE)
    with deps.store.transaction() as tx:
        return health.records(tx, ids)


def _is_due(known: HealthRecord | None, now: datetime) -> bool:
    return known is None or now - known.at >= PROOF_INTERVAL


def visit(hub: Hub, prober: Prober, id: str) -> None:
    """Request the app of a sleeping Space, which wakes it. The answer is ignored.

    Raises:
        HubError: The Hub doesn't name the Space, or its app can't be reached.

    """
    answer = prober.probe(hub.space(id), ["/"])
    if answer.problem in _UNREACHED:
        reason = describe_problem(Verdict(answer.problem))
        raise HubError(
            f"A visit didn't reach the app: {reason}.",
            effect="Nothing changed.",
            next_step="Restart it on Hugging Face.",
        )


def send_probes(
    deps: Dependencies, spaces: Iterable[Space], checks: Mapping[str, HealthCheck], then: Job
) -> None:
    """Start a probe of each of *spaces* that has none in progress.

    It triggers *then* where an operation waits for it, or where the app went down or came up.
    """
    for space in spaces:
        check = checks.get(space.id, _DEFAULT)
        deps.probe_calls.submit(space.id, partial(_probe_and_trigger, deps, space, check, then))


def _probe_and_trigger(deps: Dependencies, space: Space, check: HealthCheck, then: Job) -> None:
    before, after = _probe(deps, space, check)
    if then is Job.ADVANCE or after.is_down != (before is not None and before.is_down):
        deps.trigger(then)


def probe(deps: Dependencies, space: Space, check: HealthCheck) -> HealthRecord:
    """Probe *space* and return its record, which is stored."""
    return _probe(deps, space, check)[1]


def _probe(
    deps: Dependencies, space: Space, check: HealthCheck
) -> tuple[HealthRecord | None, HealthRecord]:
    """Probe *space* and return its record before and after, which is stored.

    The record is not fenced, because the answer of an app is true for any leader.
    """
    started_at = deps.now()
    answer = deps.prober.probe(space, paths(space, check, deps.settings.health_path))
    verdict = judge(check, answer)
    metrics.probes.labels(verdict.problem or "ready").inc()

    def save(tx: Tx) -> tuple[HealthRecord | None, HealthRecord]:
        before = health.records(tx, [space.id]).get(space.id)
        after = record(before, space.id, verdict, started_at)
        health.save(tx, after)
        return before, after

    return deps.store.batch(save)


def probe_now(
    deps: Dependencies, spaces: Iterable[Space], seconds: float
) -> Mapping[str, HealthRecord]:
    """Probe *spaces*, and return the records of those that answer within *seconds*.

    Only running Spaces are probed. The other probes end in the background.
    """
    running = [space for space in spaces if may_probe(space)]
    with deps.store.transaction() as tx:
        checks = load_checks(tx, deps.settings.prefix, stored_fleet(tx))
    futures: dict[str, Future[HealthRecord]] = {
        space.id: deps.probe_pool.submit(probe, deps, space, checks.get(space.id, _DEFAULT))
        for space in running
    }
    done, _ = wait_for(futures.values(), timeout=seconds)
    return {id: future.result() for id, future in futures.items() if future in done}


def load_checks(tx: Tx, prefix: str, fleet: Fleet) -> Mapping[str, HealthCheck]:
    """Return the check of each Space for which a person set something.

    *fleet* must be whole, because a pattern or an exception is resolved against it.
    """
    stored = health.stored_checks(tx)
    names = NameIndex.of(fleet if stored else (), prefix)
    found: dict[str, list[HealthCheck]] = {}
    for one in stored:
        for id in select_existing(one.targets, fleet, names):
            found.setdefault(id, []).append(one.check)
    return {id: merge(checks) for id, checks in found.items()}
