"""Finding the facts that a command asks for."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

from bot.alerts import evidence
from bot.alerts.wishes import SilencedSpaces, TrailOf, WatchesOf
from bot.errors import HubError, NotFound, traced
from bot.model import Finding, Flavour, Info, Space, Template
from bot.questions import (
    Audit,
    Health,
    InfoOf,
    LogOf,
    Prices,
    Query,
    SecretsOf,
    TemplateOf,
    VariablesOf,
)
from bot.service import tidying
from bot.service.alerts import wishing
from bot.service.asks import auditing, health
from bot.service.parts import Parts
from bot.store import spaces

logger = logging.getLogger(__name__)

Fact = TypeVar("Fact")

# What is kept of a line of a log; the Hub adapter hands on four times as much.
_WIDTH = 1_000


def find(parts: Parts, question: Query[Fact]) -> Fact:
    """Return the answer to *question*."""
    return cast(Fact, _HANDLERS[type(question)](parts, question))


def _info(parts: Parts, question: InfoOf) -> Info:
    space = parts.hub.space(question.space)
    with parts.transaction() as tx:
        known = spaces.sightings(tx).get(question.space)
    since = known.since if known and known.space.stage == space.stage else None
    return Info(tidying.tidier(parts)(space), since, _price(parts, space))


def _template(parts: Parts, question: TemplateOf) -> Template | None:
    try:
        space = parts.hub.space(question.space)
    except NotFound:
        return None
    try:
        return Template(space, parts.hub.variables(space.id))
    except HubError as error:
        logger.info("the variables of %s are not known: %s", space.id, traced(error))
        return Template(space)


def _price(parts: Parts, space: Space) -> float | None:
    """Return what the hardware costs an hour, if it costs anything and the Hub says what."""
    if not space.is_paid:
        return None
    try:
        prices = {flavour.name: flavour.dollars_per_hour for flavour in parts.hub.flavours()}
    except HubError:
        return None
    return prices.get(space.hardware or "")


def _log(parts: Parts, question: LogOf) -> tuple[str, ...]:
    """Return the end of a log as it may be shown.

    What we know to be secret is taken out twice: colours may stand inside it, and it may hold
    what cannot be seen. Before anything is cut, for half a secret is not known any more.
    """
    lines = parts.hub.logs(question.space, build=question.build, lines=question.lines)
    redact = tidying.redactor(parts)
    visible = map(evidence.plain, redact("\n".join(lines)).splitlines())
    shown = redact("\n".join(visible)).splitlines()
    return tuple(evidence.clean(line, _WIDTH) for line in shown)


def _secrets(parts: Parts, question: SecretsOf) -> Mapping[str, Sequence[str] | HubError]:
    return _each(parts, parts.hub.secrets, question.spaces)


def _variables(parts: Parts, question: VariablesOf) -> Mapping[str, Mapping[str, str] | HubError]:
    return _each(parts, parts.hub.variables, question.spaces)


def _prices(parts: Parts, question: Prices) -> Sequence[Flavour]:
    del question  # there is only one
    return parts.hub.flavours()


def _health(parts: Parts, question: Health) -> Sequence[Finding]:
    del question  # there is only one
    return health.examine(parts)


def _each(
    parts: Parts, ask: Callable[[str], Fact], ids: Iterable[str]
) -> Mapping[str, Fact | HubError]:
    """Ask about several Spaces beside each other; an error is the answer for that Space alone."""

    def one(id: str) -> tuple[str, Fact | HubError]:
        try:
            return id, ask(id)
        except HubError as error:
            return id, error

    return dict(parts.calls.map(one, ids))


_HANDLERS: Mapping[type[Query[Any]], Callable[[Parts, Any], object]] = {
    InfoOf: _info,
    TemplateOf: _template,
    LogOf: _log,
    SecretsOf: _secrets,
    VariablesOf: _variables,
    Prices: _prices,
    Audit: auditing.entries,
    Health: _health,
    TrailOf: wishing.trail,
    WatchesOf: wishing.watches_of,
    SilencedSpaces: wishing.silenced,
}
