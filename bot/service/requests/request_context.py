"""
The context of a command: the facts that it needs before it runs.

Among them are the targets that only alert buttons name: missing Spaces, and Spaces of a group.
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot.alerts import grouping, reminders, repair
from bot.alerts.grouping import GroupKind
from bot.alerts.problems import MISSING_STAGE
from bot.command import Command, Context, Freshness
from bot.concurrency import run_with_timeout
from bot.errors import (
    HubError,
    HubUnavailable,
    RateLimited,
    UsageError,
    limited_until,
    with_request_id,
)
from bot.health.record import fresh_verdicts
from bot.hub_facts import Staleness
from bot.model import Ask, Fleet, Permission, Space, find_template, without_template
from bot.parsing import NameIndex
from bot.parsing.names import is_named
from bot.service import sanitizing
from bot.service.dependencies import Dependencies, Hub
from bot.settings import Settings
from bot.store import Store, Tx, alert_groups, health, incidents, operations, spaces

logger = logging.getLogger(__name__)

# Requests within this time share one listing of the fleet.
_MAX_AGE = timedelta(seconds=1)


def load_names(store: Store, settings: Settings) -> NameIndex:
    """Return the fleet's names at the last sweep, which suffice to parse a request."""
    with store.transaction() as tx:
        return names_in(tx, settings)


def names_in(tx: Tx, settings: Settings) -> NameIndex:
    """Return the fleet's names at the last sweep, read in *tx*."""
    return NameIndex.of(spaces.ids(tx), settings.prefix, settings.hf_endpoint)


def make_context(
    deps: Dependencies,
    ask: Ask,
    command: Command,
    words: tuple[str, ...],
    permission: Permission,
    *,
    require_live: bool = False,
) -> Context:
    """Return the context of *command*; *require_live* demands a new listing of the fleet."""
    fleet, staleness = _load_fleet(deps, Freshness.FRESH if require_live else command.freshness)
    if command.accepts_missing:
        fleet = {**load_missing_spaces(deps.store), **fleet}
    context = context_of_fleet(
        deps, ask, fleet, permission, expand_groups(deps.store, words, fleet)
    )
    prices = _fetch_prices(deps.hub, command, context.fleet)
    return replace(context, prices=prices, staleness=staleness)


def context_of_fleet(
    deps: Dependencies,
    ask: Ask,
    fleet: Fleet,
    permission: Permission,
    words: tuple[str, ...],
) -> Context:
    """Return the context of a command on *fleet*, without prices."""
    template = find_template(fleet, deps.settings.template)
    template_space = fleet[template] if template else None
    fleet, names = _select_fleet(deps.settings, fleet, template, words)
    with deps.store.transaction() as tx:
        running = tuple(operations.running(tx))
        records = health.records(tx)
    return Context(
        ask=ask,
        words=words,
        permission=permission,
        now=deps.now(),
        fleet=fleet,
        names=names,
        commands=deps.commands,
        running=running,
        slash=ask.slash or deps.settings.command,
        owners=deps.settings.owners,
        zone=deps.settings.timezone,
        template=deps.settings.template,
        template_space=template_space,
        variables=deps.settings.variables,
        secrets=tuple(sorted(deps.settings.secrets)),
        verdicts=fresh_verdicts(records, deps.now()),
    )


def _select_fleet(
    settings: Settings, fleet: Fleet, template: str | None, words: tuple[str, ...]
) -> tuple[Fleet, NameIndex]:
    """Return *fleet* and its names, without the template unless *words* name it."""
    names = NameIndex.of(fleet, settings.prefix, settings.hf_endpoint)
    if template is None or is_named(template, words, names):
        return fleet, names
    fleet = without_template(fleet, template)
    return fleet, NameIndex.of(fleet, settings.prefix, settings.hf_endpoint)


