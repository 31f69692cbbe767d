"""Runs the queries of commands."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any, TypeVar, cast

from bot import uploads
from bot.alerts import diagnosis
from bot.alerts.actions import SilencedSpacesQuery, SpaceHistoryQuery, WatchesQuery
from bot.concurrency import run_with_timeout
from bot.errors import HubError, HubUnavailable, NotFound, limited_until, with_request_id
from bot.health.check import StoredCheck
from bot.health.verdict import Verdict
from bot.hub_facts import Flavor, SpaceDetails, Staleness, Template
from bot.loans import Loan, LoansQuery
from bot.model import CheckResult, Space
from bot.operations import Operation, OperationQuery, OperationState
from bot.queries import (
    AuditQuery,
    HealthChecksQuery,
    HealthQuery,
    HostsQuery,
    LogQuery,
    PlanQuery,
    PricesQuery,
    ProbeQuery,
    Query,
    SecretsQuery,
    SharedFileQuery,
    SpaceDetailsQuery,
    TemplateQuery,
    VariablesQuery,
)
from bot.schedules.actions import ClassHoursQuery, ScheduleEntry, SchedulesQuery
from bot.service import probing
from bot.service.alerts import history
from bot.service.dependencies import Dependencies, Hub
from bot.service.requests import audit, health
from bot.store import health as health_store
from bot.store import loans, operations, spaces

logger = logging.getLogger(__name__)

Fact = TypeVar("Fact")

# How long a person waits for `status … check`. An app may take longer for its verdict.
_PROBE_SECONDS = 5.0
# Characters kept of a log line; the Hub adapter keeps four times as many.
_MAX_LINE_LENGTH = 1_000


def run_query(deps: Dependencies, query: Query[Fact]) -> Fact:
    """Return the answer to *query*."""
    return cast(Fact, _HANDLERS[type(query)](deps, query))


def _fetch_details(deps: Dependencies, query: SpaceDetailsQuery) -> SpaceDetails:
    """Return the details of a Space, from the last sweep if the Hub is slow."""
    with deps.store.transaction() as tx:
        tracked, at = spaces.get(tx, query.space), spaces.last_sweep(tx)
    if tracked is None:
        return _fetch_current_details(deps, query)
    try:
        fetch = partial(_fetch_current_details, deps, query)
        return run_with_timeout(fetch, deps.answer_timeouts.hub)
    except (HubUnavailable, TimeoutError) as error:
        logger.info("the last sweep answers for %s: %s", query.space, error)
        staleness = Staleness(at or deps.now(), limited_until(error))
        return SpaceDetails(tracked.space, tracked.stage_since, staleness=staleness)


def _fetch_current_details(deps: Dependencies, query: SpaceDetailsQuery) -> SpaceDetails:
    space, settings = deps.hub.details(query.space)
    with deps.store.transaction() as tx:
        tracked = spaces.get(tx, query.space)
    since = tracked.stage_since if tracked and tracked.space.stage == space.stage else None
    sanitized = deps.sanitizer.sanitize(space)
    return SpaceDetails(sanitized, since, _fetch_price(deps.hub, space), settings=settings)


def _fetch_template(deps: Dependencies, query: TemplateQuery) -> Template | None:
    try:
        space, settings = deps.hub.details(query.space)
    except NotFound:
        return None
    return Template(
        space,
        _or_none(partial(deps.hub.variables, space.id), f"the variables of {space.id}"),
        _or_none(partial(deps.hub.secrets, space.id), f"the secrets of {space.id}"),
        settings,
        _fetch_plan(deps, PlanQuery(query.owner)),
    )


def _fetch_plan(deps: Dependencies, query: PlanQuery) -> str:
    """Return the plan of an owner, "" if it is unknown."""
    return _or_none(partial(deps.hub.plan, query.owner), f"the plan of {query.owner}") or ""


def _or_none(fetch: Callable[[], Fact], what: str) -> Fact | None:
    """Return the result of *fetch*; None if the Hub rejects the call."""
    try:
        return fetch()
    except HubError as error:
        logger.info("%s: unknown: %s", what, with_request_id(error))
        return None


def _fetch_hosts(deps: Dependencies, query: HostsQuery) -> Mapping[str, str]:
    """Return the live addresses of Spaces, as far as the Hub returns them in time."""
    fetch = partial(_fetch_each, deps.hub_pool, deps.hub.space, query.spaces)
    try:
        found = run_with_timeout(fetch, deps.answer_timeouts.hub)
    except TimeoutError:
        return {}
    return {id: s.host for id, s in found.items() if isinstance(s, Space) and s.host}


def _fetch_price(hub: Hub, space: Space) -> float | None:
    """Return the hourly price of the hardware in dollars; None if free or unknown."""
    if not space.is_paid:
        return None
    try:
        prices = {flavor.name: flavor.dollars_per_hour for flavor in hub.flavors()}
    except HubError:
        return None
    return prices.get(space.hardware or "")


def _fetch_log(deps: Dependencies, query: LogQuery) -> tuple[str, ...]:
    """Return the end of a log, safe to show.

    Secrets are redacted before and after control characters are removed, because a secret may be
    interrupted by them or contain them. Lines are cut last, because a cut secret isn't recognized.
    """
    lines = deps.hub.logs(query.space, build=query.build, lines=query.lines)
    redact = deps.sanitizer.redact
    visible = map(diagnosis.strip_controls, redact("\n".join(lines)).splitlines())
    shown = redact("\n".join(visible)).splitlines()
    return tuple(diagnosis.sanitize_line(line, _MAX_LINE_LENGTH) for line in shown)


def _fetch_secrets(
    deps: Dependencies, query: SecretsQuery
) -> Mapping[str, Sequence[str] | HubError]:
    return _fetch_each(deps.hub_pool, deps.hub.secrets, query.spaces)


def _fetch_variables(
    deps: Dependencies, query: VariablesQuery
) -> Mapping[str, Mapping[str, str] | HubError]:
    return _fetch_each(deps.hub_pool, deps.hub.variables, query.spaces)


def _fetch_prices(deps: Dependencies, query: PricesQuery) -> Sequence[Flavor]:
    del query  # a query without parameters
    return deps.hub.flavors()


def _load_loans(deps: Dependencies, query: LoansQuery) -> Mapping[str, Loan]:
    del query  # a query without parameters
    with deps.store.transaction() as tx:
        return loans.by_space(tx)


def _load_operation(
    deps: Dependencies, query: OperationQuery
) -> tuple[Operation, OperationState] | None:
    with deps.store.transaction() as tx:
        return operations.find(tx, query.number)


def _fetch_file(deps: Dependencies, query: SharedFileQuery) -> tuple[str, bytes]:
    """Return the name and content of a shared file that the bot may see."""
    file = deps.slack.attachment(query.file)
    uploads.check_available([file])
    return file.name, deps.slack.download(file, query.max_bytes)


def _load_schedules(deps: Dependencies, query: SchedulesQuery) -> Sequence[ScheduleEntry]:
    del query  # a query without parameters
    return audit.load_schedules(deps.store)


def _probe(deps: Dependencies, query: ProbeQuery) -> Mapping[str, Verdict]:
    found = probing.probe_now(deps, query.spaces, _PROBE_SECONDS)
    return {id: record.verdict for id, record in found.items()}


def _list_checks(deps: Dependencies, query: HealthChecksQuery) -> Sequence[StoredCheck]:
    del query  # a query without parameters
    with deps.store.transaction() as tx:
        return health_store.stored_checks(tx)


def _run_diagnostics(deps: Dependencies, query: HealthQuery) -> Sequence[CheckResult]:
    del query  # a query without parameters
    return health.run_diagnostics(deps)


def _fetch_each(
    hub_pool: Executor, fetch: Callable[[str], Fact], ids: Iterable[str]
) -> Mapping[str, Fact | HubError]:
    """Return the result or error of *fetch* for each of *ids*, run concurrently."""

    def fetch_one(id: str) -> tuple[str, Fact | HubError]:
        """Return the id with its result or error."""
        try:
            return id, fetch(id)
        except HubError as error:
            return id, error

    return dict(hub_pool.map(fetch_one, ids))


_HANDLERS: Mapping[type[Query[Any]], Callable[[Dependencies, Any], object]] = {
    SpaceDetailsQuery: _fetch_details,
    TemplateQuery: _fetch_template,
    PlanQuery: _fetch_plan,
    HostsQuery: _fetch_hosts,
    LogQuery: _fetch_log,
    SecretsQuery: _fetch_secrets,
    VariablesQuery: _fetch_variables,
    PricesQuery: _fetch_prices,
    AuditQuery: audit.load_entries,
    HealthQuery: _run_diagnostics,
    ProbeQuery: _probe,
    HealthChecksQuery: _list_checks,
    SchedulesQuery: _load_schedules,
    SpaceHistoryQuery: history.load_history,
    WatchesQuery: history.find_watches,
    SilencedSpacesQuery: history.load_silenced,
    ClassHoursQuery: history.list_class_hours,
    SharedFileQuery: _fetch_file,
    LoansQuery: _load_loans,
    OperationQuery: _load_operation,
}
