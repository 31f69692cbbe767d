"""What a command must know before it can answer, gathered in one place."""

import logging
from datetime import datetime, timedelta

from bot.command import Command, Context, Freshness
from bot.errors import HubError, HubUnavailable, with_request_id
from bot.model import Ask, Fleet, Permission
from bot.parsing import NameIndex
from bot.service import sanitizing
from bot.service.dependencies import Dependencies
from bot.service.requests import alert_targets
from bot.store import operations, spaces

logger = logging.getLogger(__name__)

# People who ask within a moment of each other see the same picture.
_MAX_AGE = timedelta(seconds=1)


def load_names(deps: Dependencies) -> NameIndex:
    """Return the names of the fleet as the last sweep saw it: enough to read a request."""
    return NameIndex.of(_load_last_fleet(deps), deps.settings.prefix)


def make_context(
    deps: Dependencies,
    ask: Ask,
    command: Command,
    words: tuple[str, ...],
    permission: Permission,
    *,
    require_live: bool = False,
) -> Context:
    """Return all that *command* may know; *require_live* if the fleet of the last sweep will not
    do.
    """
    fleet, stale_since = _load_fleet(deps, Freshness.FRESH if require_live else command.freshness)
    if command.accepts_missing:
        fleet = {**alert_targets.load_missing_spaces(deps), **fleet}
    words = alert_targets.expand_groups(deps, words, fleet)
    fleet = _without_template(deps, fleet, words)
    with deps.transaction() as tx:
        running = tuple(operations.running(tx))
    return Context(
        ask=ask,
        words=words,
        permission=permission,
        now=deps.now(),
        fleet=fleet,
        names=NameIndex.of(fleet, deps.settings.prefix),
        commands=deps.commands,
        running=running,
        prices=_fetch_prices(deps, command, fleet),
        stale_since=stale_since,
        slash=ask.slash or deps.settings.command,
        owners=deps.settings.owners,
        zone=deps.settings.timezone,
        template=deps.settings.template,
        variables=deps.settings.variables,
        secrets=tuple(sorted(deps.settings.secrets)),
    )


def _load_fleet(deps: Dependencies, freshness: Freshness) -> tuple[Fleet, datetime | None]:
    if freshness is Freshness.NONE:
        return {}, None
    if freshness is Freshness.FORM and (fleet := _load_last_fleet(deps)):
        return fleet, None
    try:
        # An alert may have been tapped within the moment: an act sees what its card was made of.
        return sanitizing.fetch_fleet(
            deps, timedelta() if freshness is Freshness.FRESH else _MAX_AGE
        ), None
    except HubUnavailable:
        if freshness is Freshness.FRESH:
            raise
        return _load_stale_fleet(deps)


def _load_last_fleet(deps: Dependencies) -> Fleet:
    with deps.transaction() as tx:
        return spaces.fleet(tx)


def _without_template(deps: Dependencies, fleet: Fleet, words: tuple[str, ...]) -> Fleet:
    """Leave the template out of `all`: it is nobody's Space. By its name it can be reached."""
    template = _find_id(deps.settings.template or "", fleet)
    if template is None:
        return fleet
    short = NameIndex.of(fleet, deps.settings.prefix).short_name(template)
    spellings = {template, template.rpartition("/")[2], short}
    if {name.casefold() for name in spellings} & {word.casefold() for word in words}:
        return fleet
    return {id: space for id, space in fleet.items() if id != template}


def _find_id(template: str, fleet: Fleet) -> str | None:
    """Return the id as the Hub spells it, which is case-blind; None if it is not in the fleet."""
    return next((id for id in fleet if id.casefold() == template.casefold()), None)


def _load_stale_fleet(deps: Dependencies) -> tuple[Fleet, datetime | None]:
    with deps.transaction() as tx:
        fleet, at = spaces.fleet(tx), spaces.last_sweep(tx)
    if not fleet:
        raise HubUnavailable(
            "The Hub does not answer, and I have not seen the fleet yet. Try again in a minute."
        )
    return fleet, at or deps.now()


def _fetch_prices(deps: Dependencies, command: Command, fleet: Fleet) -> dict[str, float]:
    """Ask what hardware costs, if there is any to pay for and the command may start it."""
    has_paid = any(space.is_paid for space in fleet.values())
    if command.freshness is not Freshness.FRESH or not has_paid:
        return {}
    try:
        return {flavor.name: flavor.dollars_per_hour for flavor in deps.hub.flavors()}
    except HubError as error:
        logger.warning("what hardware costs is not known: %s", with_request_id(error))
        return {}