def _load_fleet(deps: Dependencies, freshness: Freshness) -> tuple[Fleet, Staleness | None]:
    if freshness is Freshness.NONE:
        return {}, None
    if freshness is Freshness.STORED:
        return load_last_fleet(deps.store), None
    if freshness is Freshness.FORM and (fleet := load_last_fleet(deps.store)):
        return fleet, None
    if freshness is Freshness.CACHED:
        return _load_recent_fleet(deps)
    # A button may belong to a card newer than the cache, so an act always lists the fleet.
    return sanitizing.fetch_fleet(deps.sanitizer, deps.fleet_cache, timedelta()), None


def _load_recent_fleet(deps: Dependencies) -> tuple[Fleet, Staleness | None]:
    """Return the fleet, from the last sweep if the Hub doesn't answer in time."""
    fetch = partial(sanitizing.fetch_fleet, deps.sanitizer, deps.fleet_cache, _MAX_AGE)
    with deps.store.transaction() as tx:
        has_sweep = spaces.last_sweep(tx) is not None
    try:
        return run_with_timeout(fetch, deps.answer_timeouts.hub) if has_sweep else fetch(), None
    except (HubUnavailable, TimeoutError) as error:
        return _load_stale_fleet(deps.store, error, deps.now())


def load_last_fleet(store: Store) -> Fleet:
    """Return the fleet of the last sweep."""
    with store.transaction() as tx:
        return spaces.fleet(tx)


def _load_stale_fleet(
    store: Store, error: HubUnavailable | TimeoutError, now: datetime
) -> tuple[Fleet, Staleness | None]:
    with store.transaction() as tx:
        fleet, at = spaces.fleet(tx), spaces.last_sweep(tx)
    if not fleet and isinstance(error, RateLimited):
        raise error
    if not fleet:
        raise HubUnavailable(
            "Hugging Face isn't responding, and I haven't seen your Spaces yet.",
            next_step="Try again in a minute.",
        )
    return fleet, Staleness(at or now, limited_until(error))


def _fetch_prices(hub: Hub, command: Command, fleet: Fleet) -> dict[str, float]:
    """Return the hourly prices in dollars if the command may start paid hardware."""
    has_paid = any(space.is_paid for space in fleet.values())
    if command.freshness is not Freshness.FRESH or not has_paid:
        return {}
    try:
        return {flavor.name: flavor.dollars_per_hour for flavor in hub.flavors()}
    except HubError as error:
        logger.warning("the price of hardware is unknown: %s", with_request_id(error))
        return {}


def load_missing_spaces(store: Store) -> Fleet:
    """Return every Space with an open incident, because the Hub may not list it."""
    with store.transaction() as tx:
        return {id: Space(id, MISSING_STAGE) for id in incidents.open_incidents(tx)}


def expand_groups(store: Store, words: tuple[str, ...], fleet: Fleet) -> tuple[str, ...]:
    """Return *words* with each group token replaced by the group's Spaces in *fleet*."""
    parsed = [(word, grouping.from_token(word)) for word in words]
    if not any(token for _, token in parsed):
        return words
    return tuple(
        name
        for word, token in parsed
        for name in (_group_spaces(store, *token, fleet) if token else [word])
    )


def _group_spaces(store: Store, group: int, problem: str, fleet: Fleet) -> list[str]:
    """Return the Spaces that a group's button selects at the time of the click.

    *problem* selects those that the repair of this problem helps.

    Raises:
        UsageError: None of the group's incidents is open any more.
    """
    with store.transaction() as tx:
        stored = alert_groups.get(tx, group)
        members = incidents.get(tx, stored.members).values() if stored else ()
    if stored and stored.kind is GroupKind.ACK_CHECK:
        selected = [member for member in members if reminders.awaits_answer(stored, member)]
    elif problem:
        selected = [m for m in repair.restartable(members) if repair.problem_word(m) == problem]
    else:
        selected = [member for member in members if member.is_open]
    found = [member.space for member in selected if member.space in fleet]
    if not found:
        raise UsageError("Everything on that card has recovered, so nothing was changed.")
    return found
