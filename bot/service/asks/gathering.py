"""What a command must know before it can answer, gathered in one place."""

import logging
from datetime import datetime, timedelta

from bot.command import Command, Context, Looks
from bot.errors import HubError, HubUnavailable, traced
from bot.model import Ask, Fleet, Standing
from bot.parsing import Names
from bot.service import tidying
from bot.service.asks import missed
from bot.service.parts import Parts
from bot.store import operations, spaces

logger = logging.getLogger(__name__)

# People who ask within a moment of each other see the same picture.
_MOMENT = timedelta(seconds=1)


def remembered(parts: Parts) -> Names:
    """Return the names of the fleet as the last sweep saw it: enough to read a request."""
    return Names.of(_remembered_fleet(parts), parts.settings.prefix)


def context(
    parts: Parts,
    ask: Ask,
    command: Command,
    words: tuple[str, ...],
    standing: Standing,
    *,
    afresh: bool = False,
) -> Context:
    """Return all that *command* may know; *afresh* if the fleet of the last sweep will not do."""
    fleet, stale_since = _fleet(parts, Looks.FRESH if afresh else command.looks)
    if command.misses:
        fleet = {**missed.spaces(parts), **fleet}
    words = missed.named(parts, words, fleet)
    fleet = _without_template(parts, fleet, words)
    with parts.transaction() as tx:
        running = tuple(operations.running(tx))
    return Context(
        ask=ask,
        words=words,
        standing=standing,
        now=parts.now(),
        fleet=fleet,
        names=Names.of(fleet, parts.settings.prefix),
        commands=parts.commands,
        running=running,
        prices=_prices(parts, command, fleet),
        stale_since=stale_since,
        slash=ask.slash or parts.settings.command,
        owners=parts.settings.owners,
        zone=parts.settings.timezone,
        template=parts.settings.template,
        variables=parts.settings.variables,
        secrets=tuple(sorted(parts.settings.secrets)),
    )


def _fleet(parts: Parts, looks: Looks) -> tuple[Fleet, datetime | None]:
    if looks is Looks.NOWHERE:
        return {}, None
    if looks is Looks.FORM and (fleet := _remembered_fleet(parts)):
        return fleet, None
    try:
        # An alert may have been tapped within the moment: an act sees what its card was made of.
        return tidying.fleet(parts, timedelta() if looks is Looks.FRESH else _MOMENT), None
    except HubUnavailable:
        if looks is Looks.FRESH:
            raise
        return _as_last_seen(parts)


def _remembered_fleet(parts: Parts) -> Fleet:
    with parts.transaction() as tx:
        return spaces.fleet(tx)


def _without_template(parts: Parts, fleet: Fleet, words: tuple[str, ...]) -> Fleet:
    """Leave the template out of `all`: it is nobody's Space. By its name it can be reached."""
    template = _spelled(parts.settings.template or "", fleet)
    if template is None:
        return fleet
    short = Names.of(fleet, parts.settings.prefix).short(template)
    called = {template, template.rpartition("/")[2], short}
    if {name.casefold() for name in called} & {word.casefold() for word in words}:
        return fleet
    return {id: space for id, space in fleet.items() if id != template}


def _spelled(template: str, fleet: Fleet) -> str | None:
    """Return the id as the Hub spells it, which is case-blind; None if it is not in the fleet."""
    return next((id for id in fleet if id.casefold() == template.casefold()), None)


def _as_last_seen(parts: Parts) -> tuple[Fleet, datetime | None]:
    with parts.transaction() as tx:
        fleet, at = spaces.fleet(tx), spaces.last_sweep(tx)
    if not fleet:
        raise HubUnavailable(
            "The Hub does not answer, and I have not seen the fleet yet. Try again in a minute."
        )
    return fleet, at or parts.now()


def _prices(parts: Parts, command: Command, fleet: Fleet) -> dict[str, float]:
    """Ask what hardware costs, if there is any to pay for and the command may start it."""
    paid = any(space.is_paid for space in fleet.values())
    if command.looks is not Looks.FRESH or not paid:
        return {}
    try:
        return {flavour.name: flavour.dollars_per_hour for flavour in parts.hub.flavours()}
    except HubError as error:
        logger.warning("what hardware costs is not known: %s", traced(error))
        return {}
